"""Keras programs: as a person writes them; they predict, and take the steps, that the engine does."""

import os
import warnings
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.exports.keras_program import keras_program
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

INTRODUCTION = """
model = keras.Sequential(
    [
        Input(shape=(2,)),
        Dense(8, activation="relu"),
        Dense(8, activation="relu"),
        Dense(8, activation="relu"),
        Dense(1, activation="sigmoid"),
    ]
)
# Tinkernet's squared error has a factor of 1/2 that Keras's has not:
# half of its learning rate of 0.1 makes equal steps here.
model.compile(optimizer=SGD(0.05), loss="mse", metrics=["accuracy"])
"""


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("keras")


def test_the_program_of_introductions_comes_out_as_a_person_writes_it() -> None:
    config = TrainingConfig(
        hidden_layers=(8, 8, 8),
        activation="relu",
        output_activation="sigmoid",
        loss="squared_error",
        learning_rate=0.1,
        batch_size=10,
    )
    program = keras_program(source(trained(config, batches=0)))
    assert INTRODUCTION in program
    for line in ("from keras.layers import Dense, Input", "from keras.optimizers import SGD"):
        assert line in program.splitlines()
    assert "        batch_size=10," in program


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "changes",
    (NETWORKS | {f"images: {name}": each | {"problem": "images"} for name, each in IMAGES.items()}).values(),
    ids=str,
)
def test_it_predicts_what_the_engine_predicts(keras: Any, changes: dict[str, Any]) -> None:
    config = TrainingConfig.model_validate(changes)
    trainer = trained(config, epochs=0 if config.image else 2, batches=3)
    names = executed(keras_program(source(trainer)))
    points = some_inputs(config)
    is_rough = "layer_norm" in trainer.network.kinds  # Keras computes it with 32-bit floats
    assert_close(trainer.outputs(points), names["predict"](points), 3e-5 if is_rough else 1e-6)
    keras.backend.clear_session()


ROUGH = ("rmsprop", "adam", "adamw")
"""Optimizers whose epsilon Keras adds at another place."""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TRAININGS)
def test_it_takes_the_steps_of_the_engine(keras: Any, name: str) -> None:
    config = TrainingConfig.model_validate(TRAININGS[name])
    trainer = trained(config, epochs=0, batches=0)
    names = executed(keras_program(source(trainer)))
    train_x, train_t, _, _ = names["data"]()
    callbacks = [names["Penalties"]()] if "Penalties" in names else []
    if "learning_rate" in names:
        callbacks.append(keras.callbacks.LearningRateScheduler(names["learning_rate"]))
    names["model"].fit(
        train_x,
        train_t,
        batch_size=config.batch_size,
        epochs=2,
        shuffle=False,
        verbose=0,
        callbacks=callbacks,
    )
    trainer.run_epochs(2)
    points = some_inputs(config)
    # Keras's running variance divides by n where PyTorch's and the engine's divide by n - 1.
    tolerance = 1e-4 if config.optimizer in ROUGH else 0.02 if "batch norm" in name else 1e-6
    tolerance = 3e-5 if "layer norm" in name else tolerance
    assert_close(trainer.outputs(points), names["predict"](points), tolerance)
    assert not np.array_equal(names["model"].get_weights()[0], trainer.network.parameters[:1])
    keras.backend.clear_session()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("keras")
def test_rows_of_ones_own_table_get_the_names_of_their_classes() -> None:
    trainer = trained(TrainingConfig.model_validate(TABLE), epochs=30, batches=0)
    assert_predicts_rows(executed(keras_program(source(trainer))), trainer)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("keras")
def test_as_a_program_it_trains_on_and_tells_the_losses(capsys: pytest.CaptureFixture[str]) -> None:
    config = TrainingConfig(schedule="cosine", optimizer="momentum", regularization="l1")
    executed(keras_program(source(trained(config, batches=0))), "__main__")
    assert "val_loss" in capsys.readouterr().out
