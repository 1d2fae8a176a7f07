"""Sweeps: the same training from many seeds, over a grid of settings, and a summary of the results."""

import itertools
import statistics
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

from engine.config import TrainingConfig
from engine.config_fields import MAX_SEED
from engine.data.datasets import Dataset
from server.jobs.kept_runs import NOTHING, KeptParts, KeptRun
from server.jobs.task_group import TaskGroup, TrainingTask
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion, StopReason, TrainingRun

Seeds = Literal["weights", "data", "both"]

_RESULT_MEMORY = 400


class FinishedRun(NamedTuple):
    """The result of one training."""

    setting: int
    """Index of its point in the grid."""
    seed: int
    ending: StopReason
    epochs: int
    train_loss: float | None
    """None for this and the other metrics if the training diverged."""
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None


class FiveNumberSummary(NamedTuple):
    """The distribution of a value over several runs."""

    least: float
    lower: float
    """A quarter of the values is below."""
    median: float
    upper: float
    """A quarter of the values is above."""
    most: float
    runs: int
    """How many runs have a value."""


class GridPointSummary(NamedTuple):
    """A summary of the finished runs at one point of the grid."""

    settings: Mapping[str, Any]
    runs: int
    diverged: int
    success_rate: float | None
    """Share of runs that met the stop criterion after an epoch or more; None without one."""
    train_loss: FiveNumberSummary | None
    """Of the runs that did not diverge, as the test loss."""
    test_loss: FiveNumberSummary | None
    epochs_to_goal: FiveNumberSummary | None
    """Of the runs that met the stop criterion."""


@dataclass(frozen=True)
class SweepPlan:
    """The runs of a sweep."""

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
    kept_parts: KeptParts = NOTHING
    """What is kept of each run besides its result."""

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.settings) * len(self.seeds)


def grid_points(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of the grid's values, the last setting varying fastest."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def consecutive_seeds(first: int, count: int) -> list[int]:
    """Return `count` consecutive seeds, starting over after the largest."""
    return [(first + number) % (MAX_SEED + 1) for number in range(count)]


class Sweep:
    """The job of a sweep, and the results so far; they may be read from any thread.

    Attributes:
        plan: the runs.
        task_group: for the worker pool.
    """

    def __init__(self, plan: SweepPlan) -> None:
        """Create the job; it starts when its task group is submitted to a worker pool."""
        self.plan = plan
        self._done: list[FinishedRun] = []
        self._kept: list[KeptRun] = []
        self._lock = threading.Lock()
        self._positions: dict[int, tuple[int, int]] = {}
        self.task_group = TaskGroup(self._tasks(), self._on_finished, memory=plan.memory, owner=plan.owner)

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """A future that is done when all runs have ended, or when they are cancelled."""
        return self.task_group.ended

    @property
    def seconds(self) -> float:
        """Time that threads have spent on the runs."""
        return self.task_group.seconds

    @property
    def kept_memory(self) -> int:
        """About how many bytes the plan and the results take."""
        return self.plan.kept_memory + _RESULT_MEMORY * (len(self._done) + len(self.plan.settings))

    def cancel(self) -> None:
        """Stop; the results of finished runs stay."""
        self.task_group.cancel()

    @property
    def done(self) -> list[FinishedRun]:
        """The results so far, ordered by grid point and seed."""
        order = {seed: number for number, seed in enumerate(self.plan.seeds)}
        with self._lock:
            return sorted(self._done, key=lambda run: (run.setting, order[run.seed]))

    @property
    def number_done(self) -> int:
        """How many runs are finished."""
        return len(self._done)

    def finished(self, first: int) -> list[tuple[FinishedRun, KeptRun]]:
        """Return the runs finished so far from number `first` on, in the order in which they finished."""
        with self._lock:
            return list(zip(self._done[first:], self._kept[first:], strict=True))

    def summaries(self) -> list[GridPointSummary]:
        """Return a summary for each point of the grid."""
        done = self.done
        return [
            self._summary(settings, [run for run in done if run.setting == number])
            for number, settings in enumerate(self.plan.settings)
        ]

    def _summary(self, settings: Mapping[str, Any], runs: Sequence[FinishedRun]) -> GridPointSummary:
        reached = [run for run in runs if run.ending == "reached"]
        rate = len(reached) / len(runs) if runs and self.plan.stop_criterion != StopCriterion() else None
        return GridPointSummary(
            settings,
            len(runs),
            sum(run.ending == "diverged" for run in runs),
            rate,
            quartiles([run.train_loss for run in runs if run.train_loss is not None]),
            quartiles([run.test_loss for run in runs if run.test_loss is not None]),
            quartiles([run.epochs for run in reached]),
        )

    def _tasks(self) -> Iterator[TrainingTask]:
        plan = self.plan
        for seed in plan.seeds:  # all grid points for one seed first, so that early results can be compared
            for number, settings in enumerate(plan.settings):
                training_run = TrainingRun(
                    "epoch",
                    plan.epochs,
                    plan.stop_criterion,
                    records_losses=plan.kept_parts.losses,
                    counts_start=False,
                )
                names = ("weights_seed", "data_seed") if plan.vary == "both" else (f"{plan.vary}_seed",)
                create = partial(_session, plan, {**settings, **dict.fromkeys(names, seed)})
                task = TrainingTask(create, training_run)
                self._positions[id(task)] = (number, seed)
                yield task

    def _on_finished(self, task: TrainingTask) -> None:
        number, seed = self._positions.pop(id(task))
        session = task.session
        metrics = session.metrics()
        ending = task.training_run.ended.result(0)
        results = (None,) * len(metrics) if ending == "diverged" else metrics
        result = FinishedRun(number, seed, ending, session.trainer.epoch, *results)
        kept = KeptRun.of(session, self.plan.kept_parts)
        with self._lock:
            self._done.append(result)
            self._kept.append(kept)


def _session(plan: SweepPlan, changes: Mapping[str, Any]) -> Session:
    return Session(plan.config.changed(changes), data=plan.data)


def quartiles(values: Sequence[float]) -> FiveNumberSummary | None:
    """Return the quartiles of values, None if there are none."""
    if not values:
        return None
    if len(values) == 1:
        only = values[0]
        return FiveNumberSummary(only, only, only, only, only, 1)
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return FiveNumberSummary(min(values), lower, median, upper, max(values), len(values))
