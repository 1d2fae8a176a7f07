"""What a sweep keeps of each run on request: its losses, and its network's parameters."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from server.limits.training_size import parameters_of
from server.sessions.loss_history import POINT, LossHistory, LossPoints
from server.sessions.session import Session

LOSS_POINTS = 500
"""Maximum number of points of one run's losses; of more epochs, neighbours are averaged."""

_PARAMETER_BYTES = 12
"""Bytes of a parameter, and of its index if it is pruned."""


class KeptParts(NamedTuple):
    """Which parts of each run are kept."""

    losses: bool = False
    weights: bool = False

    def memory(self, config: TrainingConfig, epochs: int) -> int:
        """Return about how many bytes this takes of one run of a config."""
        points = min(epochs + 1, LOSS_POINTS) if self.losses else 0
        return points * POINT.itemsize + (parameters_of(config) * _PARAMETER_BYTES if self.weights else 0)


KEEP_NOTHING = KeptParts()


class KeptLosses(NamedTuple):
    """The losses of one run."""

    points: LossPoints
    epochs_a_point: int


class KeptNetwork(NamedTuple):
    """The parameters of one run's network."""

    parameters: Floats
    buffers: Floats
    pruned: NDArray[np.int32]
    """Indices of the weights that L1 regularization has set to 0 permanently."""


class KeptRun(NamedTuple):
    """What is kept of one run."""

    losses: KeptLosses | None = None
    network: KeptNetwork | None = None
    """None also if the run diverged: its parameters are not finite."""

    @classmethod
    def of(cls, session: Session, parts: KeptParts) -> "KeptRun":
        """Return copies of those parts of a training that has ended."""
        trainer = session.trainer
        losses = _shorten(session.history) if parts.losses else None
        if not parts.weights or trainer.divergence is not None:
            return cls(losses)
        pruned = np.flatnonzero(trainer.pruned).astype(np.int32)
        return cls(
            losses, KeptNetwork(trainer.network.parameters.copy(), trainer.network.buffers.copy(), pruned)
        )


def _shorten(history: LossHistory) -> KeptLosses:
    points = history.points()
    if len(points) <= LOSS_POINTS:
        return KeptLosses(points, history.width)
    shorter = LossHistory(LOSS_POINTS - 1)  # and the newest, which may stand beside them
    for point in points.tolist():
        shorter.add(*point)
    return KeptLosses(shorter.points(), shorter.width)
