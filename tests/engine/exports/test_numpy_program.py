"""NumPy programs: they predict what the engine predicts, and train on as it would."""

import ast
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

from engine.config import TrainingConfig
from engine.data.features import FEATURES
from engine.errors import InvalidValue
from engine.exports.keras_program import keras_program
from engine.exports.numpy_program import numpy_program
from engine.exports.torch_program import torch_program
from engine.nn.activations import ACTIVATIONS
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.regularizers import REGULARIZERS
from engine.optim.schedules import SCHEDULES
from tests.engine.chain_configs import chain_configs, divides_by_little, image_configs
from tests.engine.exports.programs import (
    TABLE,
    assert_close,
    assert_predicts_rows,
    executed,
    some_inputs,
    source,
    trained,
)
from tests.engine.factories import HEADS, configs, data_for, problem_of


def assert_same(config: TrainingConfig, epochs: int = 2, **given: Any) -> None:
    """Assert that a program predicts what the engine does, before and after some more epochs."""
    trainer = trained(config, **given)
    names = executed(numpy_program(source(trainer)))
    points = some_inputs(config)
    assert_close(trainer.outputs(points), names["predict"](points))
    if config.image and given:
        return  # its images are scikit-learn's
    train_x, train_t, _, _ = names["data"]()
    names["train"](epochs, train_x, train_t)
    trainer.run_epochs(epochs)
    assert names["STATE"]["epoch"] == trainer.epoch
    assert_close(trainer.outputs(points), names["predict"](points))


STEADY: dict[str, Any] = {
    "learning_rate": 0.01,
    "noise": 10,
    "epsilon": 1e-3,
    "regularization_rate": 0.003,
    "weight_decay": 0.01,
    "initial_bias": 0.1,
    "initializer": "xavier_normal",
    "momentum": 0.5,
}
"""Settings with which rounding errors stay small."""


@given(config=configs(**STEADY) | chain_configs(**STEADY))
@settings(max_examples=40, deadline=None)
@pytest.mark.medium
def test_a_program_predicts_and_trains_on_as_the_engine(config: TrainingConfig) -> None:
    trainer = trained(config, data=data_for(config))
    assume(trainer.divergence is None)
    assume(not divides_by_little(trainer.network, trainer.arrays.train_inputs, config.batch_size))
    assert_same(config, data=data_for(config))


@given(config=image_configs(input_scaling="none"))
@settings(max_examples=8, deadline=None)
@pytest.mark.medium
def test_networks_of_images_predict_the_same(config: TrainingConfig) -> None:
    trainer = trained(config, epochs=0, batches=1, data=data_for(config))
    assume(trainer.divergence is None and np.abs(trainer.network.parameters).max() < 100)
    names = executed(numpy_program(source(trainer)))
    images = some_inputs(config)
    with np.errstate(all="ignore"):
        assert_close(trainer.outputs(images), names["predict"](images))


@pytest.mark.slow
def test_a_convolutional_network_trains_on_with_the_digits_and_drawings() -> None:
    layers = [
        {"kind": "conv", "filters": 3, "size": 3, "stride": 2},
        {"kind": "batch_norm"},
        {"kind": "conv", "filters": 2, "size": 2},
        {"kind": "average_pool"},
        {"kind": "flatten"},
        {"kind": "dense", "neurons": 6},
        {"kind": "layer_norm"},
    ]
    drawings = [{"label": 3, "pixels": [0, 16] * 32}, {"label": 5, "pixels": [9] * 64, "use": "test"}]
    config = TrainingConfig.model_validate(
        {
            "problem": "images",
            "layers": layers,
            "drawings": drawings,
            "noise": 20,
            "batch_size": 100,
            "optimizer": "adam",
            "epsilon": 1e-3,
            "input_scaling": "standardized",
        }
    )
    assert_same(config, epochs=1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation(name: str) -> None:
    assert_same(TrainingConfig(activation=name, hidden_layers=(4, 3), initializer="xavier_normal"))


@pytest.mark.parametrize(("output", "loss"), HEADS)
def test_each_output_and_loss(output: str, loss: str) -> None:
    assert_same(TrainingConfig(problem=problem_of(output), output_activation=output, loss=loss))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("penalty", REGULARIZERS)
def test_each_optimizer_with_each_penalty(optimizer: str, penalty: str) -> None:
    config = TrainingConfig(
        optimizer=optimizer,
        regularization=penalty,
        regularization_rate=0.03,
        gradient_clip=0.1,
        epsilon=1e-4,
        features=tuple(FEATURES),
        input_scaling="standardized",
    )
    assert_same(config)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_each_schedule(schedule: str) -> None:
    assert_same(TrainingConfig(schedule=schedule, schedule_epochs=3), epochs=4)


NAMES = [
    '"""',
    "'''",
    "\\",
    "a\nimport os",
    "a\r\nb",
    "{{ 7*7 }}",
    "<script>alert(1)</script>",
    "\\N{DIGIT ONE}",
    "\u2028x = 1",
    "'; raise SystemExit #",
    "我的網路",
    "%s {0}",
    '\\" + 1/0 + \\"',
    "\x00",
    "#",
    "\ud800",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_becomes_code(name: str) -> None:
    columns = None
    if name.isprintable() and name.isascii():
        column = {"name": name, "offset": 3.8, "factor": 1.7}
        columns = {"x1": column, "x2": column, "target": None, "classes": [name, name + " 2"]}
    own = [[0, 0, 1], [1, 1, -1], [2, 1, -1]]
    config = TrainingConfig.model_validate({"dataset": "own", "points": own, "data_columns": columns})
    trainer = trained(config, batches=0)
    for program in (keras_program, torch_program, numpy_program):
        with_name, without = (program(source(trainer, each)) for each in (name, "plain"))
        assert with_name.splitlines()[1:] == without.splitlines()[1:]
        ast.parse(with_name)
    names = executed(with_name)
    if columns:
        assert names["CLASS_NAMES"] == [name, name + " 2"]
        assert names["COLUMNS"] == [name, name]


def test_rows_of_ones_own_table_are_predicted_in_its_units() -> None:
    columns = {
        "x1": {"name": "length", "offset": 3.0, "factor": 2.0},
        "x2": {"name": "width", "offset": -1.0, "factor": 0.5},
        "target": {"name": "price", "offset": 100.0, "factor": 0.01},
    }
    own = [[0, 0, 0.5], [1, 1, -0.5], [2, 1, 0.25]]
    config = TrainingConfig.model_validate(
        {"problem": "regression", "dataset": "own", "points": own, "data_columns": columns}
    )
    trainer = trained(config, batches=0)
    names = executed(numpy_program(source(trainer)))
    on_the_plane = np.array([[(4.0 - 3) * 2, (2.0 + 1) * 0.5]])
    expected = trainer.outputs(on_the_plane)[:, 0] / 0.01 + 100
    assert_close(expected, names["predict_rows"]([[4.0, 2.0]]))


def test_real_data_are_predicted_in_their_units() -> None:
    trainer = trained(TrainingConfig(dataset="iris"), epochs=30, batches=0)
    names = executed(numpy_program(source(trainer)))
    assert names["COLUMNS"] == ["petal length (cm)", "petal width (cm)"]
    assert names["predict_rows"]([[3.5, 1.0], [6.5, 2.4]]) == ["versicolor", "virginica"]


def test_weights_that_are_no_numbers_are_refused() -> None:
    trainer = trained(TrainingConfig())
    trainer.network.parameters[0] = np.nan
    with pytest.raises(InvalidValue):
        source(trainer)


def test_rows_of_ones_own_table_get_the_names_of_their_classes() -> None:
    trainer = trained(TrainingConfig.model_validate(TABLE), epochs=30, batches=0)
    assert_predicts_rows(executed(numpy_program(source(trainer))), trainer)


def test_as_a_program_it_trains_on_and_tells_the_losses(capsys: pytest.CaptureFixture[str]) -> None:
    config = TrainingConfig(schedule="cosine", optimizer="momentum", regularization="l1")
    executed(numpy_program(source(trained(config, batches=0))), "__main__")
    assert "epoch 12: test loss" in capsys.readouterr().out
