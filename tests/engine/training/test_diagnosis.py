"""Each explanation appears where a real run supports it, and does not where it does not, over ten seeds."""

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.training.diagnosis import Diagnosis, diagnose
from engine.training.missing_classes import missing_class
from engine.training.trainer import Trainer

pytestmark = [pytest.mark.medium, pytest.mark.usefixtures("compiled")]

SEEDS = range(10)

SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
ENTROPY: dict[str, Any] = {"output_activation": "sigmoid", "loss": "cross_entropy"}

SICK: dict[str, tuple[int, dict[str, Any]]] = {
    "diverged": (40, {"problem": "regression", "activation": "relu", "learning_rate": 10.0}),
    "bouncing": (300, {"dataset": "spiral", "hidden_layers": (8, 8, 8), "learning_rate": 0.3}),
    "symmetric": (40, {"initializer": "zeros", "initial_bias": 0.1, "dataset": "xor"}),
    "dead": (40, {"hidden_layers": (8, 8), "activation": "relu", "learning_rate": 3.0, **ENTROPY}),
    "strangled": (100, {"dataset": "xor", "regularization": "l1", "regularization_rate": 0.1}),
    "no_gradient": (
        100,
        {"dataset": "spiral", "hidden_layers": (8, 8), "activation": "sigmoid", "learning_rate": 10.0},
    ),
    "vanishing": (100, {"hidden_layers": (8,) * 6, "activation": "sigmoid"}),
    "saturated": (100, {"dataset": "spiral", "hidden_layers": (8, 8), "learning_rate": 3.0, **ENTROPY}),
    "overfitting": (
        300,
        {
            "dataset": "spiral", "noise": 50.0, "train_percent": 10, "features": SEVEN, "activation": "relu",
            "hidden_layers": (8, 8), "learning_rate": 0.1,
        },
    ),
    "underfitting": (300, {"dataset": "xor", "hidden_layers": (1,)}),
}  # fmt: skip
"""For each explanation a number of epochs, and settings with which it is true."""

HEALTHY: dict[str, dict[str, Any]] = {
    "default": {},
    "gaussian": {"dataset": "gaussian"},
    "regression": {"problem": "regression"},
    "Adam": {"hidden_layers": (8,), "optimizer": "adam", "learning_rate": 0.01, **ENTROPY},
    "a wide network": {"hidden_layers": (8, 8), "dataset": "moons"},
}


@cache
def found(epochs: int, settings: tuple[tuple[str, Any], ...], seed: int) -> tuple[Diagnosis, ...]:
    trainer = Trainer(TrainingConfig(data_seed=seed, weights_seed=seed, **dict(settings)))
    losses = trainer.train_and_evaluate(epochs, 1).losses
    return tuple(diagnose(trainer, losses))


def names(epochs: int, settings: dict[str, Any]) -> Counter[str]:
    """Return in how many seeds each explanation appears."""
    each = [found(epochs, tuple(settings.items()), seed) for seed in SEEDS]
    return Counter(diagnosis.name for diagnoses in each for diagnosis in diagnoses)


@pytest.mark.parametrize("name", SICK)
def test_an_explanation_appears_where_it_is_true(name: str) -> None:
    epochs, settings = SICK[name]
    assert names(epochs, settings)[name] >= 8


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("epochs", [40, 100, 300])
def test_a_healthy_training_is_told_nothing(name: str, epochs: int) -> None:
    assert names(epochs, HEALTHY[name]) == {}


@pytest.mark.parametrize("name", SICK)
def test_no_other_cause_is_blamed(name: str) -> None:
    """Causes that exclude each other by what was measured."""
    excluded = {
        "diverged": set(SICK) - {"diverged"},
        "symmetric": {"vanishing", "underfitting", "no_gradient", "dead"},
        "strangled": {"vanishing", "underfitting", "no_gradient"},
        "vanishing": {"underfitting", "dead", "bouncing", "overfitting"},
        "underfitting": set(SICK) - {"underfitting"},
        "no_gradient": {"underfitting"},
        "dead": {"underfitting", "no_gradient"},
    }
    epochs, settings = SICK[name]
    assert not excluded.get(name, set()) & names(epochs, settings).keys()


@pytest.mark.parametrize("name", ["diverged", "symmetric", "strangled", "vanishing", "dead", "underfitting"])
def test_what_is_to_be_tried_mends_it(name: str) -> None:
    epochs, settings = SICK[name]
    mended = 0
    for seed in SEEDS:
        before = next(each for each in found(epochs, tuple(settings.items()), seed) if each.name == name)
        trainer = Trainer(TrainingConfig(data_seed=seed, weights_seed=seed, **settings))
        changed = Trainer(trainer.config.changed(before.remedy))
        losses = changed.train_and_evaluate(epochs, 1).losses
        mended += name not in {each.name for each in diagnose(changed, losses)}
    assert mended >= 6


def test_before_any_training_nothing_is_said() -> None:
    assert diagnose(Trainer(TrainingConfig(initializer="zeros")), []) == []


def test_every_remedy_is_a_change_that_the_settings_allow() -> None:
    for epochs, settings in SICK.values():
        for seed in SEEDS:
            for diagnosis in found(epochs, tuple(settings.items()), seed):
                config = TrainingConfig(**settings)
                assert config.changed(diagnosis.remedy) != config
                assert all(isinstance(value, float) for value in diagnosis.measured.values())


def alone(target: float) -> tuple[tuple[float, float, float], ...]:
    """Return points of two clusters and one or two of a class of their own."""
    rng = np.random.default_rng(2)
    rows = [(*rng.normal(4 * (each // 10) - 2, 0.3, 2), float(each // 10)) for each in range(20)]
    return tuple((float(x), float(y), label) for x, y, label in [*rows, (3.0, -3.0, target)])


def own(points: tuple[tuple[float, float, float], ...], **settings: Any) -> TrainingConfig:
    given = {"problem": "multiclass", "dataset": "own", "classes": 3, "points": points, "learning_rate": 0.3}
    return TrainingConfig.model_validate({**given, "train_percent": 50, **settings})


MISSING = {"unseen_class", "untested_class"}


def explained(config: TrainingConfig, **given: Any) -> dict[str, Diagnosis]:
    trainer = Trainer(config, **given)
    losses = trainer.train_and_evaluate(300, 1).losses
    return {each.name: each for each in diagnose(trainer, losses)}


def test_a_class_that_one_set_lacks_is_named_in_place_of_overfitting() -> None:
    seen = {}
    for seed in range(40):
        trainer = Trainer(own(alone(2.0), data_seed=seed))
        lacks = "untested_class" if 2.0 in trainer.dataset.train.targets else "unseen_class"
        seen[lacks] = trainer.config
    assert seen.keys() == MISSING
    for name, config in seen.items():
        found = explained(config)
        assert "overfitting" not in found
        assert found[name].measured == {"target": 2.0, "points": 1.0}
        assert found[name].remedy == {}  # a single point is in one set alone
        assert len(found.keys() & seen.keys()) == 1
    # Were it not for the class, its test loss would be taken for overfitting.
    trainer = Trainer(seen["unseen_class"])
    losses = trainer.train_and_evaluate(300, 1).losses
    assert losses[-1][2] > 1.5 * losses[-1][1] + 0.02


@pytest.mark.parametrize("between", [0, 1])
def test_a_class_of_two_points_is_divided_anew(between: int) -> None:
    """Rows that alternate in the table are in the same set whatever the seed; then the share changes."""
    points = (*alone(2.0), *alone(1.0)[:between], (3.2, -3.1, 2.0))
    configs = [own(points, data_seed=seed, train_percent=50 if between else 20) for seed in range(40)]
    config = next(each for each in configs if missing_class(each, Trainer(each).dataset))
    remedies = [each.remedy for name, each in explained(config).items() if name in MISSING]
    assert [list(each) for each in remedies] == [["train_percent" if between else "data_seed"]]
    assert not explained(config.changed(remedies[0])).keys() & MISSING


def test_the_classes_of_points_that_a_program_gave_are_not_divided_anew() -> None:
    train = Points(np.array([[2.0, 2], [-2, -2], [3, 2]]), np.array([1.0, 1, 1]))
    test = Points(np.array([[1.0, 2], [-2, -1]]), np.array([1.0, -1]))
    found = explained(TrainingConfig(), data=Dataset(train, test))
    assert found["unseen_class"].measured == {"target": -1.0, "points": 1.0}
    assert found["unseen_class"].remedy == {}


def test_a_class_that_no_set_has_is_not_missed() -> None:
    assert not explained(own(alone(1.0), classes=5)).keys() & MISSING
