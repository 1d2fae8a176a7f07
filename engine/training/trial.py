"""Trials: what would become of a training with other settings is measured before it is said."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.points import Dataset
from engine.training.trainer import Trainer

MIN_EPOCHS, MAX_EPOCHS = 32, 1024
"""Minimum and maximum number of epochs of a trial, both powers of 2."""

MAX_WORK = 1e8
"""Maximum epochs times points times parameters of a trial; the kernels take about a tenth of a second."""

IMPROVEMENT_FACTOR = 0.7
"""A trial is better if its loss is at most this many times another's."""


class Swings(NamedTuple):
    """How a loss goes up and down."""

    upwards: float
    """Part of its way that goes up: about 0.5 if it gets no better."""
    swing: float
    """Mean size of its steps, in units of its mean."""

    @classmethod
    def of(cls, losses: Floats) -> "Swings":
        """Return how losses (n,) go up and down; n is at least 2."""
        steps = np.diff(losses)
        way = np.abs(steps).sum()
        if not way > 0:
            return cls(0.0, 0.0)
        return cls(float(steps[steps > 0].sum() / way), float(np.abs(steps).mean() / losses.mean()))

    @property
    def is_bouncing(self) -> bool:
        """Whether the loss goes up and down by much, and is no better for it."""
        return self.upwards >= 0.35 and self.swing >= 0.03


class Trial(NamedTuple):
    """What a trial measured."""

    epochs: int
    loss: float
    """Median of the training losses of its last epochs; infinite if it diverged."""
    swings: Swings


class Trials:
    """Trials of other settings from the start of a training, on its points, for no more epochs than it had.

    The same trial is run once, and kept for whoever asks again. A training that the compiled kernels cannot
    run, or too long a one, is not tried.
    """

    def __init__(self, trainer: Trainer) -> None:
        """Prepare trials for the settings, points and epochs of a training, which stays as it is."""
        self._config, self._is_compiled = trainer.config, trainer.implementation == "compiled"
        data = trainer.overrides.data
        self._data = None if data is None else _SameData(data)
        self._points = len(trainer.dataset.train.targets)
        self._epochs = min(MAX_EPOCHS, 1 << max(0, trainer.epoch).bit_length() >> 1)

    def run(self, changes: Mapping[str, Any]) -> Trial | None:
        """Return what training with some settings changed comes to; None if it cannot be tried."""
        config = self._config.changed(changes)
        if not self._is_compiled or self._epochs < MIN_EPOCHS:
            return None
        try:
            return _run(config, self._data, self._epochs)
        except _CannotRunError:
            return None

    def first_better(
        self, loss: float, candidates: list[dict[str, Any]]
    ) -> tuple[dict[str, Any], Trial] | None:
        """Return the first changes that come to a much lower loss than this one, and their trial."""
        for changes in candidates:
            trial = self.run(changes)
            if trial is not None and trial.loss <= IMPROVEMENT_FACTOR * loss:
                return changes, trial
        return None

    def best(self, loss: float, candidates: list[dict[str, Any]], default: int = 0) -> dict[str, Any]:
        """Return the first changes that come to a much lower loss than this one, else those with the least.

        `default` is the index of what is returned if none can be tried.
        """
        better = self.first_better(loss, candidates)
        if better is not None:
            return better[0]
        trials = [self.run(each) for each in candidates]
        losses = [(trial.loss, index) for index, trial in enumerate(trials) if trial is not None]
        return candidates[min(losses)[1] if losses else default]

    @property
    def can_run(self) -> bool:
        """Whether the training itself can be tried, or could once it has had more epochs."""
        return self._is_compiled and (self._epochs < MIN_EPOCHS or self.run({}) is not None)


class _CannotRunError(Exception):
    """The kernels are not compiled yet, or the trial would take too long."""


class _SameData:
    """Points as the key of a cache: only the very same are equal."""

    def __init__(self, data: Dataset) -> None:
        self.data = data

    def __hash__(self) -> int:
        return id(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameData) and other.data is self.data


@lru_cache(maxsize=256)
def _run(config: TrainingConfig, data: _SameData | None, epochs: int) -> Trial:
    """Run a trial. Raise `_CannotRunError`, which is not kept, if it cannot be run now."""
    trainer = Trainer(config, data=None if data is None else data.data)
    work = epochs * trainer.network.parameters.size * trainer.arrays.split
    if trainer.implementation != "compiled" or work > MAX_WORK:
        raise _CannotRunError
    losses = np.array([each[1] for each in trainer.train_and_evaluate(epochs, 1).losses])
    if trainer.divergence is not None or len(losses) < MIN_EPOCHS:
        return Trial(epochs, float("inf"), Swings(0.0, 0.0))
    return Trial(epochs, float(np.median(losses[-10:])), Swings.of(losses[-30:]))
