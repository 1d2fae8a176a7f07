"""The projector's key: what it shows of a room, and that it changes nothing."""

import hashlib
from typing import Any

import pytest

from server.classroom.service.projector import projector_key
from tests.server.classroom.lesson import Lesson, Teacher
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio


def key_of(teacher: Teacher) -> str:
    """Return the projector's key, from the address that the teacher's page opens."""
    room_id, key = teacher.room["projector_url"].split("/projector#")[1].split(".")
    assert room_id == teacher.room["id"]
    return str(key)


async def projected(school: Lesson, teacher: Teacher, path: str = "/projector") -> Any:
    return await school.client().get(teacher.path + path, headers={"X-Room-Key": key_of(teacher)})


@pytest.mark.medium
async def test_it_shows_how_to_join_the_leaderboard_and_whose_network_is_shown(school: Lesson) -> None:
    teacher, ada = await school.teacher(), school.learner()
    seat = await ada.join(teacher.code, "Ada")
    await school.learner().join(teacher.code, "Bob")
    await teacher.call("PATCH", json={"leaderboard": "fewest_weights", "shown": seat["seat"]})
    await ada.hand_in()
    answer = await projected(school, teacher)
    state = answer.json()
    assert (state["code"], state["joining"], state["shown"]) == (teacher.code, True, seat["seat"])
    assert [each["nickname"] for each in state["ranking"]] == ["Ada"]
    assert [each["nickname"] for each in state["seats"]] == ["Ada", None], "only the names that are shown"
    assert seat["session"] not in answer.text
    qr = await projected(school, teacher, "/qr.svg")
    assert qr.headers["content-type"] == "image/svg+xml"
    await teacher.call("PATCH", json={"anonymous": True})
    assert "Ada" not in (await projected(school, teacher)).text


@pytest.mark.medium
async def test_its_key_opens_none_of_the_teachers_routes(school: Lesson) -> None:
    teacher = await school.teacher()
    seat = (await school.learner().join(teacher.code, "Ada"))["seat"]
    client, headers = school.client(), {"X-Room-Key": key_of(teacher)}
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"joining": False}),
        ("DELETE", "", None),
        ("POST", "/code", None),
        ("POST", "/start", {"config": {}}),
        ("POST", "/do", {"action": "pause"}),
        ("POST", "/hint", {"text": "x"}),
        ("PUT", "/task", None),
        ("DELETE", "/seats", None),
        ("POST", f"/seats/{seat}", {"nickname": "Eve"}),
        ("DELETE", f"/seats/{seat}", None),
        ("PATCH", f"/seats/{seat}/config", {"changes": {}}),
        ("GET", "/results", None),
        ("GET", "/summary", None),
    ):
        answer = await client.request(method, teacher.path + path, json=body, headers=headers)
        assert (answer.status_code, problem_of(answer)["code"]) == (403, "not_your_room"), (method, path)


@pytest.mark.medium
async def test_wrong_keys_see_nothing_and_the_teachers_key_sees_it_too(school: Lesson) -> None:
    teacher, other = await school.teacher(), await school.teacher()
    for key in ("", "x" * 32, key_of(other)):
        for path in ("/projector", "/qr.svg"):
            answer = await school.client().get(teacher.path + path, headers={"X-Room-Key": key})
            assert (answer.status_code, problem_of(answer)["code"]) == (403, "not_your_room")
    await teacher.call("GET", "/projector")
    answer = await school.client().get("rooms/none/projector", headers={"X-Room-Key": "x"})
    assert problem_of(answer)["code"] == "no_such_room"


async def test_the_key_tells_nothing_of_the_teachers_and_rooms_of_earlier_versions_have_one(
    school: Lesson,
) -> None:
    teacher = await school.teacher()
    key = key_of(teacher)
    assert key == projector_key(school.room_manager.rooms[teacher.room["id"]]), "it is stored nowhere"
    own = teacher.headers["X-Room-Key"]
    assert key not in (own, hashlib.sha256(own.encode()).hexdigest())
