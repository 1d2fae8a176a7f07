import asyncio
import threading
from collections.abc import Callable

import pytest

from server.runtime import loop_wakeup
from server.runtime.loop_wakeup import LoopWakeup, wakeup_of

pytestmark = pytest.mark.anyio


async def test_many_wakeups_take_one_call_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    calls = []
    really = loop.call_soon_threadsafe

    def counted(done: Callable[[], None]) -> asyncio.Handle:
        calls.append(done)
        return really(done)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    wakeup, events = wakeup_of(loop), [asyncio.Event() for _ in range(5)]
    for _ in range(2):

        def wake_all() -> None:
            for event in events:
                wakeup.call_soon(event.set)

        thread = threading.Thread(target=wake_all)
        thread.start()
        thread.join()
        async with asyncio.timeout(5):
            for event in events:
                await event.wait()
                event.clear()
    assert len(calls) == 2


async def test_each_loop_has_one_wakeup() -> None:
    loop = asyncio.get_running_loop()
    assert wakeup_of(loop) is wakeup_of(loop)


def test_a_closed_loop_is_no_error() -> None:
    loop = asyncio.new_event_loop()
    wakeup = LoopWakeup(loop)
    loop.close()
    wakeup.call_soon(asyncio.Event().set)
    wakeup.call_soon(asyncio.Event().set)


async def test_a_failing_callback_does_not_prevent_the_others(caplog: pytest.LogCaptureFixture) -> None:
    wakeup, called = wakeup_of(asyncio.get_running_loop()), asyncio.Event()

    def fail() -> None:
        raise ZeroDivisionError

    wakeup.call_soon(fail)
    wakeup.call_soon(called.set)
    async with asyncio.timeout(5):
        await called.wait()
    assert "a call failed" in caplog.text


async def test_deferred_calls_are_made_by_flush() -> None:
    wakeup, called = wakeup_of(asyncio.get_running_loop()), asyncio.Event()
    flush, held = threading.Event(), threading.Event()

    def work() -> None:
        loop_wakeup.hold()
        wakeup.call_soon(called.set)
        held.set()
        assert flush.wait(5)
        loop_wakeup.flush()

    thread = threading.Thread(target=work)
    thread.start()
    assert await asyncio.to_thread(held.wait, 5)
    await asyncio.sleep(0)
    assert not called.is_set()
    flush.set()
    async with asyncio.timeout(5):
        await called.wait()
    thread.join()
