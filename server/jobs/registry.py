"""Jobs: what goes on in the background after a call has been answered, and for a while what came of it."""

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar


class Job(Protocol):
    """What can be waited for and cancelled."""

    @property
    def ended(self) -> Future[Any]:
        """Is done when the job is."""

    def cancel(self) -> None:
        """Stop soon."""


J = TypeVar("J")


class TooManyJobs(RuntimeError):  # noqa: N818 - as UnknownSession
    """There are as many as may be under way."""


class Jobs:
    """All jobs by their ids."""

    def __init__(
        self,
        *,
        most: int,
        most_kept: int,
        lifetime: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without jobs.

        Args:
            most: how many may be under way.
            most_kept: how many that have ended stay known.
            lifetime: for how many seconds they do.
            clock: seconds.
        """
        self.most = most
        self._most_kept = most_kept
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._ends: dict[str, float] = {}

    def __len__(self) -> int:
        """Return how many are under way."""
        with self._lock:
            self._tidy()
            return len(self._jobs) - len(self._ends)

    def add(self, job: Job) -> str:
        """Keep a job that is about to begin, and return its id.

        Raises:
            TooManyJobs: it must not begin.
        """
        with self._lock:
            self._tidy()
            if len(self._jobs) - len(self._ends) >= self.most:
                raise TooManyJobs
            identity = secrets.token_urlsafe(16)
            self._jobs[identity] = job
            return identity

    def get(self, identity: str, kind: type[J]) -> J | None:
        """Return a job, None if there is none of that kind."""
        with self._lock:
            self._tidy()
            job = self._jobs.get(identity)
            return job if isinstance(job, kind) else None

    def forget(self, identity: str) -> None:
        """Keep a job no longer."""
        with self._lock:
            self._jobs.pop(identity, None)
            self._ends.pop(identity, None)

    def _tidy(self) -> None:
        """Forget what ended long ago, and the oldest when there are too many."""
        now = self._clock()
        for identity, job in self._jobs.items():
            if job.ended.done():
                self._ends.setdefault(identity, now)
        oldest = sorted(self._ends, key=self._ends.__getitem__)
        for number, identity in enumerate(oldest):
            if self._ends[identity] + self._lifetime <= now or number < len(oldest) - self._most_kept:
                del self._jobs[identity], self._ends[identity]
