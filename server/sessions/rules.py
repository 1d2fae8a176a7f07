"""The rules that a classroom or a lesson imposes on a session: locked settings and pauses."""

from collections.abc import Iterable
from typing import NamedTuple

from engine.config import TrainingConfig

SEEDS = frozenset({"weights_seed", "data_seed"})
"""Settings that are locked along with the weights."""

LAYERS = frozenset({"layers", "normalization", "residual"})
"""Settings that are locked along with the hidden layers."""

POINTS = frozenset({"points", "data_columns"})
"""Custom points, and where they come from: settings that are locked together."""

POINTS_NOISE = "points_noise"
"""The noise of custom points, which is locked along with that of other data."""

SPEED = "speed"
"""The lock of the epochs a second."""

WEIGHTS = "weights"
"""The lock of edits by hand and of other initial weights and points."""

LOCKABLE = (*TrainingConfig.model_fields, SPEED, WEIGHTS)
"""Names that can be locked: all settings of a training, its speed, and its weights."""


def changed_settings(before: TrainingConfig, after: TrainingConfig) -> tuple[str, ...]:
    """Return the names of the settings that differ, including those that depend on a changed one.

    `activation` is included if activations of single layers replace it. `data_columns` is left out if they
    only follow from another dataset, problem or number of classes.
    """
    before, after = before.short, after.short
    names = [name for name in TrainingConfig.model_fields if getattr(after, name) != getattr(before, name)]
    kept = min(len(before.activations), len(after.activations))
    if before.activations[:kept] != after.activations[:kept] and "activation" not in names:
        names.append("activation")
    if "data_columns" in names and not {"dataset", "problem", "classes"}.isdisjoint(names):
        names.remove("data_columns")
    return tuple(names)


class Rules(NamedTuple):
    """The rules for one session.

    Attributes:
        locked: the names in `LOCKABLE` that only the teacher may change.
        reason: the reason for the locks, in the teacher's words; may be empty.
        paused: whether training is paused.
        room: the id of the room whose learner may change the session; "" for copies.
        seat: the id of the learner's seat.
        room_key: the digest of the key of the room's teacher.
        seat_token: the digest of the secret in the seat's cookie; "" once the learner has left the seat.
        lesson: the name of the lesson that is the learner's task, the only one that the session may follow;
            "" if there is none.
        lesson_since: when that lesson began for the learner, in seconds of Unix time.
        lesson_title: its title, or that of the task.
    """

    locked: frozenset[str] = frozenset()
    reason: str = ""
    paused: bool = False
    room: str = ""
    seat: str = ""
    room_key: str = ""
    seat_token: str = ""
    lesson: str = ""
    lesson_since: float = 0.0
    lesson_title: str = ""

    def first_locked(self, names: Iterable[str]) -> str | None:
        """Return the first of these names that is locked; None if none is."""
        return next((name for name in names if self._is_locked(name)), None)

    def _is_locked(self, name: str) -> bool:
        covered_by = WEIGHTS if name in SEEDS else "hidden_layers" if name in LAYERS else name
        covered_by = "points" if name in POINTS else "noise" if name == POINTS_NOISE else covered_by
        return name in self.locked or covered_by in self.locked


class FollowedStep(NamedTuple):
    """The step of a lesson that a session is at, and the rules of that step."""

    lesson: str
    step: int
    rules: Rules


FROZEN = Rules(frozenset(LOCKABLE), paused=True)
"""For copies of trainings, which must stay as they were when they were copied."""


class InRoomError(Exception):
    """A call of a program is not allowed, because the session belongs to a classroom."""
