"""Bundles: consecutive runs of a sweep that another process trains in one call, and what it returns."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import NamedTuple, Protocol

import numpy as np

from server.jobs.finished_runs import RECORD, Records, record_of
from server.jobs.kept_runs import KeptRun
from server.jobs.sweep_plan import SweepPlan
from server.jobs.work_state import SweepFailed

MAX_LOSSES = 3
"""How often a single run may be lost with the process that trains it, before the sweep fails."""


class Bundle(NamedTuple):
    """Consecutive runs of a plan."""

    first: int
    """The number of the first."""
    size: int
    losses: int = 0
    """How often this run was lost; counted for a bundle of one run only."""


class BundleResult(NamedTuple):
    """The results of a bundle's runs."""

    records: Records
    kept: Sequence[KeptRun]
    """What is kept of each run."""
    epochs: int
    """Trained in all."""
    seconds: float
    """Processor time."""
    elapsed: float
    """Seconds by the clock, without what the process needed to get ready."""


class BundleStopped(Exception):  # noqa: N818 - what happened, not a fault
    """A bundle was stopped, and has no results."""


class WorkerLost(Exception):  # noqa: N818 - as above
    """The process that trained a bundle ended, or its machine left; the message says how."""


class BundleExecutor(Protocol):
    """Trains bundles elsewhere. Its methods are called from one thread."""

    def capacity(self) -> int:
        """Return how many bundles may be under way now; raise `SweepFailed` if there will never be any."""

    def start(self, plan: SweepPlan, bundle: Bundle) -> "Future[BundleResult]":
        """Start to train a bundle.

        Its future gets the result, or one of the errors `WorkerLost`, `BundleStopped`, or what training
        raised, from any thread.
        """

    def cancel(self, future: "Future[BundleResult]") -> None:
        """Stop a bundle that was started, soon; its future is done then."""

    def forget(self, plan: SweepPlan) -> None:
        """Forget a plan of which no further bundle is started."""

    def stop(self) -> None:
        """Stop everything."""


def train_bundle(plan: SweepPlan, bundle: Bundle, stop: Callable[[], bool]) -> BundleResult:
    """Train the runs of a bundle, one after the other, each exactly as it would be trained alone.

    Args:
        plan: the sweep.
        bundle: which of its runs.
        stop: called after each epoch.

    Raises:
        BundleStopped: `stop` returned True.
    """
    began, began_at = time.thread_time(), time.monotonic()
    records, kept, epochs = np.empty(bundle.size, RECORD), [], 0
    for place in range(bundle.size):
        number = bundle.first + place
        session, training_run = plan.session_of(number), plan.training_run()
        session.start_run(training_run)
        while session.busy and not stop():
            epochs += session.do_work(stop)
        if session.busy:
            raise BundleStopped
        records[place] = record_of(number, session, training_run)[0]
        kept.append(KeptRun.of(session, plan.kept_parts))
    return BundleResult(records, kept, epochs, time.thread_time() - began, time.monotonic() - began_at)


class BundleQueue:
    """Which runs of a sweep are to be trained yet, and which bundles are under way.

    The result of each run counts once, however often it is trained.
    """

    def __init__(self, runs: int) -> None:
        """Create the queue of the runs 0 to `runs` - 1."""
        self._runs = runs
        self._next = 0
        self._lost: deque[Bundle] = deque()
        self._copies: dict[Bundle, int] = {}
        self._finished = 0

    @property
    def waiting(self) -> int:
        """How many runs are in no bundle that is under way, and not finished."""
        return self._runs - self._next + sum(bundle.size for bundle in self._lost)

    @property
    def is_finished(self) -> bool:
        """Whether all runs are finished."""
        return self._finished == self._runs

    def take(self, size: int) -> Bundle | None:
        """Return a bundle of up to `size` runs to start, lost ones first; None if all are under way."""
        if self._lost:
            bundle = self._lost.popleft()
        elif self._next < self._runs:
            bundle = Bundle(self._next, min(size, self._runs - self._next))
            self._next += bundle.size
        else:
            return None
        self._copies[bundle] = 1
        return bundle

    def copy(self, bundle: Bundle) -> bool:
        """Count a second copy of a bundle that is under way; return False if there is one already."""
        if self._copies.get(bundle) != 1:
            return False
        self._copies[bundle] = 2
        return True

    def finish(self, bundle: Bundle) -> bool:
        """Note that a bundle is trained; return whether its results are new."""
        if self._copies.pop(bundle, None) is None:
            return False
        self._finished += bundle.size
        return True

    def lose(self, bundle: Bundle, reason: str) -> None:
        """Have a bundle trained again that was lost, unless a copy of it is under way.

        A bundle of several runs is halved, so that a run that ends its process is found.

        Raises:
            SweepFailed: it is a single run, which was lost too often.
        """
        copies = self._copies.get(bundle, 0)
        if copies > 1:
            self._copies[bundle] = copies - 1
        if copies != 1:
            return
        del self._copies[bundle]
        first, size, losses = bundle
        if size > 1:
            half = size // 2
            self._lost += [Bundle(first, half), Bundle(first + half, size - half)]
        elif losses + 1 < MAX_LOSSES:
            self._lost.append(Bundle(first, 1, losses + 1))
        else:
            raise SweepFailed(f"Run {first} was lost {MAX_LOSSES} times, the last time because {reason}")
