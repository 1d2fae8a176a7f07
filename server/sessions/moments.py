"""Moments: snapshots of a training's network at selected earlier epochs, in bounded memory."""

from collections.abc import Sequence

from engine.state import Snapshot
from engine.training.trainer import Trainer

MAX_MOMENTS = 48
"""Maximum number of moments of one training."""

MIN_MOMENTS = 4
"""Moments that are kept however large the network is."""

MAX_BYTES = 1 << 20
"""Maximum bytes of all moments of one training, if these are more than `MIN_MOMENTS`."""

_SPACING_DIVISOR = 32
"""The next moment comes after 1 / 32 of all epochs before, and at least one."""


class Moments:
    """The moments of one training, in the order of their epochs.

    They are denser near the start, where most happens: the distance between two grows with their epoch, from
    about a 100th of all epochs to about a 12th.
    """

    def __init__(self) -> None:
        self._kept: list[Snapshot] = []
        self._due = 0

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        """Remove all moments, for a training that restarts."""
        self._kept.clear()
        self._due = 0

    @property
    def epochs(self) -> Sequence[int]:
        """The epochs whose networks are kept, ascending."""
        return [each.epoch for each in self._kept]

    def epochs_left(self, trainer: Trainer) -> int:
        """Return the number of epochs to train until the next moment is kept; at least 1."""
        return max(1, self._due - trainer.epoch)

    def keep(self, trainer: Trainer) -> None:
        """Keep the present network if it is at the end of an epoch and the next moment is due."""
        epoch = trainer.epoch
        if self._kept and self._kept[-1].epoch > epoch:  # a divergence has taken epochs back
            self._kept = [each for each in self._kept if each.epoch <= epoch]
            self._due = epoch
        if trainer.batch or epoch < self._due or trainer.divergence is not None:
            return
        if self._kept and self._kept[-1].epoch == epoch:
            self._kept.pop()
        self._kept.append(trainer.snapshot())
        self._due = epoch + max(1, epoch // _SPACING_DIVISOR)
        if len(self._kept) > _room(self._kept[-1]):
            self._drop_one()

    def nearest(self, epoch: int) -> Snapshot | None:
        """Return the moment nearest to an epoch; None if there are none."""
        return min(self._kept, key=lambda each: abs(each.epoch - epoch), default=None)

    def _drop_one(self) -> None:
        """Drop the moment whose neighbours are closest to each other, in relation to their epoch."""
        epochs, last = self.epochs, self._kept[-1].epoch

        def gap(at: int) -> float:
            return (epochs[at + 1] - epochs[at - 1]) / (epochs[at] + last / 8)

        del self._kept[min(range(1, len(epochs) - 1), key=gap)]


def _room(moment: Snapshot) -> int:
    """Return the maximum number of moments as large as this one."""
    state = moment.state
    size = sum(each.nbytes for each in (state.parameters, state.pruned, state.optimizer_state, state.buffers))
    return max(MIN_MOMENTS, min(MAX_MOMENTS, MAX_BYTES // max(1, size)))


def trainer_at(trainer: Trainer, moment: Snapshot) -> Trainer:
    """Return a new trainer with a trainer's present settings and points, and the network of a moment.

    If the optimizer has changed since, its state (averages) is reset.
    """
    other = Trainer(trainer.config, data=trainer.dataset)
    state, fresh = moment.state.copy(), other.snapshot().state
    if state.optimizer_state.shape != fresh.optimizer_state.shape:
        state.optimizer_state = fresh.optimizer_state.copy()
    other.restore(Snapshot(state, moment.batch_size, None))
    return other
