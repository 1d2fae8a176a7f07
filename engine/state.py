"""Types that describe a training: its state, metrics, divergence, and the effect of a change."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, NamedTuple, Self, TypeAlias

import numpy as np

from engine.arrays import Floats, Mask
from engine.data.points import Dataset
from engine.errors import InvalidValue


class Metrics(NamedTuple):
    """Mean losses, and accuracies as fractions of correctly classified points (None for regression)."""

    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None


class TrainingCounts(NamedTuple):
    """How much was trained since the parameters were drawn."""

    steps: int
    """Mini-batches."""
    points_seen: int
    """Training points, each as often as it was in a mini-batch."""
    epochs_seen: float
    """Finished epochs, the parts of epochs that changes of the points cut off, the present part, and what
    mini-batches besides the epochs' own add up to."""

    @property
    def counted_epochs(self) -> int:
        """Epochs of training for whatever ranks or limits by them."""
        return count_epochs(self.epochs_seen)


def count_epochs(epochs_seen: float) -> int:
    """Return `epochs_seen` as a whole number: an epoch that has begun counts as one."""
    return math.ceil(round(epochs_seen, 6))


Outcome: TypeAlias = Literal["good", "parameters", "loss"]
"""The result of running epochs: all numbers are finite, or a parameter or a loss is not."""


EpochLosses: TypeAlias = tuple[float, float, float]
"""An epoch, and the training loss and test loss after it."""


EpochAccuracies: TypeAlias = tuple[float | None, float | None]
"""Training accuracy and test accuracy after an epoch; None in regression."""


class Evaluations(NamedTuple):
    """The losses and accuracies measured after some epochs."""

    losses: list[EpochLosses]
    metrics: Metrics | None
    """The metrics after the last of these epochs; None if there is none."""
    accuracies: list[EpochAccuracies]
    """One entry for each of `losses`."""

    @classmethod
    def joined(cls, parts: Sequence[Self], metrics: Metrics | None) -> Self:
        """Return the losses and accuracies of several parts as one, with the metrics after the last epoch."""
        if len(parts) == 1:
            return parts[0]._replace(metrics=metrics) if parts[0].metrics is not metrics else parts[0]
        losses: list[EpochLosses] = []
        accuracies: list[EpochAccuracies] = []
        for part in parts:
            losses += part.losses
            accuracies += part.accuracies
        return cls(losses, metrics, accuracies)

    def first(self, is_met: Callable[[Metrics], bool]) -> int | None:
        """Return the first of the epochs whose metrics meet a condition, None if none do."""
        for (epoch, train, test), accuracies in zip(self.losses, self.accuracies, strict=True):
            if is_met(Metrics(train, test, *accuracies)):
                return int(epoch)
        return None


class Overrides(NamedTuple):
    """Data and initial parameters that replace those drawn with the seeds of a config."""

    data: Dataset | None = None
    parameters: Floats | None = None
    """The initial parameters, (size,)."""
    pruned: Mask | None = None
    """(size,): those of them that are pruned; None: none."""
    buffers: Floats | None = None
    """(buffers,): what the layers keep besides, at the start; None: as of a network that has not trained."""


class Divergence(NamedTuple):
    """The position at which training diverged: after `epoch` epochs and `batch` mini-batches more.

    `cause` is what was not finite: the parameters after the next mini-batch, or the loss at this position.
    """

    epoch: int
    batch: int
    cause: Literal["parameters", "loss"]


class Change(Enum):
    """The effect of a change of settings."""

    NONE = "none"
    """No effect: the settings are the same."""
    SETTINGS = "settings"
    """Training continues with the same weights and data."""
    DATA = "data"
    """Training continues with the same weights and other data."""
    REBUILT = "rebuilt"
    """Training starts again, at epoch 0."""


@dataclass(eq=False)
class State:
    """Everything that mini-batches change. The arrays are changed in place."""

    parameters: Floats
    """(size,): the network's own vector."""
    pruned: Mask
    """(size,): weights that L1 regularization has set to 0 permanently."""
    optimizer_state: Floats
    """(slots, size): velocities and averages of the optimizer."""
    buffers: Floats = field(default_factory=lambda: np.zeros(0))
    """(buffers,): the network's own vector of what its layers keep, such as running means."""
    steps: int = 0
    """Mini-batches since the start."""
    epoch: int = 0
    """Finished epochs."""
    batch: int = 0
    """Finished mini-batches of the current epoch."""
    points: int = 0
    """Training points seen since the start, a point each time that a mini-batch has it."""
    cut_epochs: float = 0.0
    """Epochs that count in no `epoch`: the parts that changes of the points have cut off, and what
    mini-batches besides the epochs' own add up to."""

    @classmethod
    def initial(cls, parameters: Floats, buffers: Floats, slots: int) -> Self:
        """Return the state before any training. It keeps the arrays themselves, not copies."""
        pruned = np.zeros(parameters.shape, np.bool_)
        return cls(parameters, pruned, np.zeros((slots, parameters.size)), buffers)

    def copy(self) -> "State":
        """Return a copy that shares no arrays."""
        return State(
            self.parameters.copy(),
            self.pruned.copy(),
            self.optimizer_state.copy(),
            self.buffers.copy(),
            self.steps,
            self.epoch,
            self.batch,
            self.points,
            self.cut_epochs,
        )

    def frozen(self) -> "State":
        """Return a copy whose arrays are read-only."""
        state = self.copy()
        for array in (state.parameters, state.pruned, state.optimizer_state, state.buffers):
            array.setflags(write=False)
        return state

    def check_fits(self, other: "State") -> None:
        """Raise `InvalidValue` if the arrays of another state have other shapes than these."""
        for name in ("parameters", "optimizer_state", "buffers"):
            theirs, ours = getattr(other, name).shape, getattr(self, name).shape
            if theirs != ours:
                raise InvalidValue("snapshot", theirs, f"{name} of shape {ours}")

    def assign(self, other: "State") -> None:
        """Copy another state into this one, keeping this one's arrays."""
        self.parameters[:] = other.parameters
        self.pruned[:] = other.pruned
        self.optimizer_state[:] = other.optimizer_state
        self.buffers[:] = other.buffers
        self.steps, self.epoch, self.batch = other.steps, other.epoch, other.batch
        self.points, self.cut_epochs = other.points, other.cut_epochs


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything that training changes, as a value. Its arrays are its own and read-only."""

    state: State
    batch_size: int
    divergence: Divergence | None

    @property
    def parameters(self) -> Floats:
        """The parameters (size,)."""
        return self.state.parameters

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return self.state.epoch
