"""What is wrong with the database: said once, in words that help, and tried again ever more rarely."""

import logging

from server.storage.database import StorageError, StorageFailure

SLOWEST = 5.0
"""Seconds between two tries while the database fails, at most."""

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
    """How the database does."""

    def __init__(self, place: str, *, pause: float) -> None:
        """Begin with all well.

        Args:
            place: where the database is, for the log.
            pause: seconds between two uses while it works.
        """
        self.present: StorageFailure | None = None
        self._place = place
        self._usual = self._pause = pause

    def rest(self) -> float:
        """Return how long to wait after a failure: longer each time."""
        self._pause = min(2 * self._pause, SLOWEST)
        return self._pause

    def met(self, problem: StorageError) -> None:
        """Note why the database failed; the log hears of it once."""
        if problem.trouble == self.present:
            return
        self.present = problem.trouble
        log.error(
            "Trainings cannot be saved in %s: %s. %s. They go on, and are saved once that works.",
            self._place,
            problem,
            ADVICE[problem.trouble],
        )

    def over(self) -> None:
        """Note that the database works."""
        self._pause = self._usual
        if self.present is not None:
            self.present = None
            log.warning("Trainings are saved again in %s.", self._place)
