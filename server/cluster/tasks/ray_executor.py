"""Trains bundles of sweeps in Ray tasks, on a share of the cluster's cores."""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

import ray
from ray import exceptions

from server.cluster.tasks import bundle_task
from server.jobs.bundles import Bundle, BundleResult, BundleStopped, WorkerLost
from server.jobs.sweep_plan import SweepPlan
from server.jobs.work_state import SweepFailed
from server.settings import Settings
from server.version import VERSION

CORES_INTERVAL = 1.0
"""Seconds for which the cluster's number of cores is cached."""

STOP_TIMEOUT = 5.0
"""Seconds after which the process of a cancelled bundle that does not stop is killed."""


class RayExecutor:
    """A `server.jobs.bundles.BundleExecutor` on the Ray cluster that this process belongs to."""

    def __init__(self, settings: Settings) -> None:
        """Create the executor; Ray must have been started. Uses the settings `job_share` and `job_nice`."""
        self._share = settings.job_share
        self._nice = settings.job_nice
        self._kernels = str(settings.data_dir / "kernels")
        # Ray must not repeat a lost task: the pool halves its bundle.
        self._task: Any = ray.remote(num_cpus=1, max_retries=0)(bundle_task.train)
        self._plans: dict[int, tuple[SweepPlan, Any]] = {}
        self._lock = threading.Lock()
        self._references: dict[Future[BundleResult], Any] = {}
        self._capacity = 0
        self._looked_at = -math.inf

    def capacity(self) -> int:
        """Return how many bundles may run now.

        Raises:
            server.jobs.work_state.SweepFailed: the cluster does not answer.
        """
        now = time.monotonic()
        if now >= self._looked_at + CORES_INTERVAL:
            try:
                cores = ray.cluster_resources().get("CPU", 0.0)
            except Exception as error:
                raise SweepFailed("The cluster does not answer.") from error
            self._capacity, self._looked_at = math.ceil(self._share * cores), now
        return self._capacity

    def start(self, plan: SweepPlan, bundle: Bundle) -> "Future[BundleResult]":
        """Start a task that trains a bundle; return the future of its result."""
        if id(plan) not in self._plans:
            self._plans[id(plan)] = plan, ray.put(plan)
        reference = self._plans[id(plan)][1]
        request = bundle_task.BundleRequest(VERSION, reference, bundle, self._nice, self._kernels)
        task = self._task.remote(request)
        future: Future[BundleResult] = Future()
        with self._lock:
            self._references[future] = task
        task.future().add_done_callback(partial(self._on_task_done, future))
        return future

    def cancel(self, future: "Future[BundleResult]") -> None:
        """Stop a task at its next epoch, or kill its process if that takes long."""
        if self._cancel(future, force=False):
            self._call_later(partial(self._kill, future))

    def _kill(self, future: "Future[BundleResult]") -> None:
        """Have Ray kill the process of a task; if even that does not end it, give the task up."""
        if self._cancel(future, force=True):
            self._call_later(partial(self._resolve, future, BundleStopped()))

    def _call_later(self, call: Callable[[], object]) -> None:
        timer = threading.Timer(STOP_TIMEOUT, call)
        timer.daemon = True
        timer.start()

    def forget(self, plan: SweepPlan) -> None:
        """Drop the reference to a plan, so that Ray can free it."""
        self._plans.pop(id(plan), None)

    def stop(self) -> None:
        """Kill all tasks."""
        for future in list(self._references):
            self._cancel(future, force=True)

    def _cancel(self, future: "Future[BundleResult]", *, force: bool) -> bool:
        """Have Ray cancel a task; return whether it was running."""
        with self._lock:
            task = self._references.get(future)
        if task is not None:
            with suppress(exceptions.RayError, ValueError):
                ray.cancel(task, force=force)
        return task is not None

    def _on_task_done(self, future: "Future[BundleResult]", done: "Future[BundleResult]") -> None:
        """Resolve a future with the result or error of its task; called on a thread of Ray."""
        error = done.exception()
        self._resolve(future, done.result() if error is None else _translate_error(error))

    def _resolve(self, future: "Future[BundleResult]", outcome: BundleResult | BaseException) -> None:
        """Resolve a future, unless it is resolved."""
        with self._lock:
            if self._references.pop(future, None) is None:
                return
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def _translate_error(error: BaseException) -> BaseException:
    """Return the `server.jobs.bundles` error for an error of Ray; an exception of the training as it is."""
    if isinstance(error, exceptions.TaskCancelledError):
        return BundleStopped()
    if isinstance(error, exceptions.RayTaskError):
        return error.cause if isinstance(error.cause, Exception) else error
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return WorkerLost(reason)
    return WorkerLost(f"Ray says: {str(error).strip().splitlines()[0]}")


_REASONS = {
    exceptions.OutOfMemoryError: "its machine had no memory left",
    exceptions.NodeDiedError: "its machine left the cluster",
    exceptions.WorkerCrashedError: "its process ended",
    exceptions.LocalRayletDiedError: "its machine left the cluster",
}
