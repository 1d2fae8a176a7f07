"""Calls at the same time: one operation at a time for a room, and its end leaves nothing behind."""

import asyncio
from typing import Any

import pytest

from tests.server.classroom.lesson import Learner, Lesson, Teacher

pytestmark = pytest.mark.anyio


async def class_of(school: Lesson, *names: str) -> tuple[Teacher, list[Learner], list[str]]:
    teacher = await school.teacher()
    learners = [school.learner() for _ in names]
    seats = [
        (await learner.join(teacher.code, name))["seat"]
        for learner, name in zip(learners, names, strict=True)
    ]
    return teacher, learners, seats


def note_sessions(school: Lesson, patch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the id of each session which is created from now on."""
    manager, created = school.session_manager, []
    create = manager.create

    def noted(*args: Any, **options: Any) -> str:
        created.append(create(*args, **options))
        return created[-1]

    patch.setattr(manager, "create", noted)
    return created


@pytest.mark.medium
async def test_networks_shown_at_once_leave_one_copy(school: Lesson) -> None:
    teacher, _, seats = await class_of(school, "Ada", "Bob")
    before = len(school.session_manager)
    await asyncio.gather(*(teacher.call("PATCH", json={"shown": seat}) for seat in seats * 2))
    assert len(school.session_manager) == before + 1
    await teacher.call("PATCH", json={"shown": None})
    assert len(school.session_manager) == before


@pytest.mark.medium
async def test_hand_ins_at_once_leave_one_copy(school: Lesson) -> None:
    teacher, (ada,), _ = await class_of(school, "Ada")
    before = len(school.session_manager)
    await asyncio.gather(*(ada.hand_in() for _ in range(4)))
    assert len(school.session_manager) == before + 1
    (result,) = await teacher.call("GET", "/results")
    assert len(result["attempts"]) == 1


@pytest.mark.medium
async def test_a_room_that_ends_amid_calls_leaves_no_session_and_no_rules(
    school: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = note_sessions(school, monkeypatch)
    teacher, (ada, bob), seats = await class_of(school, "Ada", "Bob")
    manager, headers = school.session_manager, teacher.headers
    ended = asyncio.create_task(teacher.call("DELETE", expect=204))
    calls = [
        teacher.client.patch(teacher.path, json={"shown": seats[0]}, headers=headers),
        teacher.client.put(f"{teacher.path}/task", json={"title": "Late"}, headers=headers),
        teacher.client.post(f"{teacher.path}/do", json={"action": "play"}, headers=headers),
        ada.client.post("seat/hand-in"),
        bob.client.post("seat/hand-in"),
        school.learner().client.post("seats", json={"code": teacher.code, "nickname": "Cy"}),
    ]
    for answer in await asyncio.gather(*calls):
        assert answer.status_code < 500
    await ended
    assert len(manager) == 0
    assert len(created) >= 2
    assert not any(manager.rules_of(each) for each in created)
    assert not school.room_manager.rooms


async def test_a_change_that_waited_for_its_turn_finds_that_the_room_has_ended(
    school: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = note_sessions(school, monkeypatch)
    teacher, _, _ = await class_of(school, "Ada")
    room_manager = school.room_manager
    room = room_manager.rooms[teacher.room["id"]]
    async with room_manager.operations.begin(room):
        ending = asyncio.create_task(room_manager.end(room))
        await asyncio.sleep(0)
        late = asyncio.create_task(
            teacher.client.patch(teacher.path, json={"locks": ["noise"]}, headers=teacher.headers)
        )
        await asyncio.sleep(0)
    await ending
    assert (await late).status_code == 404
    assert created
    assert not any(school.session_manager.rules_of(each) for each in created)
