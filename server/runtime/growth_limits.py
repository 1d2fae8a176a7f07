"""Counts what a session in memory grows by, so that the limits of admission hold after it was admitted."""

from collections.abc import Callable
from typing import Any, Protocol

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from server.limits.training_size import SizeLimits, memory_of, points_in


class GrowingActor(Protocol):
    """The part of an actor that is needed here; `SessionActor` describes the attributes."""

    memory: int
    grow: Callable[[Any, int], None]


class GrowthLimits:
    """Refuses changes of a session by the size of its training, and by the memory that all trainings take."""

    def __init__(self, limits: SizeLimits, actor: GrowingActor) -> None:
        """Create it for an actor; `limits` hold for each training by itself."""
        self._limits = limits
        self._actor = actor

    def check(
        self,
        config: TrainingConfig,
        *,
        ref: int | None = None,
        given: Dataset | None = None,
        rival: TrainingConfig | None = None,
    ) -> None:
        """Count the memory that a session will take; raise `MessageError` if there is too little left."""
        self._limits.check(config, ref=ref, given=given, rival=rival)
        memory = memory_of(config, points_in(given), rival)
        if memory != self._actor.memory:
            self._actor.grow(self._actor, memory)
