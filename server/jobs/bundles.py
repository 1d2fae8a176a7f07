"""Bundles: consecutive runs of a sweep that another process trains in one call, and their results."""

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
"""A sweep fails once a single run was lost so many times with the process that trained it."""


class Bundle(NamedTuple):
    """Consecutive runs of a plan."""

    first: int
    """The number of its first run."""
    size: int
    """The number of its runs."""
    times_lost: int = 0
    """How many times it was lost; counted only for bundles of one run."""


class BundleResult(NamedTuple):
    """The results of a bundle's runs."""

    records: Records
    kept: Sequence[KeptRun]
    """What is kept of each run, in the order of `records`."""
    epochs: int
    """The number of epochs trained in all runs together."""
    seconds: float
    """Seconds of processor time."""
    elapsed: float
    """Seconds of wall time, without the process's preparations."""


class BundleStopped(Exception):  # noqa: N818 - what happened, not a fault
    """A bundle was cancelled, and has no results."""


class WorkerLost(Exception):  # noqa: N818 - as above
    """The process or machine that trained a bundle was lost; the message says how."""


class BundleExecutor(Protocol):
    """Trains bundles in other processes. Its methods are called from one thread."""

    def capacity(self) -> int:
        """Return how many bundles may run now; raise `SweepFailed` if none ever will."""

    def start(self, plan: SweepPlan, bundle: Bundle) -> "Future[BundleResult]":
        """Start to train a bundle, and return the future of its result.

        The future is resolved on any thread. It fails with `WorkerLost`, `BundleStopped`, or the exception
        that training raised.
        """

    def cancel(self, future: "Future[BundleResult]") -> None:
        """Stop a bundle that was started, soon; its future is done then."""

    def forget(self, plan: SweepPlan) -> None:
        """Release a plan of which no further bundle will be started."""

    def stop(self) -> None:
        """Stop all bundles."""


def train_bundle(plan: SweepPlan, bundle: Bundle, stop: Callable[[], bool]) -> BundleResult:
    """Train the runs of a bundle one after the other, each exactly as it would be trained alone.

    Args:
        plan: the sweep's plan.
        bundle: the runs to train.
        stop: called after each epoch; returns whether to stop.

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
    """Divides the runs of a sweep into bundles, and keeps track of those that are started, lost or finished.

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
    def pending(self) -> int:
        """The number of runs that are neither in a started bundle nor finished."""
        return self._runs - self._next + sum(bundle.size for bundle in self._lost)

    @property
    def is_finished(self) -> bool:
        """Whether all runs are finished."""
        return self._finished == self._runs

    def next_bundle(self, size: int) -> Bundle | None:
        """Return a bundle of up to `size` runs to start, lost ones first; None if no run is pending."""
        if self._lost:
            bundle = self._lost.popleft()
        elif self._next < self._runs:
            bundle = Bundle(self._next, min(size, self._runs - self._next))
            self._next += bundle.size
        else:
            return None
        self._copies[bundle] = 1
        return bundle

    def start_copy(self, bundle: Bundle) -> bool:
        """Count a second copy of a started bundle; return False if there is one already, or it has ended."""
        if self._copies.get(bundle) != 1:
            return False
        self._copies[bundle] = 2
        return True

    def finish(self, bundle: Bundle) -> bool:
        """Mark a bundle as finished; return whether its results are new."""
        if self._copies.pop(bundle, None) is None:
            return False
        self._finished += bundle.size
        return True

    def requeue(self, bundle: Bundle, reason: str) -> None:
        """Put a lost bundle back into the queue, unless another copy of it is running.

        A bundle of several runs is halved, so that a run that crashes its process is isolated.

        Raises:
            SweepFailed: the bundle is a single run, which was lost too often.
        """
        copies = self._copies.get(bundle, 0)
        if copies > 1:
            self._copies[bundle] = copies - 1
        if copies != 1:
            return
        del self._copies[bundle]
        first, size, times_lost = bundle
        if size > 1:
            half = size // 2
            self._lost += [Bundle(first, half), Bundle(first + half, size - half)]
        elif times_lost + 1 < MAX_LOSSES:
            self._lost.append(Bundle(first, 1, times_lost + 1))
        else:
            raise SweepFailed(f"Run {first} was lost {MAX_LOSSES} times, the last time because {reason}")
