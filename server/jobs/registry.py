"""The registry of jobs: those running, and for some time those that have ended."""

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar


class Job(Protocol):
    """Something that can be waited for and cancelled."""

    @property
    def ended(self) -> Future[Any]:
        """A future that is done when the job has ended."""

    def cancel(self) -> None:
        """Cancel the job; work that is running stops at its next check."""


J = TypeVar("J")


class TooManyJobs(RuntimeError):  # noqa: N818 - as UnknownSession
    """The largest number of jobs is running already."""


class JobRegistry:
    """All jobs by their ids; its methods may be called from any thread."""

    def __init__(
        self,
        *,
        max_running: int,
        max_ended: int,
        lifetime: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create a registry without jobs.

        Args:
            max_running: the most jobs that may run at the same time.
            max_ended: the most ended jobs that are kept.
            lifetime: seconds for which an ended job is kept.
            clock: returns the time in seconds.
        """
        self.max_running = max_running
        self._max_ended = max_ended
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._ends: dict[str, float] = {}

    def __len__(self) -> int:
        """Return the number of running jobs."""
        with self._lock:
            self._tidy()
            return len(self._jobs) - len(self._ends)

    def register(self, job: Job) -> str:
        """Add a job that is about to start, and return its id.

        Raises:
            TooManyJobs: `max_running` jobs are running; the job must not start.
        """
        with self._lock:
            self._tidy()
            if len(self._jobs) - len(self._ends) >= self.max_running:
                raise TooManyJobs
            job_id = secrets.token_urlsafe(16)
            self._jobs[job_id] = job
            return job_id

    def get(self, job_id: str, kind: type[J]) -> J | None:
        """Return a job by its id, None if there is none of that kind."""
        with self._lock:
            self._tidy()
            job = self._jobs.get(job_id)
            return job if isinstance(job, kind) else None

    def remove(self, job_id: str) -> None:
        """Remove a job."""
        with self._lock:
            self._jobs.pop(job_id, None)
            self._ends.pop(job_id, None)

    def _tidy(self) -> None:
        """Remove jobs that ended long ago, and the oldest if too many have ended (with the lock held)."""
        now = self._clock()
        for job_id, job in self._jobs.items():
            if job.ended.done():
                self._ends.setdefault(job_id, now)
        oldest = sorted(self._ends, key=self._ends.__getitem__)
        for number, job_id in enumerate(oldest):
            if self._ends[job_id] + self._lifetime <= now or number < len(oldest) - self._max_ended:
                del self._jobs[job_id], self._ends[job_id]
