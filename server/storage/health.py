"""The health of the database: logs a failure once, with advice, and computes the pauses between attempts."""

import logging

from server.storage.database import StorageError, StorageFailure

MAX_PAUSE = 5.0
"""Maximum seconds between two attempts while the database fails."""

ADVICE: dict[StorageFailure, str] = {
    "locked": "Another program holds it: end that one, or wait",
    "full": "Make room on the disk",
    "read_only": "Let the user that runs Tinkernet write there, or name another folder with --data-dir",
    "corrupt": "It could not be set aside: move it away",
    "later_version": "A later Tinkernet wrote it: start that one, or name another with --database-url",
    "unreachable": "See that it is there, and that --data-dir or --database-url names it",
}

log = logging.getLogger(__name__)


class StorageHealth:
    """The present state of the database; `present` is its failure, None if it works."""

    def __init__(self, location: str, *, pause: float, what: str = "Trainings") -> None:
        """Create it in the state of a working database.

        Args:
            location: the file or URL of the database, for the log.
            pause: seconds between two transactions while it works.
            what: what is saved there, for the log.
        """
        self.present: StorageFailure | None = None
        self._what = what
        self._location = location
        self._logged: set[StorageFailure] = set()
        self._first_pause = self._pause = pause

    def next_pause(self) -> float:
        """Return the seconds to wait after a failure: twice as long each time, up to `MAX_PAUSE`."""
        self._pause = min(2 * self._pause, MAX_PAUSE)
        return self._pause

    def record_failure(self, problem: StorageError) -> None:
        """Record a failure of the database; until it recovers, each reason is logged once."""
        self.present = problem.failure
        if problem.failure in self._logged:
            return
        self._logged.add(problem.failure)
        log.error(
            "%s cannot be saved in %s: %s. %s. They go on, and are saved once that works.",
            self._what,
            self._location,
            problem,
            ADVICE[problem.failure],
        )

    def record_success(self) -> None:
        """Record that the database works; log it after a failure."""
        self._pause = self._first_pause
        if self.present is not None:
            log.warning("%s are saved again in %s.", self._what, self._location)
            self.present = None
            self._logged.clear()
