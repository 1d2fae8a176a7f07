"""The plan of a sweep: a run for every point of a grid of settings and every seed."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

from engine.config import TrainingConfig
from engine.config_fields import MAX_SEED
from engine.data.datasets import Dataset
from server.jobs.kept_runs import KEEP_NOTHING, KeptParts
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion, TrainingRun

Seeds = Literal["weights", "data", "both"]


@dataclass(frozen=True)
class SweepPlan:
    """The runs of a sweep.

    They are numbered from 0. All grid points for one seed come first, so that early results can be compared.
    """

    config: TrainingConfig
    """The settings that all runs share."""
    settings: Sequence[Mapping[str, Any]]
    """The values of the swept settings at each point of the grid."""
    seeds: Sequence[int]
    vary: Seeds
    epochs: int
    stop_criterion: StopCriterion
    data: Dataset | None = None
    memory: int = 0
    """The estimated bytes of the largest run while it trains."""
    kept_memory: int = 0
    """The estimated bytes of the grid's values, the data, and all `kept_parts`."""
    owner: str = ""
    """The client network that starts the runs."""
    kept_parts: KeptParts = KEEP_NOTHING
    """What is kept of each run besides its result."""

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.settings) * len(self.seeds)

    def position(self, number: int) -> tuple[int, int]:
        """Return the index of a run's point in the grid, and its seed."""
        seed, setting = divmod(number, len(self.settings))
        return setting, self.seeds[seed]

    def config_of(self, number: int) -> TrainingConfig:
        """Return the settings of a run."""
        setting, seed = self.position(number)
        names = ("weights_seed", "data_seed") if self.vary == "both" else (f"{self.vary}_seed",)
        return self.config.changed({**self.settings[setting], **dict.fromkeys(names, seed)})

    def session_of(self, number: int) -> Session:
        """Return a new session for a run, at epoch 0."""
        return Session(self.config_of(number), data=self.data)

    def training_run(self) -> TrainingRun:
        """Return how long a run trains."""
        return TrainingRun(
            "epoch",
            self.epochs,
            self.stop_criterion,
            records_losses=self.kept_parts.losses,
            counts_start=False,
        )


def grid_points(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of a grid's values; the last setting varies fastest."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


class ConsecutiveSeeds(Sequence[int]):
    """Consecutive seeds, which start over after the largest; a sequence that stores none of them."""

    def __init__(self, first: int, count: int) -> None:
        self._numbers = range(first, first + count)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> list[int]: ...

    def __getitem__(self, index: int | slice) -> int | list[int]:
        """Return the seed, or the seeds, at an index."""
        if isinstance(index, slice):
            return [number % (MAX_SEED + 1) for number in self._numbers[index]]
        return self._numbers[index] % (MAX_SEED + 1)
