"""Looking at trainings, as the rooms see it."""

import asyncio

import pytest

from server.classroom.service.monitor import Monitor
from tests.server.classroom.lesson import Lesson
from tests.server.classroom.model.test_goals import look

pytestmark = pytest.mark.anyio


async def test_an_offline_learner_is_looked_at_after_each_order(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    await learner.join(teacher.code, "Ada")
    await teacher.until(lambda state: state["seats"][0]["weights"] == 25)
    await teacher.call("POST", "/start", json={"config": {"hidden_layers": []}})
    await teacher.until(lambda state: state["seats"][0]["weights"] == 3)


async def test_the_room_is_told_of_shape_and_settings_and_not_of_every_epoch(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    seat = (await learner.join(teacher.code, "Ada"))["seat"]
    room_manager = school.room_manager
    room = room_manager.rooms[teacher.room["id"]]
    member, watch = room.members[seat], Monitor(room_manager)
    await teacher.until(lambda state: state["seats"][0]["weights"] == 25)
    with (
        room_manager.notifications.listening(room.id) as room_told,
        room_manager.notifications.listening(seat) as seat_told,
    ):

        def told(**values: object) -> tuple[bool, bool]:
            room_told.clear()
            seat_told.clear()
            watch.note(room, member, look(revision=99, **values))
            return room_told.is_set(), seat_told.is_set()

        told(epoch=100)
        assert told(epoch=101) == (False, True)
        assert told(epoch=101) == (False, False)
        assert told(epoch=102, weights=3, shape=(2, 1)) == (True, True)
        since = member.idle_since
        await asyncio.sleep(0)
        told(epoch=102, weights=3, shape=(2, 1))
        assert member.idle_since == since
