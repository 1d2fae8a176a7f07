"""The registry of jobs: those that run, and those that have ended, for a limited time."""

import math
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar


class Job(Protocol):
    """Work that can be awaited and cancelled."""

    @property
    def ended(self) -> Future[Any]:
        """The future of how the job has ended."""

    @property
    def seconds(self) -> float:
        """Seconds that threads have spent on the job."""

    @property
    def kept_memory(self) -> int:
        """The estimated bytes of the job without its running trainings: of its inputs and results."""

    @property
    def kept_disk(self) -> int:
        """The bytes of the disk that the job takes, or may take until it has ended."""

    def cancel(self) -> None:
        """Cancel the job; work that is running stops at its next check."""


J = TypeVar("J")


class TooManyJobs(RuntimeError):  # noqa: N818 - as UnknownSession
    """As many jobs are running as may, or they are too large."""


class TooManyJobsOfOwner(TooManyJobs):
    """The owner's running jobs are too many or too large, or have used too much time."""


def new_job_id() -> str:
    """Return 128 random bits."""
    return secrets.token_urlsafe(16)


class JobRegistry:
    """All jobs by their ids; any thread may call its methods."""

    def __init__(
        self,
        *,
        max_running: int,
        max_per_owner: int | None = None,
        max_seconds: float = math.inf,
        max_ended: int,
        max_memory: float = math.inf,
        max_running_memory: float = math.inf,
        max_disk: float = math.inf,
        lifetime: float,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = new_job_id,
    ) -> None:
        """Create a registry without jobs.

        Args:
            max_running: the most jobs that may run at the same time.
            max_per_owner: the most running jobs of one owner; None for no limit of its own.
            max_seconds: a new job is refused once its owner's running jobs have used this time.
            max_ended: the most ended jobs that are kept.
            max_memory: the most bytes of `kept_memory` of all ended jobs; also of an owner's running jobs
                when a new one is registered.
            max_running_memory: the most bytes of `kept_memory` of all running jobs.
            max_disk: the most bytes of `kept_disk` of all jobs; an owner's running jobs may have half of it.
            lifetime: seconds for which an ended job is kept.
            clock: returns the time in seconds.
            new_id: makes the id of a job, 128 random bits.
        """
        self.max_running = max_running
        self.max_per_owner = max_running if max_per_owner is None else max_per_owner
        self.max_seconds = max_seconds
        self._max_ended = max_ended
        self._max_memory = max_memory
        self._max_running_memory = max_running_memory
        self._max_disk = max_disk
        self._lifetime = lifetime
        self._clock = clock
        self._new_id = new_id
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._owners: dict[str, str] = {}
        self._client_keys: dict[str, str] = {}
        self._ends: dict[str, float] = {}
        self._elsewhere = Counter[str]()

    def __len__(self) -> int:
        """Return the number of running jobs."""
        with self._lock:
            self._remove_expired()
            return len(self._jobs) - len(self._ends)

    @property
    def ids(self) -> set[str]:
        """The ids of all jobs, running or ended."""
        with self._lock:
            return set(self._jobs)

    def share(self, elsewhere: Counter[str]) -> Counter[str]:
        """Share the limits on the number of running jobs with other processes.

        Args:
            elsewhere: the number of running jobs in other processes, by owner.

        Returns:
            the number of running jobs in this process, by owner.
        """
        with self._lock:
            self._remove_expired()
            self._elsewhere = elsewhere
            return Counter(owner for job_id, owner in self._owners.items() if job_id not in self._ends)

    def register(self, job: Job, owner: str = "", client_key: str = "") -> str:
        """Add a job that is about to start, and return its id.

        Args:
            job: the job.
            owner: the client network that starts it; "" for no limits of an owner.
            client_key: the secret with which `jobs_of_client` lists it; "" for none.

        Raises:
            TooManyJobs: a limit of all jobs is reached; the job must not start.
            TooManyJobsOfOwner: a limit of the owner is reached; the job must not start.
        """
        with self._lock:
            self._remove_expired()
            running = [other for job_id, other in self._jobs.items() if job_id not in self._ends]
            kept = sum(other.kept_memory for other in (job, *running))
            disk = sum(other.kept_disk for other in (job, *running))
            too_large = (running and kept > self._max_running_memory) or disk > self._max_disk
            if len(running) + self._elsewhere.total() >= self.max_running or too_large:
                raise TooManyJobs
            if owner:
                self._check_owner(owner, job)
            job_id = self._new_id()
            self._jobs[job_id] = job
            self._owners[job_id] = owner
            self._client_keys[job_id] = client_key
            return job_id

    def get(self, job_id: str, kind: type[J]) -> J | None:
        """Return a job by its id; None if there is none of that type."""
        with self._lock:
            self._remove_expired()
            job = self._jobs.get(job_id)
            return job if isinstance(job, kind) else None

    def seconds_left(self, job_id: str) -> float | None:
        """Return for how many seconds an ended job is kept at most; None if it runs or is unknown."""
        with self._lock:
            self._remove_expired()
            end = self._ends.get(job_id)
            return None if end is None else end + self._lifetime - self._clock()

    def find(self, matches: Callable[[Job], bool]) -> str | None:
        """Return the id of the first job for which `matches` returns True; None if there is none."""
        with self._lock:
            return next((job_id for job_id, job in self._jobs.items() if matches(job)), None)

    def jobs_of_client(self, client_key: str) -> dict[str, Job]:
        """Return the jobs that were registered with a key, by their ids, the oldest first."""
        with self._lock:
            self._remove_expired()
            return {
                job_id: job
                for job_id, job in self._jobs.items()
                if client_key and self._client_keys[job_id] == client_key
            }

    def remove(self, job_id: str) -> None:
        """Remove a job."""
        with self._lock:
            if job_id in self._jobs:
                self._forget(job_id)

    def _forget(self, job_id: str) -> None:
        del self._jobs[job_id], self._owners[job_id], self._client_keys[job_id]
        self._ends.pop(job_id, None)

    def cancel(self, job_ids: Iterable[str]) -> int:
        """Cancel jobs, and return how many of the ids are known."""
        with self._lock:
            jobs = [self._jobs[job_id] for job_id in set(job_ids) if job_id in self._jobs]
        for job in jobs:  # without the lock: whoever waits for its end may call the registry
            job.cancel()
        return len(jobs)

    def _check_owner(self, owner: str, new: Job) -> None:
        """Raise `TooManyJobsOfOwner` if an owner may not start a new job (with the lock held)."""
        running = [
            self._jobs[job_id]
            for job_id, other in self._owners.items()
            if other == owner and job_id not in self._ends
        ]
        too_long = sum(job.seconds for job in running) >= self.max_seconds
        too_large = sum(job.kept_memory for job in running) >= self._max_memory
        disk = sum(job.kept_disk for job in (new, *running))
        too_large = too_large or disk > self._max_disk / 2
        number = len(running) + self._elsewhere[owner]
        if number >= self.max_per_owner or too_long or too_large:
            raise TooManyJobsOfOwner

    def _remove_expired(self) -> None:
        """Remove ended jobs after their lifetime, and the oldest beyond the limits (with the lock held)."""
        now = self._clock()
        for job_id, job in self._jobs.items():
            if job.ended.done():
                self._ends.setdefault(job_id, now)
        count = memory = 0
        disk = sum(job.kept_disk for job_id, job in self._jobs.items() if job_id not in self._ends)
        for job_id in sorted(self._ends, key=self._ends.__getitem__, reverse=True):
            count, memory = count + 1, memory + self._jobs[job_id].kept_memory
            disk += self._jobs[job_id].kept_disk
            full = count > self._max_ended or memory > self._max_memory or disk > self._max_disk
            if full or self._ends[job_id] + self._lifetime <= now:
                self._forget(job_id)
