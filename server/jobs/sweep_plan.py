"""What a sweep is to train: every point of a grid from every seed, each run by its number."""

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

    They are numbered from 0: all grid points for one seed first, so that early results can be compared.
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
    """About how many bytes the largest run takes."""
    kept_memory: int = 0
    """About how many bytes the values of the grid, the given points, and all `kept_parts` take."""
    owner: str = ""
    """The client network that starts the runs."""
    kept_parts: KeptParts = KEEP_NOTHING
    """What is kept of each run besides its result."""

    @property
    def runs(self) -> int:
        """How many runs there are."""
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
        """Return the training of a run, at epoch 0."""
        return Session(self.config_of(number), data=self.data)

    def training_run(self) -> TrainingRun:
        """Return what a run trains."""
        return TrainingRun(
            "epoch",
            self.epochs,
            self.stop_criterion,
            records_losses=self.kept_parts.losses,
            counts_start=False,
        )


def grid_points(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of the grid's values, the last setting varying fastest."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


class ConsecutiveSeeds(Sequence[int]):
    """Consecutive seeds, starting over after the largest; a million of them take no memory."""

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
