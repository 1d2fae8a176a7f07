"""The REST routes of teachers."""

from typing import Any

import pytest

from server.classroom.model.languages import LANGUAGES
from tests.server.classroom.lesson import Lesson
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio


async def test_a_room_opens_with_a_code_a_key_and_addresses(school: Lesson) -> None:
    teacher = await school.teacher(name="  7 b ", config={"dataset": "xor"})
    room = teacher.room
    assert room["name"] == "7 b"
    assert room["join_url"].endswith(f"/join/{room['code']}")
    assert "localhost" not in room["join_url"]
    assert room["teacher_url"] == f"http://here/classroom#{room['id']}.{room['key']}"
    assert room["start"]["config"]["dataset"] == "xor"
    assert room["ends"] - room["created"] == 86_400
    state = await teacher.state()
    assert "key" not in state
    assert state == {name: value for name, value in room.items() if name not in {"key", "teacher_url"}}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "7b", "config": {"noise": 99}}, "config.noise"),
        ({"name": "7b", "config": {"nothing": 1}}, "config.nothing"),
        ({"name": "7b", "nicknames": "rude"}, "nicknames"),
        ({}, "name"),
    ],
)
async def test_an_invalid_room_is_not_opened(school: Lesson, body: Any, field: str) -> None:
    assert problem_of(await school.client().post("rooms", json=body))["field"] == field


@pytest.mark.medium
async def test_only_the_key_opens_a_room_on_every_route(school: Lesson) -> None:
    """Neither the key of another room nor the cookie of a learner opens it."""
    teacher, other, learner = await school.teacher(), await school.teacher(), school.learner()
    seat = (await learner.join(teacher.code, "Ada"))["seat"]
    routes: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/code", None),
        ("POST", "/start", {"config": {}}),
        ("POST", "/do", {"action": "pause"}),
        ("POST", "/hint", {"text": "x"}),
        ("PUT", "/task", {"title": "x"}),
        ("POST", f"/seats/{seat}", {"approve": True}),
        ("DELETE", f"/seats/{seat}", None),
        ("PATCH", f"/seats/{seat}/config", {"changes": {}}),
        ("GET", "/results", None),
        ("GET", "/summary", None),
    ]
    before = await teacher.state()
    for method, path, body in routes:
        for key in (None, "", "wrong", other.headers["X-Room-Key"], "\u00e9"):
            headers = {} if key is None else {b"X-Room-Key": key.encode()}
            answer = await learner.client.request(method, f"{teacher.path}{path}", json=body, headers=headers)
            assert (answer.status_code, problem_of(answer)["code"]) == (403, "not_your_room"), path
        answer = await learner.client.request(method, f"rooms/none{path}", json=body, headers=teacher.headers)
        assert (answer.status_code, problem_of(answer)["code"]) == (404, "no_such_room"), path
    after = await teacher.state()
    for state in (before, after):  # these are found by looking, a little later
        for each in state["seats"]:
            del each["shape"], each["weights"], each["idle_since"]
    assert after == before


@pytest.mark.medium
async def test_a_key_does_not_open_seats_of_another_room(school: Lesson) -> None:
    one, other, learner = await school.teacher(), await school.teacher(), school.learner()
    seat = (await learner.join(one.code, "Ada"))["seat"]
    assert (await other.state())["seats"] == []
    for method, path, body in (
        ("POST", f"/seats/{seat}", {"nickname": "Bob"}),
        ("DELETE", f"/seats/{seat}", None),
        ("PATCH", f"/seats/{seat}/config", {"changes": {}}),
        ("POST", "/do", {"action": "pause", "seats": [seat]}),
        ("POST", "/hint", {"text": "x", "seats": [seat]}),
        ("PATCH", "", {"shown": seat}),
    ):
        await other.call(method, path, json=body, expect=404)
    await other.call("POST", "/do", json={"action": "pause"})
    await other.call("DELETE", expect=204)
    state = await learner.state()
    assert (state["nickname"], state["hint"], state["room"]["paused"]) == ("Ada", None, False)


async def test_a_room_is_changed_in_part(school: Lesson) -> None:
    teacher = await school.teacher()
    state = await teacher.call("PATCH", json={"locks": ["noise", "speed", "noise"], "reason": "So."})
    assert (state["locks"], state["reason"], state["name"]) == (["noise", "speed"], "So.", "7b")
    state = await teacher.call("PATCH", json={"leaderboard": "fewest_weights", "anonymous": True})
    assert (state["leaderboard"], state["anonymous"], state["ranking"]) == ("fewest_weights", True, [])
    assert (await teacher.call("PATCH", json={}))["leaderboard"] == "fewest_weights"
    assert (await teacher.call("PATCH", json={"leaderboard": None}))["ranking"] is None
    await teacher.call("PATCH", json={"locks": ["nothing"]}, expect=422)


@pytest.mark.medium
async def test_builtin_tasks_can_be_set_as_returned(school: Lesson) -> None:
    teacher = await school.teacher()
    for language in LANGUAGES:
        for task in (await teacher.client.get("rooms/tasks", params={"lang": language})).json():
            state = await teacher.call("PUT", "/task", json=task)
            assert state["task"] == task
            assert state["locks"] == task["locks"]
            assert state["leaderboard"] == task["order"]
    state = await teacher.call("PUT", "/task", content=b"null")
    assert (state["task"], state["locks"], state["leaderboard"]) == (None, [], None)
    await teacher.call("PUT", "/task", expect=422)


@pytest.mark.medium
async def test_markup_comes_back_as_it_was_typed(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    nasty = "<img src=x onerror=1>"
    await learner.join(teacher.code, nasty)
    task = {"title": nasty, "text": f"</script><b>{nasty}\u2028&amp;", "config": {}}
    await teacher.call("PUT", "/task", json=task)
    await teacher.call("POST", "/hint", json={"text": nasty})
    await teacher.call("PATCH", json={"reason": nasty, "name": nasty})
    state = await learner.state()
    assert state["nickname"] == state["hint"]["text"] == state["room"]["reason"] == nasty
    assert state["task"]["text"] == task["text"]
    assert (await teacher.client.get(teacher.path, headers=teacher.headers)).headers[
        "content-type"
    ] == "application/json"


@pytest.mark.medium
async def test_a_code_can_be_renewed_and_closed(school: Lesson) -> None:
    teacher = await school.teacher()
    renewed = (await teacher.call("POST", "/code"))["code"]
    assert renewed != teacher.code
    answer = await school.client().post("seats", json={"code": teacher.code, "nickname": "Ada"})
    assert problem_of(answer)["code"] == "no_such_room"
    await teacher.call("PATCH", json={"joining": False})
    answer = await school.client().post("seats", json={"code": renewed, "nickname": "Ada"})
    assert (answer.status_code, problem_of(answer)["code"]) == (403, "room_closed")
