"""How far the work of a job is, and how it ended."""

from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Literal


class SweepFailed(RuntimeError):  # noqa: N818 - what happened, told to whoever started the runs
    """The runs of a sweep cannot be trained to their end; the message says why."""


class WorkState:
    """The state of work that some pool does; any thread may read it and cancel the work.

    Attributes:
        ended: a future for "done" or "cancelled", or for the error that stopped the work.
        over: whether nothing further is trained.
        seconds: time that threads have spent on it.
    """

    def __init__(self) -> None:
        self.ended: Future[Literal["done", "cancelled"]] = Future()
        self.over = False
        self.seconds = 0.0

    def cancel(self) -> None:
        """Stop the work at its next check."""
        self._stop()
        with suppress(InvalidStateError):
            self.ended.set_result("cancelled")

    def fail(self, error: Exception) -> None:
        """End the work because of an error."""
        self._stop()
        with suppress(InvalidStateError):
            self.ended.set_exception(error)

    def finish(self) -> None:
        """End the work because all is done."""
        self.over = True
        with suppress(InvalidStateError):
            self.ended.set_result("done")

    def _stop(self) -> None:
        """Have nothing further trained."""
        self.over = True
