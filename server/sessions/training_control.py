"""Decides what a session trains next: continuous play, single steps, or a program's run."""

import math
import sys
from collections.abc import Callable
from typing import NamedTuple

from engine.training.trainer import Metrics, Trainer
from server.protocol.stop_conditions import StopConditions
from server.sessions.training_loop import MAX_STEPS, Stop, TrainingLoop
from server.sessions.training_run import StopCriterion, StopReason, TrainingRun, Unit

HARDLY_BEGUN_EPOCHS = 60
"""While it plays, a training with fewer epochs has hardly begun: a second at the default speed."""


class PendingSteps(NamedTuple):
    """The remaining single steps that a client requested."""

    unit: Unit
    left: int


class TrainingControl:
    """Decides what is trained: at most one of continuous play, single steps and a run.

    Attributes:
        playing: whether the session trains continuously.
        work: the remaining single steps, None if there are none.
        training_run: the current run, None if there is none.
        until_epoch: the epoch at whose end continuous play pauses, None for no end.
        until: the losses and accuracies after an epoch at which it pauses; empty for none.
    """

    def __init__(self, trainer: Trainer, loop: TrainingLoop, *, playing: bool) -> None:
        self.playing = playing
        self.work: PendingSteps | None = None
        self.training_run: TrainingRun | None = None
        self.until_epoch: int | None = None
        self.until = StopCriterion()
        self._trainer = trainer
        self._loop = loop

    @property
    def busy(self) -> bool:
        """Whether there are single steps or a run to train."""
        return self.work is not None or self.training_run is not None

    @property
    def pause_epoch(self) -> int | None:
        """The epoch at whose end play pauses; None if it does not play, or has no such epoch."""
        return self.until_epoch if self.playing else None

    @property
    def pause_conditions(self) -> StopConditions | None:
        """The losses and accuracies at which play pauses; None if it does not play, or has none."""
        return self.until.conditions if self.playing else None

    @property
    def has_hardly_begun(self) -> bool:
        """Whether nothing was trained yet, or it has been playing for fewer than `HARDLY_BEGUN_EPOCHS`."""
        if self.busy:
            return False
        return self._trainer.epoch < HARDLY_BEGUN_EPOCHS if self.playing else not self._trainer.counts.steps

    def play(self, until_epoch: int | None = None, until: StopCriterion = StopCriterion()) -> None:  # noqa: B008
        """Train continuously, up to the end of an epoch or until a criterion is met, if that is still ahead.

        A diverged training stays paused.
        """
        self.end_run("interrupted")
        ahead = until_epoch is not None and until_epoch > self._trainer.epoch
        self.until_epoch = until_epoch if ahead else None
        self.until = StopCriterion() if self._meets(until) else until
        self.playing, self.work = self._trainer.divergence is None, None

    def pause(self) -> None:
        """Stop training."""
        self.end_run("interrupted")
        self.playing, self.work = False, None

    def step(self, unit: Unit, count: int) -> None:
        """Add steps to the pending ones; pending steps of the other unit are replaced."""
        self.end_run("interrupted")
        if self._trainer.divergence is not None:
            return
        if self.work is not None and self.work.unit == unit:
            count += self.work.left
        self.playing, self.work = False, PendingSteps(unit, min(count, MAX_STEPS))

    def continue_play(self, limit: float, stop: Stop, *, stride: int, by_batch: bool) -> int:
        """Train at most `limit` epochs of continuous play; return how many were finished."""
        until = self.until_epoch
        if until is not None:
            limit = min(limit, until - self._trainer.epoch)
        if limit < 1:
            return 0
        if self.until == StopCriterion():
            return self._loop.train(limit, stop, stride=stride, by_batch=by_batch)
        if not by_batch and self._is_awaited(self.until):
            epochs = int(min(limit, MAX_STEPS))
            return self._loop.train_until(epochs, stop, self._condition(self.until), stride=stride)
        finished = 0
        while finished < limit:
            epochs = self._loop.train(1, stop, stride=stride, by_batch=by_batch)
            finished += epochs
            if not epochs or stop() or self._meets(self.until):
                break
        return finished

    def is_at_end(self) -> bool:
        """Return whether play has reached its epoch or meets its criterion."""
        if not self.playing:
            return False
        ended = self.until_epoch is not None and self._trainer.epoch >= self.until_epoch
        return ended or self._meets(self.until)

    def pause_at_end(self) -> bool:
        """Pause if `is_at_end`; return whether it is."""
        if not self.is_at_end():
            return False
        self.playing, self.until_epoch, self.until = False, None, StopCriterion()
        return True

    def _meets(self, criterion: StopCriterion) -> bool:
        """Return whether the training is at the end of an epoch, and meets a criterion."""
        if criterion == StopCriterion() or self._trainer.batch:
            return False
        return criterion.is_met(self._loop.metrics(), self._loop.score) and not self._has_diverged

    def start_run(self, training_run: TrainingRun) -> None:
        """Start a run, unless it was ended before; it replaces play, steps and an earlier run."""
        if training_run.ended.done():
            return
        self.pause()
        self.training_run = training_run

    def end_run(self, reason: StopReason) -> None:
        """End the run, if there is one."""
        if self.training_run is not None:
            self.training_run.end(reason)
            self.training_run = None

    def do_work(self, stop: Stop, *, stride: int, by_batch: bool) -> int:
        """Train a part of the run or of the steps; return how many epochs were finished."""
        if self.training_run is not None:
            return self._continue_run(self.training_run, stop, by_batch=by_batch)
        if self.work is None:
            return 0
        unit, left = self.work
        before = self._trainer.epoch
        if unit == "epoch":
            left -= self._loop.train(left, stop, stride=stride, by_batch=by_batch)
        else:
            self._loop.begin_attempt()
            while left and self._trainer.divergence is None:
                self._loop.train_batch(stride)
                left -= 1
                if stop():
                    break
        self.work = PendingSteps(unit, left) if left and self._trainer.divergence is None else None
        return max(0, self._trainer.epoch - before)  # a divergence takes epochs back

    def _continue_run(self, training_run: TrainingRun, stop: Stop, *, by_batch: bool) -> int:
        """Train a part of a run; record as many losses as the history can hold, for programs to read."""
        before = self._trainer.epoch
        self._loop.begin_attempt()
        criterion = training_run.stop_criterion
        has_criterion = criterion != StopCriterion()
        limit = 1 if has_criterion else math.inf  # what else is asked for is checked after every epoch
        stride = self.stride_of(training_run)
        while True:
            reason = self._stop_reason(training_run, has_criterion=has_criterion)
            if reason is not None:
                self.end_run(reason)
                break
            if training_run.unit == "epoch" and not by_batch and self._is_awaited(criterion):
                training_run.done += self._loop.train_until(
                    training_run.left, stop, self._condition(criterion), stride=stride
                )
            elif training_run.unit == "epoch":
                epochs = min(limit, training_run.left)
                training_run.done += self._loop.train(epochs, stop, stride=stride, by_batch=by_batch)
            else:
                self._loop.train_batch(stride)
                training_run.done += 1
            if stop():
                break
        return max(0, self._trainer.epoch - before)

    def stride_of(self, training_run: TrainingRun) -> int:
        """Return the interval in epochs at which a run records losses: the smallest that fits the history."""
        return self._loop.history.width if training_run.records_losses else sys.maxsize

    def _is_awaited(self, criterion: StopCriterion) -> bool:
        """Return whether a criterion is not met yet and epochs are fast: then many are trained per call."""
        if criterion == StopCriterion() or not self._trainer.is_fast:
            return False
        if criterion.score is not None and not self._loop.scores_by_loss:
            return False
        return bool(self._trainer.batch) or not self._condition(criterion)(self._loop.metrics())

    def _condition(self, criterion: StopCriterion) -> Callable[[Metrics], bool]:
        """Return a function that returns whether metrics meet a criterion; the loss gives the score."""
        return lambda metrics: criterion.is_met(metrics, lambda: self._loop.score_by_loss(metrics))

    def _stop_reason(self, training_run: TrainingRun, *, has_criterion: bool) -> StopReason | None:
        """Return why a run is over; None if it is not."""
        if self._has_diverged:
            return "diverged"
        checked = has_criterion and (training_run.done > 0 or training_run.counts_start)
        if checked and self._trainer.batch == 0:
            metrics = self._loop.metrics()
            is_met = training_run.stop_criterion.is_met(metrics, self._loop.score)
            if is_met and not self._has_diverged:
                return "reached"
        if training_run.left:
            return None
        self._loop.metrics()  # may find a divergence
        return "diverged" if self._has_diverged else "done"

    @property
    def _has_diverged(self) -> bool:
        """Whether the training has diverged: its metrics are then those of an earlier epoch."""
        return self._trainer.divergence is not None
