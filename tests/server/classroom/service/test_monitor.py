"""How the monitor reads the learners' trainings."""

import asyncio

import pytest

from server.classroom.service.monitor import Monitor
from tests.server.classroom.lesson import Lesson
from tests.server.classroom.model.test_goals import training_status

pytestmark = pytest.mark.anyio


@pytest.mark.medium
async def test_the_status_of_an_offline_learner_is_read_after_each_action(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    await learner.join(teacher.code, "Ada")
    await teacher.until(lambda state: state["seats"][0]["weights"] == 25)
    await teacher.call("POST", "/start", json={"config": {"hidden_layers": []}})
    await teacher.until(lambda state: state["seats"][0]["weights"] == 3)


@pytest.mark.medium
async def test_the_room_is_notified_of_shape_and_settings_but_not_of_every_epoch(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    seat = (await learner.join(teacher.code, "Ada"))["seat"]
    room_manager = school.room_manager
    room = room_manager.rooms[teacher.room["id"]]
    member, monitor = room.members[seat], Monitor(room_manager)
    await teacher.until(lambda state: state["seats"][0]["weights"] == 25)
    with (
        room_manager.notifications.listening(room.id) as room_event,
        room_manager.notifications.listening(seat) as seat_event,
    ):

        def notified(**values: object) -> tuple[bool, bool]:
            room_event.clear()
            seat_event.clear()
            monitor.update_status(room, member, training_status(revision=99, **values))
            return room_event.is_set(), seat_event.is_set()

        notified(epoch=100)
        assert notified(epoch=101) == (False, True)
        assert notified(epoch=101) == (False, False)
        assert notified(epoch=102, weights=3, shape=(2, 1)) == (True, True)
        since = member.idle_since
        await asyncio.sleep(0)
        notified(epoch=102, weights=3, shape=(2, 1))
        assert member.idle_since == since
