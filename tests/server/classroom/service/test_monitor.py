"""How the monitor reads the learners' trainings."""

import asyncio

import pytest

from server.classroom.service.monitor import Monitor
from tests.server.classroom.lesson import Lesson
from tests.server.goals.test_goals import training_status

pytestmark = pytest.mark.anyio


@pytest.mark.medium
async def test_the_status_of_an_offline_learner_is_read_after_each_action(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    await learner.join(teacher.code, "Ada")
    await teacher.until(lambda state: state["seats"][0]["weights"] == 25)
    await teacher.call("POST", "/start", json={"config": {"hidden_layers": []}})
    await teacher.until(lambda state: state["seats"][0]["weights"] == 3)


@pytest.mark.medium
async def test_a_teacher_is_told_how_many_digits_a_learner_drew(school: Lesson) -> None:
    layers = [{"kind": "conv", "filters": 2}]
    teacher = await school.teacher(config={"problem": "images", "layers": layers, "batch_size": 500})
    learner = school.learner()
    seat = await learner.join(teacher.code, "Ada")
    drawings = [{"label": label, "pixels": [0, 16] * 32} for label in range(3)]
    path = f"sessions/{seat['session']}"
    answer = await learner.client.patch(path, json={"config": {"drawings": drawings}})
    assert answer.status_code == 200, answer.text
    school.room_manager.rooms[teacher.room["id"]].members[seat["seat"]].stale = True  # as an open page is
    state = await teacher.until(lambda state: state["seats"][0]["differs"])
    assert state["seats"][0]["differs"] == {"drawings": 3}


@pytest.mark.medium
async def test_the_room_is_notified_of_shape_and_settings_but_not_of_every_epoch(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    seat = (await learner.join(teacher.code, "Ada"))["seat"]
    room_manager = school.room_manager
    room = room_manager.rooms[teacher.room["id"]]
    member, monitor = room.members[seat], Monitor(room_manager)
    await teacher.until(lambda state: state["seats"][0]["weights"] == 25)
    with (
        room_manager.notifications.subscribe(room.id) as room_event,
        room_manager.notifications.subscribe(seat) as seat_event,
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
