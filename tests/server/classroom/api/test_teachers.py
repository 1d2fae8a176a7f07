"""A server with a teachers' password: who opens, lists and enters rooms."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.classroom.service import teacher_keys
from server.classroom.service.teacher_keys import KEY_LIFETIME, TeacherKeys
from server.middleware.credentials import MAX_GUESSES, SignedPassword
from server.settings import Settings
from tests.server.classroom.lesson import Json, Lesson, lesson
from tests.server.clock import Clock
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio

PASSWORD = "粉笔 and sponge"


@pytest.fixture
async def guarded(assets: Path, tmp_path: Path) -> AsyncIterator[Lesson]:
    """Return an application with a teachers' password."""
    async with lesson(tmp_path, assets, teacher_password=PASSWORD, api_token="a long token") as running:
        yield running


async def key_for(client: httpx.AsyncClient) -> str:
    answer = await client.post("teachers", json={"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    key: str = answer.json()["key"]
    return key


async def opened(client: httpx.AsyncClient, name: str = "7b") -> Json:
    headers = {"X-Teacher-Key": await key_for(client)}
    answer = await client.post("rooms", json={"name": name}, headers=headers)
    assert answer.status_code == 201, answer.text
    room: Json = answer.json()
    return room


@pytest.mark.medium
@pytest.mark.parametrize("headers", [{}, {"X-Teacher-Key": "x"}, {"X-Teacher-Key": "9999999999-" + "0" * 64}])
async def test_without_the_password_nobody_opens_or_lists_rooms(
    guarded: Lesson, headers: dict[str, str]
) -> None:
    for method in ("POST", "GET"):
        body = {"name": "7b"} if method == "POST" else None
        answer = await guarded.client().request(method, "rooms", json=body, headers=headers)
        assert (answer.status_code, problem_of(answer)["code"]) == (401, "teacher_key_needed")


@pytest.mark.medium
async def test_the_password_opens_rooms_and_lists_them_without_their_keys(guarded: Lesson) -> None:
    client = guarded.client()
    rooms = [await opened(client, name) for name in ("7a", "7b")]
    await guarded.learner().join(rooms[0]["code"], "Ada")
    listed = await client.get("rooms", headers={"X-Teacher-Key": await key_for(client)})
    found = {room["name"]: (room["id"], room["learners"], room["online"]) for room in listed.json()}
    assert found == {"7a": (rooms[0]["id"], 1, 0), "7b": (rooms[1]["id"], 0, 0)}
    assert not any(room["key"] in listed.text or room["code"] in listed.text for room in rooms)


@pytest.mark.medium
async def test_a_teachers_key_enters_each_room_and_the_rooms_own_key_only_its_own(guarded: Lesson) -> None:
    client = guarded.client()
    one, other = await opened(client), await opened(client)
    for key, status in ((await key_for(client), 200), (one["key"], 403), (other["key"], 200)):
        answer = await client.get(f"rooms/{other['id']}", headers={"X-Room-Key": key})
        assert answer.status_code == status


@pytest.mark.medium
async def test_a_wrong_password_is_refused_and_guessing_is_slow(guarded: Lesson) -> None:
    client = guarded.client()
    guarded.room_manager.teacher_keys = TeacherKeys(Settings(teacher_password=PASSWORD), clock=Clock())
    answers = [await client.post("teachers", json={"password": "chalk"}) for _ in range(3)]
    assert {(each.status_code, problem_of(each)["code"]) for each in answers} == {(403, "wrong_password")}
    for _ in range(MAX_GUESSES):
        last = await client.post("teachers", json={"password": "chalk"})
    assert (last.status_code, problem_of(last)["code"]) == (429, "too_many_guesses")


async def test_without_the_setting_rooms_are_opened_by_all_and_listed_for_nobody(school: Lesson) -> None:
    client = school.client()
    assert (await client.post("rooms", json={"name": "7b"})).status_code == 201
    for answer in (await client.get("rooms"), await client.post("teachers", json={"password": ""})):
        assert (answer.status_code, problem_of(answer)["code"]) == (403, "no_teacher_password")


@pytest.mark.medium
async def test_a_key_ends_after_its_lifetime_and_with_its_password() -> None:
    clock = Clock()
    keys = TeacherKeys(Settings(teacher_password=PASSWORD), clock=clock)
    issued = await keys.issue(PASSWORD, None)
    assert keys.accepts(issued.key)
    assert issued.expires == clock.now + KEY_LIFETIME
    assert not TeacherKeys(Settings(teacher_password="another"), clock=clock).accepts(issued.key)
    assert not TeacherKeys(Settings(), clock=clock).accepts(issued.key)
    clock.now += teacher_keys.KEY_LIFETIME
    assert not keys.accepts(issued.key)


def test_the_cookie_of_the_site_is_no_teachers_key_even_if_the_passwords_are_equal() -> None:
    keys = TeacherKeys(Settings(teacher_password=PASSWORD))
    assert not keys.accepts(SignedPassword(PASSWORD).new_cookie().replace(".", "-"))
