"""The REST routes of learners."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.classroom.service.room_manager import MAX_GUESSES
from tests.server.classroom.lesson import Lesson, lesson
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio


async def test_a_learner_joins_with_the_code_in_any_spelling(school: Lesson) -> None:
    teacher = await school.teacher()
    code = teacher.code
    for number, typed in enumerate(
        (code, code.lower(), f"{code[:3]} {code[3:]}", f" {code[:3]}-{code[3:]} ")
    ):
        state = await school.learner().join(typed, f"Ada {number}")
        assert (state["nickname"], state["room"]["code"], state["waiting"]) == (f"Ada {number}", code, False)
    assert len((await teacher.state())["seats"]) == 4


async def test_the_cookie_is_only_for_the_server(school: Lesson) -> None:
    teacher, client = await school.teacher(), school.client()
    answer = await client.post("seats", json={"code": teacher.code, "nickname": "Ada"})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.cookies["tinkernet_seat"] not in answer.text


async def test_the_same_browser_gets_its_seat_back_and_another_does_not(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    first = await learner.join(teacher.code, "Ada")
    again = await learner.join(teacher.code, "Somebody")
    assert (again["seat"], again["nickname"], again["session"]) == (first["seat"], "Ada", first["session"])
    answer = await school.client().post("seats", json={"code": teacher.code, "nickname": " ADA "})
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "nickname_taken")
    assert problem_of(await school.client().get("seat"))["code"] == "no_seat"


async def test_two_learners_at_once_cannot_get_the_same_nickname(school: Lesson) -> None:
    teacher = await school.teacher()
    body = {"code": teacher.code, "nickname": "Ada"}
    answers = await asyncio.gather(*(school.client().post("seats", json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


@pytest.mark.parametrize("nickname", ["", "  ", "x" * 25, "\u200b", "a\x07b", 5])
async def test_an_invalid_nickname_is_rejected(school: Lesson, nickname: Any) -> None:
    teacher = await school.teacher()
    answer = await school.client().post("seats", json={"code": teacher.code, "nickname": nickname})
    assert (answer.status_code, problem_of(answer)["field"]) == (422, "nickname")


async def test_nicknames_are_generated_in_the_language_of_the_room(school: Lesson) -> None:
    teacher = await school.teacher(nicknames="generated", lang="zh-CN")
    state = await school.learner().join(teacher.code, "Ada")
    assert "的" in state["nickname"]
    assert " " in (await school.learner().join((await school.teacher(lang="en")).code))["nickname"]


@pytest.mark.medium
async def test_codes_cannot_be_guessed_by_trying(school: Lesson) -> None:
    teacher, client = await school.teacher(), school.client()
    for _ in range(2 * MAX_GUESSES):  # right ones do not count
        assert (await client.post("seats", json={"code": teacher.code, "nickname": "Ada"})).status_code == 201
    statuses = [
        (await client.post("seats", json={"code": "AAAAAA", "nickname": "Ada"})).status_code
        for _ in range(MAX_GUESSES + 5)
    ]
    assert statuses[:MAX_GUESSES] == [404] * MAX_GUESSES
    assert 429 in statuses[MAX_GUESSES:]
    answer = await client.post("seats", json={"code": "AAAAAA"})
    assert problem_of(answer)["code"] == "too_many_guesses"
    assert int(answer.headers["retry-after"]) > 0


async def test_a_room_has_a_limit_of_seats(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets, max_seats=2, max_rooms=1) as school:
        teacher = await school.teacher()
        for name in ("Ada", "Bob"):
            await school.learner().join(teacher.code, name)
        answer = await school.client().post("seats", json={"code": teacher.code, "nickname": "Eve"})
        assert (answer.status_code, problem_of(answer)["code"]) == (503, "room_full")
        answer = await school.client().post("rooms", json={"name": "8c"})
        assert (answer.status_code, problem_of(answer)["code"]) == (503, "server_full")


async def test_a_learner_updates_their_seat(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    await learner.join(teacher.code, "Ada")
    assert (await learner.say(help=True))["help"]
    state = await learner.say(done=True)
    assert state["help"]
    assert (await teacher.seat("Ada"))["done"]
    await teacher.call("POST", "/hint", json={"text": "Try ReLU"})
    assert (await learner.state())["hint"]["text"] == "Try ReLU"
    assert (await learner.say(hint_seen=True, help=False))["hint"] is None
    assert not (await teacher.seat("Ada"))["help"]


async def test_a_learner_cannot_agree_without_being_asked(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    seat = (await learner.join(teacher.code, "Ada"))["seat"]
    assert not (await learner.say(agreed=True))["agreed"]
    change = {"changes": {"learning_rate": 0.1}}
    refused = await teacher.call("PATCH", f"/seats/{seat}/config", json=change, expect=409)
    assert refused["code"] == "not_agreed"
    await teacher.call("POST", f"/seats/{seat}", json={"ask": True})
    assert (await learner.say(agreed=True))["agreed"]
    await teacher.call("PATCH", f"/seats/{seat}/config", json=change)
    await teacher.until(lambda state: state["seats"][0]["differs"] == {"learning_rate": 0.1})
    assert not (await learner.say(agreed=False))["agreed"]
    await teacher.call("PATCH", f"/seats/{seat}/config", json=change, expect=409)


async def test_after_leaving_somebody_else_can_use_the_browser(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    await learner.join(teacher.code, "Ada")
    cookie = learner.client.cookies["tinkernet_seat"]
    assert (await learner.client.delete("seat")).status_code == 204
    assert "tinkernet_seat" not in learner.client.cookies
    stolen = await school.client().get("seat", headers={"Cookie": f"tinkernet_seat={cookie}"})
    assert problem_of(stolen)["code"] == "no_seat"
    await learner.join(teacher.code, "Bob")
    assert [seat["nickname"] for seat in (await teacher.state())["seats"]] == ["Ada", "Bob"]


async def test_a_program_neither_deletes_a_seats_training_nor_sets_its_weights(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    session = f"sessions/{(await learner.join(teacher.code, 'Ada'))['session']}"
    await teacher.call("PATCH", json={"locks": ["features", "weights", "speed"], "reason": "Only sizes."})
    for method, path, body, code in (
        ("DELETE", session, None, "in_room"),
        ("PUT", f"{session}/parameters", {"flat": [0.0] * 25}, "in_room"),
        ("PATCH", session, {"config": {"features": ["x1"]}}, "locked"),
        ("PATCH", session, {"speed": 5}, "locked"),
        ("POST", f"{session}/new-weights", None, "locked"),
        ("POST", f"{session}/regenerate", None, "locked"),
        ("PUT", f"{session}/weights/1/0/0", {"value": 1}, "locked"),
        ("PUT", f"{session}/biases/1/0", {"value": 1}, "locked"),
    ):
        answer = await school.client().request(method, path, json=body)
        assert (answer.status_code, problem_of(answer)["code"]) == (409, code), path
        assert code == "in_room" or answer.json()["detail"] == "Only sizes."
    assert (await school.client().patch(session, json={"config": {"noise": 10}})).status_code == 200
    await teacher.call("POST", "/do", json={"action": "pause"})
    for path, body in ((f"{session}/play", None), (f"{session}/train", {"epochs": 5})):
        answer = await school.client().post(path, json=body)
        assert (answer.status_code, problem_of(answer)["code"]) == (409, "paused")
    assert (await school.client().get(f"{session}/metrics")).json()["epoch"] == 0
    await teacher.call("DELETE", expect=204)
    assert (await school.client().get(session)).status_code == 404
