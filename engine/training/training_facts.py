"""The facts about a training from which `engine.training.diagnosis` draws its explanations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.config_fields import LEARNING_RATES
from engine.state import EpochLosses
from engine.training.layer_statistics import LayerStatistics
from engine.training.linear_fit import LinearFit, linear_fit
from engine.training.missing_classes import MissingClass, missing_class
from engine.training.trainer import Trainer
from engine.training.trial import Trials

Name: TypeAlias = Literal[
    "diverged",
    "bouncing",
    "noisy",
    "symmetric",
    "no_slope",
    "dead",
    "strangled",
    "slow",
    "linear",
    "no_gradient",
    "vanishing",
    "saturated",
    "unseen_class",
    "untested_class",
    "overfitting",
    "underfitting",
]


class Diagnosis(NamedTuple):
    """One explanation."""

    name: Name
    layer: int | None
    """The number of the layer of neurons that it is about, from 1; None for the training as a whole."""
    measured: Mapping[str, float]
    """The numbers that support it."""
    remedy: Mapping[str, Any]
    """Settings to try, as `TrainingConfig.changed` takes them; empty if none would help."""


LOSS_WINDOW = 30
"""How many of the last losses are examined."""

MIN_EPOCHS_TO_JUDGE = 200
"""Epochs of training before a network is said to do no better."""


DEFAULT_RATE = 0.03
"""The learning rate of a training that was not told otherwise."""


@dataclass(frozen=True)
class TrainingFacts:
    """The facts about a training: the last losses, the loss of guessing, statistics of layers, and trials."""

    config: TrainingConfig
    train: Floats
    test: Floats
    lowest_test: float
    """The lowest test loss so far."""
    guessing: float
    """Training loss of the best constant output."""
    layers: list[LayerStatistics]
    is_long: bool
    """Whether it has trained long enough for its last half to say something."""
    fall_of_half: float
    """The fraction by which the training loss fell over the last half of all losses."""
    symmetric: list[int]
    """Numbers of the hidden layers whose neurons are all alike."""
    missing: MissingClass | None
    """A class that the training set or the test set lacks."""
    are_given: bool
    """Whether the points are custom, so that no setting changes which are for testing."""
    trials: Trials
    trainer: Trainer

    @classmethod
    def of(
        cls, trainer: Trainer, known: Sequence[EpochLosses], layers: list[LayerStatistics]
    ) -> "TrainingFacts":
        """Return the facts about a training, given its finite losses (at least one) and its layers."""
        table = np.array(known)
        return cls(
            trainer.config,
            table[-LOSS_WINDOW:, 1],
            table[-LOSS_WINDOW:, 2],
            float(table[:, 2].min()),
            _loss_of_guessing(trainer),
            layers,
            len(table) >= 2 * LOSS_WINDOW and trainer.epoch >= MIN_EPOCHS_TO_JUDGE,
            _fall(table[-(len(table) // 2) :, 1]),
            _symmetric_layers(trainer),
            missing_class(trainer.config, trainer.dataset),
            trainer.overrides.data is not None,
            Trials(trainer),
            trainer,
        )

    @property
    def hidden(self) -> list[LayerStatistics]:
        """The hidden layers."""
        return self.layers[:-1]

    @property
    def loss(self) -> float:
        """The training loss: the median of the last ones."""
        return float(np.median(self.train[-10:]))

    @property
    def has_window(self) -> bool:
        """Whether there are as many losses as are looked at."""
        return len(self.train) >= LOSS_WINDOW

    @property
    def is_high(self) -> bool:
        """Whether the training loss is nearer to that of guessing than to 0."""
        return bool(self.train[-1] > 0.5 * self.guessing)

    @property
    def fall(self) -> float:
        """The fraction by which the training loss fell over the window, from its first to its last third."""
        return _fall(self.train)

    @property
    def is_stalled(self) -> bool:
        """Whether the training loss has fallen by less than 2 % over the window."""
        return self.has_window and abs(self.fall) < 0.02

    @property
    def is_linear(self) -> bool:
        """Whether all layers together are one linear map of the inputs."""
        bends = any(layer.kind in ("layer_norm", "max_pool") for layer in self.config.stack)
        return not bends and all(name == "linear" for name in self.config.activations)

    def linear_fit(self) -> LinearFit:
        """Return what the best linear map of the inputs leaves of the training targets."""
        return linear_fit(self.trainer)


def lower_rate(rate: float, factor: float) -> float:
    """Return the largest offered learning rate that is at most a fraction of a rate."""
    return max((each for each in LEARNING_RATES if each <= 1.01 * rate / factor), default=LEARNING_RATES[0])


def with_lower_rates(facts: TrainingFacts, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return changes alone and, if the learning rate is above the default, with lower ones."""
    rate = facts.config.learning_rate
    if rate <= DEFAULT_RATE:
        return [dict(changes)]
    lower = [lower_rate(rate, factor) for factor in (3, 10, 30, 100)]
    return [dict(changes), *({**changes, "learning_rate": each} for each in lower)]


def _fall(losses: Floats) -> float:
    """Return the fraction by which losses fell, from the median of the first third to that of the last."""
    third = len(losses) // 3
    if third == 0:
        return 0.0
    before, after = np.median(losses[:third]), np.median(losses[-third:])
    return float((before - after) / before) if before > 0 else 0.0


def _loss_of_guessing(trainer: Trainer) -> float:
    """Return an estimate of the training loss of the best constant output."""
    targets = trainer.arrays.train_targets
    mean = targets.mean(axis=0)
    if trainer.config.loss != "cross_entropy":
        return float(0.5 * targets.var(axis=0).mean())
    fractions = mean if len(mean) > 1 else np.array([mean[0], 1 - mean[0]])
    return float(-(fractions * np.log(np.maximum(fractions, 1e-12))).sum())


def _symmetric_layers(trainer: Trainer) -> list[int]:
    """Return the numbers of the hidden layers with several neurons, all of the same weights and biases."""
    found = []
    for number, layer in enumerate(trainer.network.layers[:-1], 1):
        together = np.vstack([layer.weights, layer.biases])
        if together.shape[1] > 1 and np.ptp(together, axis=1).max() < 1e-12:
            found.append(number)
    return found
