"""PyTorch programs: they predict what the engine predicts, and train on as it would."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.exports.torch_program import torch_program
from tests.engine.exports.network_configs import IMAGES, NETWORKS, TRAININGS
from tests.engine.exports.programs import (
    TABLE,
    assert_close,
    assert_predicts_rows,
    executed,
    some_inputs,
    source,
    trained,
)

ALL = NETWORKS | {f"images: {name}": each | {"problem": "images"} for name, each in IMAGES.items()}


@pytest.fixture
def torch() -> Iterator[Any]:
    torch = pytest.importorskip("torch")
    before = torch.get_default_dtype()
    yield torch
    torch.set_default_dtype(before)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
@pytest.mark.usefixtures("torch")
def test_it_predicts_what_the_engine_predicts(name: str) -> None:
    config = TrainingConfig.model_validate(ALL[name])
    trainer = trained(config, epochs=0 if config.image else 2, batches=3)
    names = executed(torch_program(source(trainer)))
    points = some_inputs(config)
    assert_close(trainer.outputs(points), names["predict"](points))


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAININGS)
@pytest.mark.usefixtures("torch")
def test_it_trains_on_as_the_engine(name: str) -> None:
    config = TrainingConfig.model_validate(TRAININGS[name] | {"batch_size": 8})
    trainer = trained(config, batches=0)
    names = executed(torch_program(source(trainer)))
    train_x, train_t, _, _ = names["data"]()
    names["train"](2, train_x, train_t)
    trainer.run_epochs(2)
    points = some_inputs(config)
    assert_close(trainer.outputs(points), names["predict"](points), 1e-5 if config.gradient_clip else 1e-6)


@pytest.mark.slow
@pytest.mark.usefixtures("torch")
def test_a_convolutional_network_trains_on_as_the_engine() -> None:
    config = TrainingConfig.model_validate(
        {
            **IMAGES["norms of maps"],
            "problem": "images",
            "batch_size": 100,
            "optimizer": "adam",
            "epsilon": 1e-3,
            "layers": [each for each in IMAGES["norms of maps"]["layers"] if each["kind"] != "dropout"],
        }
    )
    trainer = trained(config, epochs=1, batches=0)
    names = executed(torch_program(source(trainer)))
    train_x, train_t, _, _ = names["data"]()
    assert np.array_equal(train_x, trainer.arrays.train_inputs)
    names["train"](1, train_x, train_t)
    trainer.run_epochs(1)
    images = some_inputs(config)
    assert_close(trainer.outputs(images), names["predict"](images))


@pytest.mark.slow
@pytest.mark.usefixtures("torch")
def test_rows_of_ones_own_table_get_the_names_of_their_classes() -> None:
    trainer = trained(TrainingConfig.model_validate(TABLE), epochs=30, batches=0)
    assert_predicts_rows(executed(torch_program(source(trainer))), trainer)


@pytest.mark.slow
@pytest.mark.usefixtures("torch")
def test_as_a_program_it_trains_on_and_tells_the_losses(capsys: pytest.CaptureFixture[str]) -> None:
    config = TrainingConfig(schedule="cosine", optimizer="momentum", regularization="l1")
    executed(torch_program(source(trained(config, batches=0))), "__main__")
    assert "10 more epochs: test loss" in capsys.readouterr().out
