"""Trials of other settings: what they measure, and when there are none."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.training import trial
from engine.training.trainer import Trainer
from engine.training.trial import MAX_EPOCHS, Swings, Trials

pytestmark = [pytest.mark.medium, pytest.mark.usefixtures("compiled")]


def trained(epochs: int, **settings: Any) -> Trainer:
    trainer = Trainer(TrainingConfig(**settings))
    trainer.run_epochs(epochs)
    return trainer


@pytest.mark.parametrize(("epochs", "tried"), [(32, 32), (63, 32), (300, 256), (5000, MAX_EPOCHS)])
def test_a_trial_is_what_training_comes_to_in_no_more_epochs(epochs: int, tried: int) -> None:
    trainer = trained(epochs)
    before = trainer.snapshot()
    found = Trials(trainer).run({"learning_rate": 0.1})
    other = Trainer(trainer.config.changed({"learning_rate": 0.1}))
    losses = [each[1] for each in other.train_and_evaluate(tried, 1).losses]
    assert found is not None
    assert (found.epochs, found.loss) == (tried, np.median(losses[-10:]))
    assert found.swings == Swings.of(np.array(losses[-30:]))
    assert (trainer.snapshot().parameters == before.parameters).all()


def test_a_trial_that_diverges_is_never_better() -> None:
    trials = Trials(trained(64, problem="regression", activation="relu"))
    found = trials.run({"learning_rate": 10.0})
    assert found is not None
    assert found.loss == float("inf")
    assert trials.first_better(1.0, [{"learning_rate": 10.0}]) is None


def test_the_first_that_is_better_is_chosen_otherwise_the_least_loss() -> None:
    trials = Trials(trained(64))
    candidates: list[dict[str, Any]] = [{"learning_rate": each} for each in (1e-5, 0.1, 0.03)]
    assert trials.best(0.45, candidates) == candidates[1]
    assert trials.best(1e-9, candidates) == candidates[1]  # none is better: it has the least
    assert Trials(trained(10)).best(0.45, candidates, default=2) == candidates[2]  # too early to try


def test_points_that_were_given_are_those_of_the_trial() -> None:
    points = np.random.default_rng(1).normal(0, 2, (40, 2))
    data = [Dataset(*[Points(points, sign * np.sign(points[:, 0]))] * 2) for sign in (1, -1)]
    found = []
    for each in [*data, data[0]]:
        trainer = Trainer(TrainingConfig(), data=each)
        trainer.run_epochs(32)
        found.append(Trials(trainer).run({}))
    assert found[0] is not None
    assert found[0] is found[2]  # run once
    assert found[0] != found[1]


def test_what_would_take_too_long_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    trials = Trials(trained(64, data_seed=77))
    monkeypatch.setattr(trial, "MAX_WORK", 1.0)
    assert trials.run({}) is None
    assert not trials.can_run
    monkeypatch.undo()
    assert trials.can_run  # that it could not be tried is not kept


@pytest.mark.parametrize(
    ("losses", "is_bouncing"),
    [
        ([1.0, 2.0] * 15, True),
        (list(np.linspace(2, 1, 30)), False),  # falls
        (list(np.linspace(1, 2, 30)), False),  # rises, but not back
        ([1.0, 1.01] * 15, False),  # by little
        ([1.0] * 30, False),
    ],
)
def test_a_loss_bounces_if_it_goes_up_and_down_by_much(losses: list[float], is_bouncing: bool) -> None:
    swings = Swings.of(np.array(losses))
    assert swings.is_bouncing == (is_bouncing or (swings.upwards == 1 and swings.swing >= 0.03))
