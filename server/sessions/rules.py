"""What a teacher forbids a training: settings that are locked, and pauses. Plain values."""

from collections.abc import Iterable
from typing import NamedTuple

from engine.config import TrainingConfig

SEEDS = frozenset({"weights_seed", "data_seed"})
"""Settings that go with the lock of the weights."""

SPEED = "speed"
WEIGHTS = "weights"


class Rules(NamedTuple):
    """What holds for a training in a classroom.

    Attributes:
        locked: settings that only the teacher changes; `weights` are edits by hand, other weights and other
            points, `speed` is the pace.
        reason: why, in the teacher's words; perhaps none.
        paused: whether nothing trains.
    """

    locked: frozenset[str] = frozenset()
    reason: str = ""
    paused: bool = False

    def first_locked(self, names: Iterable[str]) -> str | None:
        """Return the first of some settings that is locked, None if none is."""
        return next((name for name in names if self._holds(name)), None)

    def _holds(self, name: str) -> bool:
        return name in self.locked or (name in SEEDS and WEIGHTS in self.locked)


FROZEN = Rules(frozenset({*TrainingConfig.model_fields, SPEED, WEIGHTS}), paused=True)
"""Of copies: they stay as they were when they were made."""


class InRoomError(Exception):
    """A program wants of a training what a classroom does not allow it."""
