"""Runs a function in a thread of low priority, so that it slows down nothing else on the machine."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

CHECK_INTERVAL = 0.1
"""Seconds after which the calling thread notices an interrupt, at the latest."""


def run_in_low_priority(work: Callable[[Callable[[], bool]], T], nice: int) -> T:
    """Call a function in a new thread of low priority and return its result.

    On Linux each thread has its own priority. The priority of the process is left alone, because Ray may
    reuse the process and a priority cannot be raised again. On other systems the priority stays the same.

    Args:
        work: called with a function that returns whether to stop, because the calling thread was interrupted.
        nice: the niceness of the thread, from 0 to 19.
    """
    stop = threading.Event()
    result: Future[T] = Future()

    def run() -> None:
        _lower_priority(nice)
        try:
            result.set_result(work(stop.is_set))
        except BaseException as error:  # noqa: BLE001 - the calling thread raises it
            result.set_exception(error)

    thread = threading.Thread(target=run, name="low-priority", daemon=True)
    try:
        thread.start()
        while True:
            # In pieces: an interrupt by Ray does not wake a thread that waits.
            with suppress(TimeoutError):
                return result.result(CHECK_INTERVAL)
    finally:
        stop.set()
        if thread.ident is not None:
            thread.join()


def _lower_priority(nice: int) -> None:
    if sys.platform == "linux":
        thread = threading.get_native_id()
        before = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, max(before, nice))
