"""What a training is told by: its state, its metrics, its breakdown, what a change did."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple, Self, TypeAlias

import numpy as np

from engine.arrays import Floats, Mask
from engine.data.points import Dataset


class Metrics(NamedTuple):
    """How well the network does: mean losses and, of classes, shares of points whose class is right."""

    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None


Ending: TypeAlias = Literal["good", "parameters", "loss"]
"""How some training ended: with all numbers finite, or with a parameter or a loss that was not."""


Loss: TypeAlias = tuple[float, float, float]
"""An epoch, and the train and the test loss after it."""


class Evaluations(NamedTuple):
    """What was found after some epochs."""

    losses: list[Loss]
    metrics: Metrics | None
    """After the last of them; None if there is none."""


class Overrides(NamedTuple):
    """What a training was given that its config would draw otherwise."""

    data: Dataset | None = None
    parameters: Floats | None = None
    """The first ones, flat."""


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


@dataclass(eq=False)
class State:
    """All that mini-batches change. Its arrays are changed in place."""

    parameters: Floats
    """(size,): the network's own vector."""
    pruned: Mask
    """(size,): weights that L1 has brought to 0 for good."""
    optimizer_state: Floats
    """(slots, size): the optimizer's."""
    steps: int = 0
    """Mini-batches since the start."""
    epoch: int = 0
    """Finished epochs."""
    batch: int = 0
    """Mini-batches done in the present epoch."""

    @classmethod
    def initial(cls, parameters: Floats, slots: int) -> Self:
        """Return the state before any training, of a vector of parameters that it takes as its own."""
        return cls(parameters, np.zeros(parameters.shape, np.bool_), np.zeros((slots, parameters.size)))

    def copy(self) -> "State":
        """Return a copy whose arrays are its own."""
        return State(
            self.parameters.copy(),
            self.pruned.copy(),
            self.optimizer_state.copy(),
            self.steps,
            self.epoch,
            self.batch,
        )

    def assign(self, other: "State") -> None:
        """Become what another state is, in the same arrays."""
        self.parameters[:] = other.parameters
        self.pruned[:] = other.pruned
        self.optimizer_state[:] = other.optimizer_state
        self.steps, self.epoch, self.batch = other.steps, other.epoch, other.batch


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that training changes, as a value. Its arrays are its own and read-only."""

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
