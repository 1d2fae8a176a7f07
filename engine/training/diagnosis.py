"""Why a training goes as it goes: explanations that the engine's own numbers support, each with a remedy.

An explanation is given only if what it claims was measured: of the losses so far, and of every layer by
`layer_statistics`. What the numbers do not support is not said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.config_fields import PENALTY_RATES, RATES
from engine.state import EpochLosses
from engine.training.layer_statistics import LayerStatistics, layer_statistics
from engine.training.missing_classes import MissingClass, fuller_split, missing_class
from engine.training.trainer import Trainer

Name: TypeAlias = Literal[
    "diverged",
    "bouncing",
    "symmetric",
    "dead",
    "strangled",
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


WINDOW = 30
"""Losses that are looked at: the last ones."""


LONG = 200
"""Epochs from which on it may be said that a network cannot do better."""


def _fall(losses: Floats) -> float:
    """Return by which part losses fell: from the median of their first third to that of their last."""
    third = len(losses) // 3
    if third == 0:
        return 0.0
    before, after = np.median(losses[:third]), np.median(losses[-third:])
    return float((before - after) / before) if before > 0 else 0.0


@dataclass(frozen=True)
class _Course:
    """What is known of a training: the last losses, the loss of guessing, and the layers."""

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
    """By which part the training loss fell over the last half of all losses."""
    symmetric: list[int]
    """Numbers of the hidden layers whose neurons are all alike."""
    missing: MissingClass | None
    """A class that the training set or the test set lacks."""
    are_given: bool
    """Whether the points were given, so that no setting changes which are for testing."""

    @property
    def hidden(self) -> list[LayerStatistics]:
        return self.layers[:-1]

    @property
    def is_high(self) -> bool:
        """Whether the training loss is nearer to that of guessing than to 0."""
        return bool(self.train[-1] > 0.5 * self.guessing)

    @property
    def fall(self) -> float:
        """By which part the training loss fell over the window: medians of its first and last thirds."""
        return _fall(self.train)

    @property
    def is_stalled(self) -> bool:
        """Whether the training loss has fallen by less than 2 % over the window."""
        return len(self.train) >= WINDOW and abs(self.fall) < 0.02


def diagnose(
    trainer: Trainer, losses: Sequence[EpochLosses], layers: list[LayerStatistics] | None = None
) -> list[Diagnosis]:
    """Return all explanations that the numbers of a training support, the most urgent first.

    Args:
        trainer: the training; it stays as it is.
        losses: all epochs at which losses were measured, and these; at least `WINDOW` for most explanations.
        layers: its `layer_statistics`, if they are known.
    """
    config = trainer.config
    if trainer.divergence is not None:
        measured = {"epoch": float(trainer.divergence.epoch), "learning_rate": config.learning_rate}
        return [Diagnosis("diverged", None, measured, {"learning_rate": _lower(config.learning_rate, 10)})]
    known = [each for each in losses if isfinite(each[1]) and isfinite(each[2])]
    if not known or trainer.epoch == 0:
        return []
    table = np.array(known)
    course = _Course(
        config,
        table[-WINDOW:, 1],
        table[-WINDOW:, 2],
        float(table[:, 2].min()),
        _loss_of_guessing(trainer),
        layers or layer_statistics(trainer),
        len(table) >= 2 * WINDOW and trainer.epoch >= LONG,
        _fall(table[-(len(table) // 2) :, 1]),
        _symmetric_layers(trainer),
        missing_class(config, trainer.dataset),
        trainer.overrides.data is not None,
    )
    found = (explain(course) for explain in _EXPLANATIONS)
    return [each for each in found if each is not None]


def _bouncing(course: _Course) -> Diagnosis | None:
    """Find a loss that goes up and down by much and is no better for it: the steps are too large."""
    steps = np.diff(course.train)
    way = np.abs(steps).sum()
    if len(course.train) < WINDOW or not way > 0:
        return None
    upwards, swing = steps[steps > 0].sum() / way, np.abs(steps).mean() / course.train.mean()
    if upwards < 0.35 or swing < 0.03 or course.train.mean() < 0.02 * course.guessing:
        return None
    measured = {"upwards": float(upwards), "swing": float(swing)}
    remedy = {"learning_rate": _lower(course.config.learning_rate, 3)}
    return Diagnosis("bouncing", None, measured, remedy)


def _symmetric(course: _Course) -> Diagnosis | None:
    """Find a layer whose neurons have the same weights: they get the same gradients, and stay alike."""
    if not course.symmetric:
        return None
    layer = course.symmetric[0]
    remedy = {"initializer": "xavier_uniform" if course.config.initializer != "xavier_uniform" else "uniform"}
    return Diagnosis("symmetric", layer, {"neurons": float(len(course.layers[layer - 1].dead))}, remedy)


def _dead(course: _Course) -> Diagnosis | None:
    """Find a layer half of whose neurons are flat at all points: no gradient comes through them any more."""
    for layer in course.hidden:
        dead = sum(layer.dead)
        if layer.activation != "step" and dead >= max(1, len(layer.dead) / 2):
            measured = {"dead": float(dead), "neurons": float(len(layer.dead))}
            return Diagnosis("dead", layer.layer, measured, _activation("leaky_relu"))
    return None


def _strangled(course: _Course) -> Diagnosis | None:
    """Find a penalty stronger than what the loss asks for: the network cannot leave guessing."""
    config = course.config
    l1, l2 = config.penalty
    if not (l1 or l2) or not course.is_stalled or not course.is_high:
        return None
    pull = max(l1 + l2 * layer.weight for layer in course.layers)
    push = max(layer.gradient for layer in course.layers)
    largest = max(layer.weight for layer in course.layers)
    if pull < 0.5 * push and largest > 0.01:
        return None
    rate = max((each for each in PENALTY_RATES if each <= config.regularization_rate / 10), default=0.0)
    remedy = {"regularization_rate": rate} if rate else {"regularization": "none"}
    measured = {"penalty": pull, "gradient": push, "weight": largest}
    return Diagnosis("strangled", None, measured, remedy)


def _no_gradient(course: _Course) -> Diagnosis | None:
    """Find that no layer gets a gradient though the loss is high: the output is where it is flat."""
    largest = max(layer.gradient for layer in course.layers)
    if not course.is_stalled or not course.is_high or largest > 1e-4 or course.symmetric:
        return None
    if _dead(course) or _strangled(course):
        return None
    remedy: dict[str, Any] = {"learning_rate": _lower(course.config.learning_rate, 3)}
    if course.config.problem == "classification" and course.config.loss == "squared_error":
        remedy |= {"output_activation": "sigmoid", "loss": "cross_entropy"}
    return Diagnosis("no_gradient", None, {"gradient": largest, "train": float(course.train[-1])}, remedy)


def _vanishing(course: _Course) -> Diagnosis | None:
    """Find a gradient that has all but vanished on its way back to the first layer."""
    if not course.is_stalled or not course.is_high or len(course.hidden) < 2:
        return None
    first, last = course.layers[0], course.layers[-1]
    if course.symmetric or not last.delta > 30 * first.delta > 0:
        return None
    if any(all(layer.dead) for layer in course.hidden) or _strangled(course):
        return None
    measured = {"first": first.delta, "last": last.delta}
    return Diagnosis("vanishing", 1, measured, _activation("relu"))


def _saturated(course: _Course) -> Diagnosis | None:
    """Find a layer nearly all of whose neurons are where their activation is flat."""
    if len(course.train) < WINDOW or not course.is_high or course.fall > 0.1:
        return None
    for layer in course.hidden:
        if layer.activation in ("sigmoid", "tanh") and layer.saturated > 0.9:
            remedy = {"input_scaling": "standardized", "initializer": "xavier_uniform"}
            return Diagnosis("saturated", layer.layer, {"saturated": layer.saturated}, remedy)
    return None


def _missing_class(course: _Course) -> Diagnosis | None:
    """Find a class that one of the sets lacks: it cannot be learned, or nothing tells how well it was."""
    missing = course.missing
    if missing is None:
        return None
    measured = {"target": missing.target, "points": float(missing.points)}
    remedy = {} if course.are_given else fuller_split(course.config)
    return Diagnosis("unseen_class" if missing.lacks == "train" else "untested_class", None, measured, remedy)


def _overfitting(course: _Course) -> Diagnosis | None:
    """Find a test loss that has left its lowest value behind while the training loss is much lower.

    Where a set lacks a class, the losses are of different tasks, and nothing follows from their difference.
    """
    if course.missing is not None:
        return None
    train, test = float(np.median(course.train)), float(np.median(course.test))
    if len(course.train) < WINDOW or test < 1.15 * course.lowest_test or test < 1.5 * train + 0.02:
        return None
    measured = {"train": train, "test": test, "lowest": course.lowest_test}
    penalty = {"regularization": "l2", "regularization_rate": 0.003}
    remedy = {"train_percent": 80} if course.config.regularization != "none" else penalty
    return Diagnosis("overfitting", None, measured, remedy)


def _underfitting(course: _Course) -> Diagnosis | None:
    """Find a loss that no longer falls, though gradients arrive in every layer: the network is too small."""
    if not course.is_high or not course.is_long or abs(course.fall_of_half) > 0.02 or course.symmetric:
        return None
    if any(
        explain(course) for explain in (_bouncing, _dead, _strangled, _no_gradient, _vanishing, _saturated)
    ):
        return None
    sizes = course.config.hidden_layers
    if course.config.layers:
        return None
    more = tuple(min(size + 4, 8) for size in sizes)
    remedy = {"hidden_layers": (*more, 8) if more == sizes else more} if sizes else {"hidden_layers": (4,)}
    return Diagnosis(
        "underfitting", None, {"train": float(course.train[-1]), "fall": course.fall_of_half}, remedy
    )


_EXPLANATIONS: tuple[Callable[[_Course], Diagnosis | None], ...] = (
    _bouncing,
    _symmetric,
    _dead,
    _strangled,
    _no_gradient,
    _vanishing,
    _saturated,
    _missing_class,
    _overfitting,
    _underfitting,
)


def _activation(name: str) -> dict[str, Any]:
    return {"activation": name}


def _lower(rate: float, factor: float) -> float:
    """Return the largest offered learning rate that is at most a fraction of a rate."""
    return max((each for each in RATES if each <= 1.01 * rate / factor), default=RATES[0])


def _loss_of_guessing(trainer: Trainer) -> float:
    """Return about the training loss of the best constant output, without inputs."""
    targets = trainer.arrays.train_targets
    mean = targets.mean(axis=0)
    if trainer.config.loss != "cross_entropy":
        return float(0.5 * targets.var(axis=0).mean())
    shares = mean if len(mean) > 1 else np.array([mean[0], 1 - mean[0]])
    return float(-(shares * np.log(np.maximum(shares, 1e-12))).sum())


def _symmetric_layers(trainer: Trainer) -> list[int]:
    """Return the numbers of the hidden layers with several neurons, all of the same weights and biases."""
    found = []
    for number, layer in enumerate(trainer.network.layers[:-1], 1):
        together = np.vstack([layer.weights, layer.biases])
        if together.shape[1] > 1 and np.ptp(together, axis=1).max() < 1e-12:
            found.append(number)
    return found
