import asyncio

import pytest

from server.classroom.service.notifications import Notifications

pytestmark = pytest.mark.anyio


async def test_only_listeners_of_the_topic_are_notified() -> None:
    notifications = Notifications()
    with (
        notifications.subscribe("a") as one,
        notifications.subscribe("a") as two,
        notifications.subscribe("b") as other,
    ):
        waiting = asyncio.create_task(one.wait())
        notifications.notify("a", "c")
        await waiting
        assert two.is_set()
        assert not other.is_set()
        assert notifications.has_listeners("a")
    assert not notifications.has_listeners("a")
    notifications.notify("a")
