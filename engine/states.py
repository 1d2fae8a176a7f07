"""What a training is told by: its metrics, its breakdown, what a change did, and all of it as a value."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

from engine.arrays import Floats, Mask
from engine.optimizers import State


class Metrics(NamedTuple):
    """How well the network does: mean losses and, for classification, shares of points on the right side."""

    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None


class Divergence(NamedTuple):
    """Where training broke down: after `epoch` finished epochs and `batch` mini-batches more.

    The cause is what was no longer finite: the parameters after the next mini-batch, or the loss at that
    place.
    """

    epoch: int
    batch: int
    cause: Literal["parameters", "loss"]


class Change(Enum):
    """What a change of settings did."""

    NONE = "none"
    """Nothing: the settings are the same."""
    SETTINGS = "settings"
    """Training goes on with the same weights and data."""
    DATA = "data"
    """Training goes on with the same weights and other data."""
    REBUILT = "rebuilt"
    """Training begins anew, at epoch 0."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that training changes, as a value. Its arrays are its own and read-only."""

    parameters: Floats
    dead: Mask
    memory: State
    epoch: int
    batch: int
    batch_size: int
    divergence: Divergence | None
