"""Each explanation appears where a real run supports it, and does not where it does not.

Ten seeds of each run are slow; one of each is not.
"""

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.kernels import registry
from engine.training.diagnosis import Diagnosis, diagnose
from engine.training.layer_statistics import layer_statistics
from engine.training.missing_classes import missing_class
from engine.training.trainer import Trainer
from tests.engine.training.diagnosis_cases import FALSE, HEALTHY, TRUE

pytestmark = [pytest.mark.medium, pytest.mark.usefixtures("compiled")]

SEEDS = range(10)
SLOW = pytest.mark.slow

QUICK_SEEDS = {"saturated": 1}
"""Seeds of runs whose first is one of the few that do not trigger their explanation."""


@cache
def found(epochs: int, settings: tuple[tuple[str, Any], ...], seed: int) -> tuple[Diagnosis, ...]:
    trainer = Trainer(TrainingConfig(data_seed=seed, weights_seed=seed, **dict(settings)))
    losses = trainer.train_and_evaluate(epochs, 1).losses
    return tuple(diagnose(trainer, losses))


def names(epochs: int, settings: dict[str, Any]) -> Counter[str]:
    """Return in how many seeds each explanation appears."""
    each = [found(epochs, tuple(settings.items()), seed) for seed in SEEDS]
    return Counter(diagnosis.name for diagnoses in each for diagnosis in diagnoses)


@pytest.mark.parametrize("case", TRUE)
def test_an_explanation_appears_in_a_run(case: str) -> None:
    name, epochs, settings = TRUE[case]
    explained = found(epochs, tuple(settings.items()), QUICK_SEEDS.get(case, 0))
    assert name in {each.name for each in explained}


@SLOW
@pytest.mark.parametrize("case", TRUE)
def test_an_explanation_appears_over_ten_seeds(case: str) -> None:
    name, epochs, settings = TRUE[case]
    assert names(epochs, settings)[name] >= 8


@pytest.mark.parametrize("case", FALSE)
def test_an_explanation_does_not_appear_in_a_run(case: str) -> None:
    excluded, epochs, settings = FALSE[case]
    assert not excluded & {each.name for each in found(epochs, tuple(settings.items()), 0)}


@SLOW
@pytest.mark.parametrize("case", FALSE)
def test_an_explanation_does_not_appear_over_ten_seeds(case: str) -> None:
    excluded, epochs, settings = FALSE[case]
    assert not excluded & names(epochs, settings).keys()


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("epochs", [40, 100, 300])
def test_a_healthy_training_is_told_nothing(name: str, epochs: int) -> None:
    assert names(epochs, HEALTHY[name]) == {}


@SLOW
@pytest.mark.parametrize("case", TRUE)
def test_no_other_cause_is_blamed(case: str) -> None:
    """Causes that exclude each other by what was measured."""
    everything = {name for name, _, _ in TRUE.values()}
    excluded = {
        "diverged": everything - {"diverged"},
        "symmetric": {"vanishing", "underfitting", "no_gradient", "dead", "slow", "linear"},
        "no_slope": everything - {"no_slope"},
        "strangled": {"vanishing", "underfitting", "no_gradient", "slow", "linear"},
        "slow": everything - {"slow"},
        "linear": everything - {"linear"},
        "vanishing": {"underfitting", "dead", "bouncing", "overfitting", "slow"},
        "underfitting": everything - {"underfitting"},
        "no_gradient": {"underfitting", "slow", "linear"},
        "noisy": {"bouncing", "underfitting"},
        "dead": {"underfitting", "no_gradient"},
    }
    name, epochs, settings = TRUE[case]
    assert not excluded.get(name, set()) & names(epochs, settings).keys()


@SLOW
@pytest.mark.parametrize("case", [case for case, (name, _, _) in TRUE.items() if name != "overfitting"])
def test_what_is_to_be_tried_mends_it(case: str) -> None:
    """It leaves most runs without the explanation, and with less loss; of what bounces, with less loss."""
    name, epochs, settings = TRUE[case]
    told, mended = 0, 0
    for seed in SEEDS:
        explained = found(epochs, tuple(settings.items()), seed)
        before = next((each for each in explained if each.name == name), None)
        if before is None:
            continue
        trainer = Trainer(TrainingConfig(data_seed=seed, weights_seed=seed, **settings))
        losses = trainer.train_and_evaluate(epochs, 1).losses
        changed = Trainer(trainer.config.changed(before.remedy))
        after = changed.train_and_evaluate(epochs, 1).losses
        is_gone = name not in {each.name for each in diagnose(changed, after)}
        told += 1
        mended += (
            (is_gone or name == "bouncing")
            and (
                trainer.divergence is not None
                or "loss" in before.remedy  # of another kind
                or np.median([each[1] for each in after[-10:]])
                < np.median([each[1] for each in losses[-10:]])
            )
        )
    assert mended >= 0.7 * told


@SLOW
@pytest.mark.parametrize("case", ["strangled by L1", "strangled by L2", "shrunk by L2"])
def test_a_penalty_is_blamed_by_numbers_that_are_shown(case: str) -> None:
    _, epochs, settings = TRUE[case]
    for seed in SEEDS:
        for each in found(epochs, tuple(settings.items()), seed):
            measured = each.measured
            if each.name == "strangled" and "penalty" in measured:
                assert measured["penalty"] > 1.1 * measured["gradient"]
            elif each.name == "strangled":
                assert measured["weight"] < 0.05
                assert measured["other"] < 0.4


def test_dead_neurons_of_a_large_rate_are_told_to_take_smaller_steps_too() -> None:
    _, epochs, settings = TRUE["dead at a large rate"]
    (each,) = [each for each in found(epochs, tuple(settings.items()), 0) if each.name == "dead"]
    assert each.remedy["activation"] == "leaky_relu"
    assert each.remedy["learning_rate"] < settings["learning_rate"]


@pytest.mark.parametrize(("rate", "epoch"), [(1.0, 2), (3.0, 1)])
def test_the_epoch_of_a_divergence_counts_from_1(rate: float, epoch: int) -> None:
    """As the page's warning does: the panel and the warning name the same epoch."""
    trainer = Trainer(TrainingConfig(problem="regression", activation="relu", hidden_layers=(4,)))
    trainer.change(trainer.config.changed({"learning_rate": rate}))
    trainer.train_and_evaluate(100, 1)
    assert trainer.divergence is not None
    assert trainer.divergence.epoch == epoch - 1
    (told,) = diagnose(trainer, [])
    assert told.measured["epoch"] == epoch


@pytest.mark.parametrize(("epochs", "epoch"), [(0, 1), (5, 5)])
def test_a_loss_that_is_not_finite_is_told_of_the_epoch_that_it_was_measured_after(
    epochs: int, epoch: int
) -> None:
    trainer = Trainer(TrainingConfig(problem="regression", activation="relu"))
    trainer.run_epochs(epochs)
    trainer.set_weight(1, 0, 0, 1e200)
    trainer.metrics()
    assert trainer.divergence is not None
    assert trainer.divergence.cause == "loss"
    (told,) = diagnose(trainer, [])
    assert told.measured["epoch"] == epoch


def test_nothing_is_advised_before_it_could_be_tried() -> None:
    """Otherwise the advice would change as soon as there is a trial."""
    _, _, settings = TRUE["slow"]
    trainer = Trainer(TrainingConfig(**settings))
    losses = trainer.train_and_evaluate(31, 1).losses
    assert diagnose(trainer, losses) == []
    losses += trainer.train_and_evaluate(1, 1).losses
    told = diagnose(trainer, losses)
    assert [each.name for each in told] in ([], ["slow"])
    losses += trainer.train_and_evaluate(100, 1).losses
    (later,) = diagnose(trainer, losses)
    assert not told or later.remedy == told[0].remedy


def test_without_kernels_no_trial_is_claimed() -> None:
    """What only a trial can support is not said; what the numbers say by themselves is."""
    told = {}
    for case in ("one neuron", "slow", "linear", "noisy by single points", "strangled by L1"):
        name, epochs, settings = TRUE[case]
        trainer = Trainer(TrainingConfig(**settings))
        losses = trainer.train_and_evaluate(epochs, 1).losses
        with registry.without():
            slow = Trainer(trainer.config, parameters=trainer.network.parameters.copy())
            slow.run_epochs(1)
            layers = layer_statistics(trainer)
            told[case] = {each.name for each in diagnose(slow, losses, layers)} & {name, "bouncing"}
    assert told == {
        "one neuron": set(),
        "slow": {"slow"},
        "linear": {"linear"},
        "noisy by single points": set(),
        "strangled by L1": {"strangled"},
    }


def test_before_any_training_nothing_is_said() -> None:
    assert diagnose(Trainer(TrainingConfig(initializer="zeros")), []) == []


def test_every_remedy_is_a_change_that_the_settings_allow() -> None:
    for _, epochs, settings in TRUE.values():
        for seed in (0,):
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
