"""More ways in which figures of trainings are measured."""

import contextlib
import io
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.config import TrainingConfig
from engine.state import Metrics
from engine.training.trainer import Trainer
from server.lessons.folder import SHIPPED
from tests.server.lessons.figures.measures import Measure


def from_seeds(data_seed: int, weights_seed: int, measure: Measure) -> Measure:
    """Return a measure: the figure from the set seeds of the step, whichever start is given."""
    found: list[float] = []

    def measured(config: TrainingConfig) -> float:
        if not found:
            found.append(measure(config.changed({"data_seed": data_seed, "weights_seed": weights_seed})))
        return found[0]

    return measured


def remembered(measure: Measure) -> Measure:
    """Return the measure, which trains once for each config: several figures may be of it."""
    found: dict[str, float] = {}

    def measured(config: TrainingConfig) -> float:
        key = repr(config)
        if key not in found:
            found[key] = measure(config)
        return found[key]

    return measured


def tens_until(test_accuracy: float, most: int) -> Measure:
    """Return a measure: epochs until an accuracy is seen, looking after each ten; infinity if it is not."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        while trainer.epoch < most:
            trainer.run_epochs(10)
            if (trainer.metrics().test_accuracy or 0.0) >= test_accuracy:
                return trainer.epoch
        return math.inf

    return measured


def mean(measure: Measure) -> Measure:
    """Return a measure: the mean figure of all ten starts, whichever is given."""
    found: list[float] = []

    def measured(config: TrainingConfig) -> float:
        if not found:
            starts = [config.changed({"data_seed": seed, "weights_seed": seed}) for seed in range(1, 11)]
            found.append(sum(map(measure, starts)) / len(starts))
        return found[0]

    return measured


def compared(measure: Measure, other: Mapping[str, Any], how: Callable[[float, float], float]) -> Measure:
    """Return a measure: how the figure compares with that of other settings from the same start."""
    return lambda config: how(measure(config), measure(config.changed(other)))


def from_few(most: int, measure: Measure) -> Measure:
    """Return a measure: the figure from the seeds up to `most`; not-a-number from the rest, to save time."""
    return lambda config: measure(config) if config.data_seed <= most else math.nan


def history(first: int, last: int, figure: Callable[[list[Metrics]], float]) -> Measure:
    """Return a measure: a figure of the metrics after each epoch from `first` to `last`."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        trainer.run_epochs(first)
        metrics = [trainer.metrics()]
        while trainer.epoch < last:
            trainer.run_epochs(1)
            metrics.append(trainer.metrics())
        return figure(metrics)

    return measured


def gain(first: int, last: int, figure: Callable[[Metrics], float]) -> Measure:
    """Return a measure: by how much a figure of the metrics grows from one epoch to another."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        trainer.run_epochs(first)
        before = figure(trainer.metrics())
        trainer.run_epochs(last - first)
        return figure(trainer.metrics()) - before

    return measured


def spread(metrics: list[Metrics]) -> float:
    """Return the largest training loss less the smallest."""
    losses = [each.train_loss for each in metrics]
    return max(losses) - min(losses)


def mean_loss(metrics: list[Metrics]) -> float:
    """Return the mean training loss."""
    return sum(each.train_loss for each in metrics) / len(metrics)


def train_loss(metrics: Metrics) -> float:
    """Return the training loss."""
    return metrics.train_loss


def test_loss(metrics: Metrics) -> float:
    """Return the test loss."""
    return metrics.test_loss


def test_accuracy(metrics: Metrics) -> float:
    """Return the accuracy for the test points; not-a-number for regression."""
    return math.nan if metrics.test_accuracy is None else metrics.test_accuracy


def zero_weights(trainer: Trainer) -> float:
    """Return how many weights are exactly 0."""
    network = trainer.network
    return float(np.count_nonzero(network.parameters[network.weights_mask()] == 0))


def diverged(trainer: Trainer) -> float:
    """Return 1 if training has diverged, as far as losses tell, otherwise 0."""
    trainer.metrics()
    return float(trainer.divergence is not None)


def printed_by(lesson: str, program: int) -> Measure:
    """Return a measure: what the Python program in a lesson's English text prints, a number."""

    def measured(_: TrainingConfig) -> float:
        text = (SHIPPED / lesson / "en.md").read_text("utf-8")
        source = text.split("```python\n")[program].split("```")[0]
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(source, {})
        return float(output.getvalue())

    return measured
