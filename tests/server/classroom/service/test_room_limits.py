"""A further room ends none that was set up, and an address has a limit."""

from pathlib import Path
from typing import Any

import pytest

from tests.server.classroom.lesson import Teacher, lesson

pytestmark = pytest.mark.anyio


async def prepare(teacher: Teacher, how: str) -> None:
    calls: dict[str, tuple[str, str, Any]] = {
        "task": ("PUT", "/task", {"title": "Tomorrow"}),
        "start": ("POST", "/start", {"config": {"dataset": "xor"}}),
        "name": ("PATCH", "", {"name": "8c"}),
        "code": ("POST", "/code", None),
    }
    method, path, body = calls[how]
    await teacher.call(method, path, json=body)


@pytest.mark.medium
@pytest.mark.parametrize("how", ["task", "start", "name", "code"])
async def test_a_room_that_was_set_up_never_ends_for_another(tmp_path: Path, assets: Path, how: str) -> None:
    async with lesson(tmp_path, assets, max_rooms=2) as school:
        prepared = await school.teacher()
        await prepare(prepared, how)
        for _ in range(4):
            await school.teacher()  # ends the one before, which nobody uses
        await prepared.state()
        assert len(school.room_manager.rooms) == 2


@pytest.mark.medium
async def test_rooms_opened_with_settings_are_set_up_and_fill_the_server(
    tmp_path: Path, assets: Path
) -> None:
    async with lesson(tmp_path, assets, max_rooms=2) as school:
        teachers = [await school.teacher(config={"dataset": "xor"}) for _ in range(2)]
        answer = await school.learner().client.post("rooms", json={"name": "9a"})
        assert (answer.status_code, answer.json()["code"]) == (503, "server_full")
        for teacher in teachers:
            await teacher.state()
    async with lesson(tmp_path, assets, max_rooms=2) as school:  # after a restart, too
        answer = await school.learner().client.post("rooms", json={"name": "9a"})
        assert answer.status_code == 503


async def test_an_address_has_so_many_rooms_and_its_own_unused_ones_end_first(
    tmp_path: Path, assets: Path
) -> None:
    async with lesson(tmp_path, assets, max_rooms_per_address=2) as school:
        first = await school.teacher()
        await prepare(first, "task")
        second = await school.teacher()
        third = await school.teacher()
        await second.call("GET", expect=404)
        await prepare(third, "task")
        answer = await school.learner().client.post("rooms", json={"name": "9a"})
        assert (answer.status_code, answer.json()["code"]) == (503, "address_full")
        await third.call("DELETE", expect=204)
        await school.teacher()


@pytest.mark.medium
async def test_with_a_teachers_password_no_address_has_a_limit(tmp_path: Path, assets: Path) -> None:
    password = "chalk and talk"
    async with lesson(tmp_path, assets, max_rooms_per_address=1, teacher_password=password) as school:
        client = school.client()
        key = (await client.post("teachers", json={"password": password})).json()["key"]
        for _ in range(3):
            answer = await client.post("rooms", json={"name": "7b"}, headers={"X-Teacher-Key": key})
            assert answer.status_code == 201
        assert len(school.room_manager.rooms) == 3
