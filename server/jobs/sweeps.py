"""Sweeps: the job that trains from many seeds over a grid of settings, with its results and summaries."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Literal

from server.jobs.finished_runs import RECORD, FinishedRun, Records, record_of, with_names
from server.jobs.kept_runs import KEEP_NOTHING, KeptRun
from server.jobs.run_log import MAX_IN_MEMORY, RunLog
from server.jobs.summaries import GridPointSummary, summaries_of
from server.jobs.sweep_plan import SweepPlan
from server.jobs.task_group import TaskGroup, TrainingTask

_SUMMARY_MEMORY = 400
"""The estimated bytes of the summary of a grid point."""


class Sweep:
    """The job of a sweep, and its results so far; any thread may read them.

    Attributes:
        plan: its runs.
        task_group: its tasks and state for a worker pool; a bundle pool uses the state only.
    """

    def __init__(self, plan: SweepPlan, folder: Path | None = None) -> None:
        """Create the job; its runs start when it is submitted to a pool.

        Args:
            plan: the runs.
            folder: the folder for results that are not held in memory; by default the system's folder for
                temporary files.
        """
        self.plan = plan
        self._lock = threading.Lock()
        self._log = RunLog(folder)
        self._kept: list[KeptRun] = []
        self._summaries_lock = threading.Lock()
        self._summaries: tuple[int, list[GridPointSummary]] | None = None
        self.task_group = TaskGroup(self._tasks(), self._on_finished, memory=plan.memory, owner=plan.owner)

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """The future of how the sweep has ended."""
        return self.task_group.ended

    @property
    def seconds(self) -> float:
        """Seconds that threads have spent on the runs."""
        return self.task_group.seconds

    @property
    def kept_memory(self) -> int:
        """The estimated bytes of the plan and the results in memory."""
        return self.plan.kept_memory + self._log.memory + _SUMMARY_MEMORY * len(self.plan.settings)

    @property
    def kept_disk(self) -> int:
        """The bytes of the results' file, or those that it may need while the sweep runs."""
        return self._log.disk if self.ended.done() else disk_needed(self.plan.runs)

    def cancel(self) -> None:
        """Cancel the sweep; the results of finished runs stay."""
        self.task_group.cancel()

    def add_results(self, records: Records, kept: Sequence[KeptRun]) -> None:
        """Add the results (n,) of finished runs, and what is kept of each.

        Raises:
            OSError: the file cannot be written.
        """
        with self._lock:
            self._log.append(records)
            if self.plan.kept_parts != KEEP_NOTHING:
                self._kept.extend(kept)

    @property
    def number_finished(self) -> int:
        """The number of finished runs."""
        return len(self._log)

    @property
    def number_reached(self) -> int:
        """The number of finished runs that met the stop criterion."""
        return sum(run.ending == "reached" for run in self.results)

    @property
    def results(self) -> list[FinishedRun]:
        """The results so far, ordered by grid point and seed."""
        records, points = self._log.read(0, self.plan.runs), len(self.plan.settings)
        order = sorted(
            range(len(records)),
            key=[(n % points, n // points) for n in records["number"].tolist()].__getitem__,
        )
        return list(with_names(records[order], self.plan))

    def results_in_order(self, first: int, limit: int) -> list[tuple[FinishedRun, KeptRun]]:
        """Return up to `limit` finished runs from number `first` on, in the order in which they finished."""
        with self._lock:
            records = self._log.read(first, limit)
            kept = self._kept[first : first + limit] or [KeptRun()] * len(records)
        return list(zip(with_names(records, self.plan), kept, strict=True))

    def summaries(self) -> list[GridPointSummary]:
        """Return a summary for each grid point, which includes all runs that are finished at this moment."""
        with self._summaries_lock:  # one at a time: of a million runs it takes a hundred megabytes
            number = self.number_finished
            if self._summaries is None or self._summaries[0] != number:
                self._summaries = number, summaries_of(self.plan, self._log.read(0, number))
            return self._summaries[1]

    def _tasks(self) -> Iterator[TrainingTask]:
        for number in range(self.plan.runs):
            yield TrainingTask(partial(self.plan.session_of, number), self.plan.training_run(), number)

    def _on_finished(self, task: TrainingTask) -> None:
        record = record_of(task.number, task.session, task.training_run)
        self.add_results(record, [KeptRun.of(task.session, self.plan.kept_parts)])


def disk_needed(runs: int) -> int:
    """Return how many bytes the results of so many runs take in a file: none if they stay in memory."""
    return runs * RECORD.itemsize if runs > MAX_IN_MEMORY else 0
