"""Work in a thread that gives way, which an interrupt of the calling thread stops."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import pytest

from server.cluster.tasks.low_priority import run_in_low_priority

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="threads have priorities of their own on Linux only"
)


def own_niceness(_: Callable[[], bool]) -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@linux
def test_only_the_work_gives_way() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    assert run_in_low_priority(own_niceness, 17) == max(17, before)
    assert run_in_low_priority(own_niceness, 0) == before, "a priority is never raised"
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_what_the_work_raises_is_raised() -> None:
    def fail(_: Callable[[], bool]) -> None:
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        run_in_low_priority(fail, 5)


@pytest.mark.medium
@linux
def test_an_interrupt_stops_the_work_before_it_is_raised() -> None:
    ended = []

    def work(stop: Callable[[], bool]) -> None:
        signal.raise_signal(signal.SIGINT)  # its handler runs in the main thread
        while not stop():
            time.sleep(0.001)
        ended.append(True)

    # A process in the background of a shell ignores interrupts, and so would this test.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_in_low_priority(work, 5)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended == [True]
