import asyncio

import pytest

from server.classroom.service.notifications import Signals

pytestmark = pytest.mark.anyio


async def test_who_listens_is_told_and_nobody_else() -> None:
    signals = Signals()
    with signals.listening("a") as one, signals.listening("a") as two, signals.listening("b") as other:
        waiting = asyncio.create_task(one.wait())
        signals.tell("a", "c")
        await waiting
        assert two.is_set()
        assert not other.is_set()
        assert signals.wanted("a")
    assert not signals.wanted("a")
    signals.tell("a")
