"""Applies the limits of admission to sessions that grow after they were admitted."""

from collections.abc import Callable
from typing import Any, Protocol

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from server.limits.training_size import SizeLimits, memory_of, points_in


class GrowingActor(Protocol):
    """The part of an actor that is needed here; `SessionActor` describes the attributes."""

    memory: int
    reserve_memory: Callable[[Any, int], None]


class GrowthLimits:
    """Refuses changes that make a session too large, by itself or for the memory of all sessions."""

    def __init__(self, limits: SizeLimits, actor: GrowingActor) -> None:
        """Create it for an actor; `limits` are those of a single session."""
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
        """Reserve the memory for new settings, points or a rival; raise `MessageError` beyond a limit."""
        self._limits.check(config, ref=ref, given=given, rival=rival)
        memory = memory_of(config, points_in(given), rival)
        if memory != self._actor.memory:
            self._actor.reserve_memory(self._actor, memory)
