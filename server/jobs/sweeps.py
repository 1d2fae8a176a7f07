"""Repeated runs: the same training from many seeds, over a grid of a few settings, and what came of them."""

import itertools
import statistics
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from engine.config import MAX_SEED, TrainingConfig
from server.jobs.worker_pool import TaskGroup, TrainingTask
from server.sessions.session import Data, Session
from server.sessions.training_run import StopCriterion, StopReason, TrainingRun

Seeds = Literal["weights", "data", "both"]


class Run(NamedTuple):
    """One training, and how it came out."""

    setting: int
    """Place of its setting in the grid."""
    seed: int
    ending: StopReason
    epochs: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None


class Spread(NamedTuple):
    """Where the values of several runs lie."""

    least: float
    lower: float
    """A quarter is below."""
    median: float
    upper: float
    """A quarter is above."""
    most: float


class Summary(NamedTuple):
    """What came of the runs of one setting, as far as they are done."""

    settings: Mapping[str, Any]
    runs: int
    diverged: int
    success_rate: float | None
    """Share of runs that reached the goal; None without a goal."""
    train_loss: Spread | None
    test_loss: Spread | None
    epochs_to_goal: Spread | None
    """Of those that reached it."""


@dataclass(frozen=True)
class SweepPlan:
    """What is to be run."""

    configs: Sequence[TrainingConfig]
    """One for each point of the grid."""
    settings: Sequence[Mapping[str, Any]]
    """What distinguishes them."""
    seeds: Sequence[int]
    vary: Seeds
    epochs: int
    stop_criterion: StopCriterion
    data: Data | None = None

    @property
    def runs(self) -> int:
        """How many trainings there are."""
        return len(self.configs) * len(self.seeds)


def grid_points(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of the grid's values, the last setting changing fastest."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def consecutive_seeds(first: int, count: int) -> list[int]:
    """Return so many seeds, beginning again after the largest."""
    return [(first + number) % (MAX_SEED + 1) for number in range(count)]


class Sweep:
    """A job of repeated runs: what is done of it, and what came of that."""

    def __init__(self, plan: SweepPlan) -> None:
        self.plan = plan
        self._done: list[Run] = []
        self._lock = threading.Lock()
        self._places: dict[int, tuple[int, int]] = {}
        self.task_group = TaskGroup(self._races(), self._finish)

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """Is done when all runs are, or when they were cancelled."""
        return self.task_group.ended

    def cancel(self) -> None:
        """Begin no more runs; those that are done stay."""
        self.task_group.cancel()

    @property
    def done(self) -> list[Run]:
        """The runs that are done, by setting and seed."""
        order = {seed: number for number, seed in enumerate(self.plan.seeds)}
        with self._lock:
            return sorted(self._done, key=lambda run: (run.setting, order[run.seed]))

    def summaries(self) -> list[Summary]:
        """Return what came of each setting."""
        done = self.done
        return [
            self._summary(settings, [run for run in done if run.setting == number])
            for number, settings in enumerate(self.plan.settings)
        ]

    def _summary(self, settings: Mapping[str, Any], runs: Sequence[Run]) -> Summary:
        reached = [run for run in runs if run.ending == "reached"]
        rate = len(reached) / len(runs) if runs and self.plan.stop_criterion != StopCriterion() else None
        return Summary(
            settings,
            len(runs),
            sum(run.ending == "diverged" for run in runs),
            rate,
            spread([run.train_loss for run in runs]),
            spread([run.test_loss for run in runs]),
            spread([run.epochs for run in reached]),
        )

    def _races(self) -> Iterator[TrainingTask]:
        plan = self.plan
        for seed in plan.seeds:  # all settings of a seed first: so early results can be compared
            for number, config in enumerate(plan.configs):
                training_run = TrainingRun("epoch", plan.epochs, plan.stop_criterion, records_losses=False)
                names = ("weights_seed", "data_seed") if plan.vary == "both" else (f"{plan.vary}_seed",)
                race = TrainingTask(self._maker(config.changed(dict.fromkeys(names, seed))), training_run)
                self._places[id(race)] = (number, seed)
                yield race

    def _maker(self, config: TrainingConfig) -> Any:
        return lambda: Session(config, data=self.plan.data)

    def _finish(self, race: TrainingTask) -> None:
        number, seed = self._places.pop(id(race))
        session = race.session
        metrics = session.metrics()
        run = Run(number, seed, race.training_run.ended.result(0), session.trainer.epoch, *metrics)
        with self._lock:
            self._done.append(run)


def spread(values: Sequence[float]) -> Spread | None:
    """Return where values lie, None if there are none."""
    if not values:
        return None
    if len(values) == 1:
        return Spread(*[values[0]] * 5)
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(min(values), lower, median, upper, max(values))
