"""A figure of a lesson's text, and the ways in which figures are measured."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from engine.config import TrainingConfig
from engine.state import Metrics
from engine.training.trainer import Trainer

Measure = Callable[[TrainingConfig], float]
"""Returns a figure of one training from its start."""


class Figure(NamedTuple):
    """What a step's text says of trainings from ten starts."""

    lesson: str
    """The lesson's folder."""
    step: int
    """The step whose set-up is trained, from 1 on."""
    says: tuple[str, ...]
    """Where it stands in the text: a piece of it in English, in Simplified and in Traditional Chinese."""
    measure: Measure
    low: float
    high: float
    change: Mapping[str, Any] = {}
    """Settings that differ from the step's."""
    times: int = 10
    """From how many of the ten starts, at least, the figure lies between `low` and `high`."""
    at_most: int = 10
    """From how many of them at most."""


def epochs_until(
    *, test_loss: float = -math.inf, test_accuracy: float = math.inf, most: int = 2000
) -> Measure:
    """Return a measure: the epochs until a loss or an accuracy is reached; infinity if not within `most`."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        while trainer.epoch < most and trainer.divergence is None:
            trainer.run_epochs(1)
            metrics = trainer.metrics()
            if metrics.test_loss <= test_loss or (metrics.test_accuracy or 0.0) >= test_accuracy:
                return trainer.epoch
        return math.inf

    return measured


def after(epochs: int, figure: Callable[[Metrics], float | None]) -> Measure:
    """Return a measure: a figure of the metrics after some epochs; not-a-number if the training diverges."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        trainer.run_epochs(epochs)
        found = figure(trainer.metrics())
        return math.nan if trainer.divergence is not None or found is None else found

    return measured


def of_trainer(epochs: int, figure: Callable[[Trainer], float]) -> Measure:
    """Return a measure: whatever a function finds in the training after some epochs."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        trainer.run_epochs(epochs)
        return figure(trainer)

    return measured
