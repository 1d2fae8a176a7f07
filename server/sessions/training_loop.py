"""Trains a network in pieces, records its losses, and measures its metrics only when asked to."""

import math
from collections.abc import Callable
from typing import Protocol

from engine.training.score import score, score_of_loss
from engine.training.trainer import Metrics, Trainer
from server.sessions.loss_history import LossHistory
from server.sessions.moments import Moments

MAX_STEPS = 10_000
"""Maximum number of epochs or mini-batches of pending single steps."""

FIRST_CALL, MAX_CALL = 32, 256
"""Epochs that are measured by the first call of `train_until`, and by a later one at most."""

Stop = Callable[[], bool]
"""Returns whether to stop training for now; called between epochs or mini-batches."""


class Observer(Protocol):
    """Receives notifications about the network that a loop trains."""

    def on_network_changed(self) -> None:
        """Handle a change of parameters."""

    def on_measured(self, *, before_training: bool = False) -> None:
        """Handle a measurement of the network; `before_training` if training will change it next."""


class TrainingLoop:
    """Trains one trainer and records its losses.

    Attributes:
        history: the losses so far.
        moments: earlier networks.
        attempts: the number of times that training has started from epoch 0.
        at_start: whether nothing was trained since the parameters were last initialized.
    """

    def __init__(self, trainer: Trainer, history: LossHistory, observer: Observer) -> None:
        """Create it.

        Args:
            trainer: the trainer.
            history: losses are recorded here.
            observer: is notified of changes and measurements.
        """
        self.history = history
        self.moments = Moments()
        self.attempts = 0
        self.at_start = True
        self._trainer = trainer
        self._observer = observer
        self._metrics: Metrics | None = None
        self._last_metrics: Metrics | None = None
        self._score: float | None = None

    def metrics(self) -> Metrics:
        """Return the present losses and accuracies; measuring may detect that the training has diverged."""
        if self._metrics is None:
            self._set_metrics(self._trainer.metrics())
            assert self._metrics is not None
        return self._metrics

    def last_metrics(self) -> Metrics:
        """Return the last measured metrics, unless the network was changed since other than by training."""
        return self._last_metrics or self.metrics()

    def score(self) -> float:
        """Return the present score; measuring may detect that the training has diverged."""
        if self._score is None:
            metrics, trainer = self.metrics(), self._trainer  # metrics first: they may find a divergence
            self._score = score(trainer.network, trainer.config, *trainer.arrays.measure_arguments, metrics)
        return self._score

    @property
    def scores_by_loss(self) -> bool:
        """Whether the score can be computed from the test loss."""
        return score_of_loss(self._trainer.config, 0.0) is not None

    def score_by_loss(self, metrics: Metrics) -> float:
        """Return the score for some metrics if `scores_by_loss`, otherwise infinity."""
        found = score_of_loss(self._trainer.config, metrics.test_loss)
        return math.inf if found is None else found

    def on_network_changed(self) -> None:
        """Drop the metrics and the score, which belong to earlier parameters."""
        self._last_metrics = None
        self._network_trained()

    def _network_trained(self) -> None:
        self._metrics = self._score = None
        self._observer.on_network_changed()

    def _set_metrics(self, metrics: Metrics | None, *, before_training: bool = False) -> None:
        """Set the metrics of the present network, and notify the observer if there are any."""
        self._metrics = metrics
        if metrics is not None:
            self._last_metrics = metrics
            self._observer.on_measured(before_training=before_training)

    def clear_history(self) -> None:
        """Clear the losses, because the trainer is back at epoch 0."""
        self.history.clear()
        self.moments.clear()
        self.at_start = True

    def restart_history(self) -> None:
        """Replace the losses of epoch 0, after a change before the first epoch was finished."""
        if self._trainer.epoch == 0:
            self.history.clear()
            self._record_losses(1)

    def train(self, limit: float, stop: Stop, *, stride: int = 1, by_batch: bool = False) -> int:
        """Train until `limit` epochs are finished, the training diverges, or `stop` returns True.

        Args:
            limit: a whole number of epochs, or infinity.
            stop: called after every epoch; with `by_batch`, after every mini-batch.
            stride: losses are recorded after each epoch whose number is a multiple of this.
            by_batch: train one mini-batch at a time, for networks whose epochs take long.

        Returns:
            how many epochs were finished.
        """
        trainer, finished = self._trainer, 0
        self.begin_attempt()
        while finished < limit and trainer.divergence is None:
            before = trainer.epoch
            if by_batch:
                while trainer.epoch == before and trainer.divergence is None:
                    trainer.step()
                    if stop():
                        break
                self._network_trained()
                if trainer.epoch > before:
                    self._record_losses(stride)
            else:
                epochs = int(min(limit - finished, MAX_STEPS, self.moments.epochs_left(trainer)))
                evaluations = trainer.train_and_evaluate(epochs, stride, stop)
                self._network_trained()
                for epoch, train_loss, test_loss in evaluations.losses:
                    self.history.add(epoch, train_loss, test_loss)
                self._set_metrics(evaluations.metrics)
            self.moments.keep(trainer)
            finished += max(0, trainer.epoch - before)
            if stop():
                break
        return finished

    def train_until(self, limit: int, stop: Stop, is_met: Callable[[Metrics], bool], *, stride: int) -> int:
        """Train until an epoch's metrics meet a condition, or one of the ends of `train` is reached.

        Each call of the engine trains and measures many epochs, so it may pass the epoch that meets the
        condition. Then the state before the call is restored, and trained again up to that epoch.

        Args:
            limit: the maximum number of epochs to finish, at least 1.
            stop: called between the engine's calls.
            is_met: the condition.
            stride: as in `train`.

        Returns:
            how many epochs were finished.
        """
        trainer, finished, count = self._trainer, 0, FIRST_CALL
        self.begin_attempt()
        while finished < limit and trainer.divergence is None:
            before, start = trainer.epoch, trainer.snapshot()
            evaluations = trainer.train_and_evaluate(min(limit - finished, count), 1, stop)
            met = evaluations.first(is_met)
            if met is not None and (met != trainer.epoch or trainer.divergence is not None):
                trainer.restore(start)
                evaluations = trainer.train_and_evaluate(met - before, 1)
            self._network_trained()
            for epoch, train_loss, test_loss in evaluations.losses:
                if epoch % stride == 0:
                    self.history.add(epoch, train_loss, test_loss)
            self._set_metrics(evaluations.metrics)
            self.moments.keep(trainer)
            finished += max(0, trainer.epoch - before)
            if met is not None or stop():
                break
            count = min(2 * count, MAX_CALL)
        return finished

    def train_batch(self, stride: int) -> None:
        """Train one mini-batch; at the end of an epoch, record the losses as `train` does."""
        self._train_one_batch(self._trainer.step, stride)

    def train_step(self, step: Callable[[], object]) -> None:
        """Call a function that trains one mini-batch; record the losses as `train` does."""
        self.begin_attempt()
        self._train_one_batch(step, 1)

    def _train_one_batch(self, step: Callable[[], object], stride: int) -> None:
        epoch = self._trainer.epoch
        step()
        self._network_trained()
        if self._trainer.epoch != epoch:
            self._record_losses(stride)
            self.moments.keep(self._trainer)

    def begin_attempt(self) -> None:
        """Before the first training since a start: count an attempt, and keep the initial network."""
        if self.at_start:
            self.attempts += 1
            self.moments.keep(self._trainer)
        self.at_start = False

    def _record_losses(self, stride: int) -> None:
        if self._trainer.epoch % stride == 0:
            metrics = self._trainer.metrics()
            self._set_metrics(metrics, before_training=True)
            if self._trainer.divergence is None:
                self.history.add(self._trainer.epoch, metrics.train_loss, metrics.test_loss)
