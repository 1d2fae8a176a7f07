"""The REST routes of learners."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from server.classroom.model import join_codes
from server.classroom.service.join_limits import BROWSER_JOINS, JoinLimits
from server.limits.guess_delays import FREE_GUESSES, MAX_DELAY
from server.settings import Settings
from tests.server.classroom.lesson import Lesson, lesson
from tests.server.clock import Clock
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio


@pytest.mark.medium
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


@pytest.mark.medium
async def test_the_same_browser_gets_its_seat_back_and_another_does_not(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    first = await learner.join(teacher.code, "Ada")
    again = await learner.join(teacher.code, "Somebody")
    assert (again["seat"], again["nickname"], again["session"]) == (first["seat"], "Ada", first["session"])
    answer = await school.client().post("seats", json={"code": teacher.code, "nickname": " ADA "})
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "nickname_taken")
    assert problem_of(await school.client().get("seat"))["code"] == "no_seat"


@pytest.mark.medium
async def test_two_learners_at_once_cannot_get_the_same_nickname(school: Lesson) -> None:
    teacher = await school.teacher()
    body = {"code": teacher.code, "nickname": "Ada"}
    answers = await asyncio.gather(*(school.client().post("seats", json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


@pytest.mark.medium
@pytest.mark.parametrize("nickname", ["", "  ", "x" * 25, "\u200b", "a\x07b", 5])
async def test_an_invalid_nickname_is_rejected(school: Lesson, nickname: Any) -> None:
    teacher = await school.teacher()
    answer = await school.client().post("seats", json={"code": teacher.code, "nickname": nickname})
    assert (answer.status_code, problem_of(answer)["field"]) == (422, "nickname")


@pytest.mark.medium
async def test_nicknames_are_generated_in_the_language_of_the_room(school: Lesson) -> None:
    teacher = await school.teacher(nicknames="generated", lang="zh-CN")
    state = await school.learner().join(teacher.code, "Ada")
    assert "的" in state["nickname"]
    assert " " in (await school.learner().join((await school.teacher(lang="en")).code))["nickname"]


class Waits:
    """An entrance with a clock of its own, that notes how long it has joiners wait."""

    def __init__(self, school: Lesson, **settings: Any) -> None:
        self.clock = Clock()
        self.seconds: list[float] = []
        school.app.state.join_limits = JoinLimits(Settings(**settings), clock=self.clock, sleep=self._wait)

    async def _wait(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.mark.medium
async def test_wrong_codes_slow_down_all_answers_to_that_address_but_shut_nobody_out(school: Lesson) -> None:
    teacher, client, ada, waits = await school.teacher(), school.client(), school.learner(), Waits(school)
    await ada.join(teacher.code, "Ada")
    for _ in range(FREE_GUESSES + 40):
        answer = await client.post("seats", json={"code": "AAAAAA"})
        assert problem_of(answer)["code"] == "no_such_room"
    assert len(waits.seconds) == 39, "a class may mistype"
    assert waits.seconds == sorted(set(waits.seconds)), "each answer takes a little longer"
    before = len(waits.seconds)
    await school.learner().join(teacher.code, "Bob")
    assert waits.seconds[before:] == [pytest.approx(2.0)], "a right code is not told by its speed"
    await ada.join(teacher.code)
    await ada.state()
    assert len(waits.seconds) == before + 1, "who has a seat never waits"
    waits.clock.now += 3600
    await school.learner().join(teacher.code, "Eve")
    assert len(waits.seconds) == before + 1, "guesses are forgotten"


async def test_no_guesser_makes_others_wait_longer_than_the_maximum(school: Lesson) -> None:
    waits = Waits(school)
    for _ in range(FREE_GUESSES + 300):
        await school.app.state.join_limits.delay_answer("192.0.2.1", wrong=True)
    assert max(waits.seconds) == MAX_DELAY
    waits.seconds.clear()
    await school.app.state.join_limits.delay_answer("192.0.2.2", wrong=False)
    assert waits.seconds == []


def test_codes_have_thirty_bits() -> None:
    assert len(set(join_codes.ALPHABET)) ** join_codes.CODE_LENGTH >= 2**30


@pytest.mark.medium
async def test_a_code_of_an_earlier_version_goes_on_working(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher = await school.teacher()
        room = school.room_manager.rooms[teacher.room["id"]]
        room.code = "OLD1"
        school.room_manager.store.put(room)
    async with lesson(tmp_path, assets) as school:
        assert (await school.learner().join("old1", "Ada"))["nickname"] == "Ada"


@pytest.mark.medium
async def test_a_class_behind_one_address_joins_at_once_and_a_script_cannot_fill_the_room(
    school: Lesson,
) -> None:
    teacher, waits = await school.teacher(), Waits(school, max_joins_per_minute=45)
    for number in range(40):
        await school.learner().join(teacher.code, f"Learner {number}")
    statuses = [
        (await school.client().post("seats", json={"code": teacher.code})).status_code for _ in range(20)
    ]
    assert statuses == [201] * 5 + [429] * 15
    refused = await school.client().post("seats", json={"code": teacher.code})
    assert problem_of(refused)["code"] == "too_many_joins"
    assert int(refused.headers["retry-after"]) > 0
    other = await school.teacher()
    await school.learner().join(other.code, "Another class")
    waits.clock.now += 60
    await school.learner().join(teacher.code, "Late")


@pytest.mark.medium
async def test_a_refused_nickname_counts_for_no_limit(school: Lesson) -> None:
    teacher, _ = await school.teacher(), Waits(school, max_joins_per_minute=2)
    await school.learner().join(teacher.code, "Ada")
    for _ in range(3):
        answer = await school.client().post("seats", json={"code": teacher.code, "nickname": "Ada"})
        assert answer.status_code == 409
    await school.learner().join(teacher.code, "Bob")


@pytest.mark.medium
async def test_one_browser_takes_some_seats_after_another(school: Lesson) -> None:
    teacher, learner, waits = await school.teacher(), school.learner(), Waits(school)
    for number in range(BROWSER_JOINS + 1):  # at the first one the browser is not known yet
        await learner.join(teacher.code, f"Learner {number}")
        await learner.client.delete("seat")
    answer = await learner.client.post("seats", json={"code": teacher.code})
    assert problem_of(answer)["code"] == "too_many_joins"
    await school.learner().join(teacher.code, "Another browser")
    waits.clock.now += 120
    await learner.join(teacher.code, "The next one")


@pytest.mark.medium
async def test_in_a_full_room_seats_that_no_page_used_give_way(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets, max_seats=3) as school:
        teacher, ada = await school.teacher(), school.learner()
        await ada.join(teacher.code, "Ada")
        await ada.hand_in()
        for number in range(2):
            await school.learner().join(teacher.code, f"script {number}")
        refused = await school.client().post("seats", json={"code": teacher.code})
        assert problem_of(refused)["code"] == "room_full"
        for member in school.room_manager.rooms[teacher.room["id"]].members.values():
            member.joined -= 61
        await school.learner().join(teacher.code, "Bob")
        assert [seat["nickname"] for seat in (await teacher.state())["seats"]] == ["Ada", "script 1", "Bob"]


@pytest.mark.medium
async def test_the_teacher_removes_all_who_are_offline(school: Lesson) -> None:
    teacher, ada = await school.teacher(), school.learner()
    await ada.join(teacher.code, "Ada")
    for number in range(5):
        await school.learner().join(teacher.code, f"script {number}")
    members = school.room_manager.rooms[teacher.room["id"]].members.values()
    next(iter(members)).online = 1
    state = await teacher.call("DELETE", "/seats")
    assert [seat["nickname"] for seat in state["seats"]] == ["Ada"]
    next(iter(members)).online = 0
    assert (await school.client().delete(f"{teacher.path}/seats")).status_code == 403


@pytest.mark.medium
async def test_sessions_of_other_visitors_leave_places_for_learners(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets, max_sessions=10, reserved_for_rooms=4) as school:
        client = school.client()

        async def fill() -> int:
            count = 0
            while (answer := await client.post("sessions", json={})).status_code == 201:
                count += 1
            assert problem_of(answer)["code"] == "server_full"
            return count

        teacher = await school.teacher()
        assert await fill() == 6
        for number in range(4):
            await school.learner().join(teacher.code, f"Learner {number}")
        assert await fill() == 0
        await teacher.call("DELETE", expect=204)
        assert await fill() == 4, "without a room all places are for all"


@pytest.mark.medium
async def test_a_room_has_a_limit_of_seats(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets, max_seats=2, max_rooms=1) as school:
        teacher = await school.teacher()
        for name in ("Ada", "Bob"):
            await school.learner().join(teacher.code, name)
        answer = await school.client().post("seats", json={"code": teacher.code, "nickname": "Eve"})
        assert (answer.status_code, problem_of(answer)["code"]) == (503, "room_full")
        answer = await school.client().post("rooms", json={"name": "8c"})
        assert (answer.status_code, problem_of(answer)["code"]) == (503, "server_full")


@pytest.mark.medium
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


@pytest.mark.medium
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


@pytest.mark.medium
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


@pytest.mark.medium
async def test_a_program_neither_deletes_a_seats_training_nor_sets_its_weights(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    seat = await learner.join(teacher.code, "Ada")
    session, program = f"sessions/{seat['session']}", school.client()
    program.headers["X-Session-Key"] = seat["session_key"]
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
        answer = await program.request(method, path, json=body)
        assert (answer.status_code, problem_of(answer)["code"]) == (409, code), path
        assert code == "in_room" or answer.json()["detail"] == "Only sizes."
    assert (await program.patch(session, json={"config": {"noise": 10}})).status_code == 200
    await teacher.call("POST", "/do", json={"action": "pause"})
    for path, body in (
        (f"{session}/play", None),
        (f"{session}/train", {"epochs": 5}),
        (f"{session}/point-steps", {"index": 0}),
    ):
        answer = await program.post(path, json=body)
        assert (answer.status_code, problem_of(answer)["code"]) == (409, "paused")
    assert (await school.client().get(f"{session}/metrics")).json()["epoch"] == 0
    await teacher.call("DELETE", expect=204)
    assert (await school.client().get(session)).status_code == 404


async def test_the_cookie_of_a_seat_ends_with_the_room(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets, room_lifetime=7200) as school:
        teacher = await school.teacher()
        answer = await school.learner().client.post("seats", json={"code": teacher.code, "nickname": "Ada"})
        found = re.search(r"tinkernet_seat=[^;]+;.*?Max-Age=(\d+)", answer.headers["set-cookie"])
        assert found is not None
        assert 7100 < int(found[1]) <= 7200
