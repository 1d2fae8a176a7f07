"""The state of a job's work: how long it took, whether it is over, and how it ended."""

from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Literal


class SweepFailed(RuntimeError):  # noqa: N818 - what happened, told to whoever started the runs
    """The runs of a sweep cannot all be trained; the message says why."""


class WorkState:
    """The state of work in a pool; any thread may read it and cancel the work.

    Attributes:
        ended: the future of "done" or "cancelled"; fails with the error that stopped the work.
        is_over: whether nothing more is to be trained.
        seconds: seconds that threads have spent on the work.
    """

    def __init__(self) -> None:
        self.ended: Future[Literal["done", "cancelled"]] = Future()
        self.is_over = False
        self.seconds = 0.0

    def cancel(self) -> None:
        """Stop the work at its next check."""
        self._drop_pending()
        with suppress(InvalidStateError):
            self.ended.set_result("cancelled")

    def fail(self, error: Exception) -> None:
        """End the work because of an error."""
        self._drop_pending()
        with suppress(InvalidStateError):
            self.ended.set_exception(error)

    def finish(self) -> None:
        """End the work because all is done."""
        self.is_over = True
        with suppress(InvalidStateError):
            self.ended.set_result("done")

    def _drop_pending(self) -> None:
        """Drop the tasks that have not started."""
        self.is_over = True
