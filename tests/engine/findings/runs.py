"""Repeated trainings over many seeds, and the comparison of their success with the original's figures."""

from functools import cache
from math import comb, inf
from typing import Any, NamedTuple

from engine.config import TrainingConfig
from engine.training.trainer import Trainer

SEEDS = 60
"""Trainings for each configuration; more than for the original's figures, to leave less to chance."""


SOLVED_ACCURACY = 0.97
"""Test accuracy from which on a training counts as solved."""


class Run(NamedTuple):
    """The result of one training."""

    reached: float
    """The first multiple of ten epochs after which the goal was met; infinity if it never was."""
    test_loss: float
    test_accuracy: float


def train(seed: int, epochs: int, goal: float, **settings: Any) -> Run:
    """Train for some epochs with a seed for data and weights; `goal` is a test loss."""
    trainer = Trainer(TrainingConfig(data_seed=seed, weights_seed=seed, **settings))
    reached = inf
    while trainer.epoch < epochs:
        trainer.run_epochs(10)
        if reached == inf and trainer.metrics().test_loss <= goal:
            reached = trainer.epoch
    metrics = trainer.metrics()
    assert metrics.test_accuracy is not None
    return Run(reached, metrics.test_loss, metrics.test_accuracy)


def runs(*, seeds: int = SEEDS, epochs: int = 1000, goal: float = 0.05, **settings: Any) -> list[Run]:
    """Train with the seeds from 0 on."""
    return [train(seed, epochs, goal, **settings) for seed in range(seeds)]


@cache
def on_circle(neurons: int, activation: str) -> list[Run]:
    return runs(dataset="circle", hidden_layers=(neurons,), activation=activation)


@cache
def on_xor(activation: str) -> list[Run]:
    return runs(dataset="xor", hidden_layers=(3,), activation=activation)


def solved(results: list[Run]) -> int:
    """Return how many trainings are solved."""
    return sum(run.test_accuracy >= SOLVED_ACCURACY for run in results)


def by_chance(ours: int, of: int, theirs: int, of_theirs: int) -> float:
    """Return the one-sided p-value of Fisher's exact test that two success rates are equal.

    Args:
        ours: successes among our trials.
        of: our trials.
        theirs: successes among the original's trials.
        of_theirs: the original's trials.
    """
    successes, trials = ours + theirs, of + of_theirs
    ways = [comb(of, k) * comb(of_theirs, successes - k) for k in range(min(of, successes) + 1)]
    return min(sum(ways[ours:]), sum(ways[: ours + 1])) / comb(trials, successes)


def agrees(ours: int, theirs: int, of_theirs: int) -> bool:
    """Return whether `ours` successes of `SEEDS` are compatible with `theirs` of `of_theirs`."""
    return by_chance(ours, SEEDS, theirs, of_theirs) > 1e-4
