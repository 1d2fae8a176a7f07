"""Work in a thread of low priority, beside which whatever else runs on the machine goes on as before."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

CHECK_INTERVAL = 0.1
"""Seconds after which the calling thread takes notice of an interrupt, at the latest."""


def run_in_low_priority(work: Callable[[Callable[[], bool]], T], nice: int) -> T:
    """Call a function in a new thread of low priority and return its result.

    On Linux threads have priorities of their own. So the process itself is left as it was: Ray may use it for
    something else afterwards, and a priority cannot be raised again. On other systems there is no difference.

    Args:
        work: called with a function that returns whether to stop: the calling thread was interrupted.
        nice: by how much the thread gives way, from 0 to 19.
    """
    stop = threading.Event()
    result: Future[T] = Future()

    def run() -> None:
        _give_way(nice)
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


def _give_way(nice: int) -> None:
    if sys.platform == "linux":
        thread = threading.get_native_id()
        before = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, max(before, nice))
