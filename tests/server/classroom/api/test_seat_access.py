"""A seat's training is changed by its learner, their programs and the teacher, and by nobody else."""

import httpx
import pytest

from tests.server.classroom.api.test_seat_socket import room
from tests.server.classroom.lesson import Lesson
from tests.server.live import Live
from tests.server.rest_client import problem_of
from tests.server.session_changes import CHANGES

pytestmark = pytest.mark.anyio


@pytest.mark.medium
async def test_who_knows_only_the_id_reads_a_seats_training_and_changes_nothing(school: Lesson) -> None:
    teacher, learner, classmate = await school.teacher(), school.learner(), school.learner()
    session = f"sessions/{(await learner.join(teacher.code, 'Ada'))['session']}"
    await classmate.join(teacher.code, "Bob")
    before = (await learner.client.get(session)).json()
    for client in (classmate.client, school.client()):
        for method, path, body in CHANGES:
            answer = await client.request(method, session + path, json=body)
            assert (answer.status_code, problem_of(answer)["code"]) == (403, "not_your_training"), path
        assert (await client.get(session)).json() == before
        assert (await client.get(f"{session}/losses")).status_code == 200
        answer = await client.post(f"{session}/predictions", json={"points": [[0, 0]]})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("lock", "change", "refused"),
    [
        (None, {"config": {"learning_rate": 1}, "speed": 5, "playing": True}, "paused"),
        ("speed", {"config": {"learning_rate": 1}, "speed": 5, "playing": False}, "locked"),
        ("noise", {"config": {"learning_rate": 1, "noise": 5}, "speed": 5}, "locked"),
    ],
)
async def test_a_change_that_the_room_refuses_in_part_changes_nothing(
    school: Lesson, lock: str | None, change: dict[str, object], refused: str
) -> None:
    teacher, learner = await school.teacher(), school.learner()
    session = f"sessions/{(await learner.join(teacher.code, 'Ada'))['session']}"
    await teacher.call("POST", "/do", json={"action": "pause"})
    await teacher.call("PATCH", json={"locks": [lock] if lock else []})
    before = (await learner.client.get(session)).json()
    answer = await learner.client.patch(session, json=change)
    assert (answer.status_code, problem_of(answer)["code"]) == (409, refused)
    assert (await learner.client.get(session)).json() == before


@pytest.mark.medium
async def test_the_learner_their_program_and_the_teacher_change_it(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    seat = await learner.join(teacher.code, "Ada")
    path = f"sessions/{seat['session']}/reset"
    assert (await learner.client.post(path)).status_code == 200
    assert seat["session_key"] == (await learner.state())["session_key"]
    for headers in ({"X-Session-Key": seat["session_key"]}, teacher.headers):
        assert (await school.client().post(path, headers=headers)).status_code == 200


@pytest.mark.medium
async def test_other_keys_do_not_open_it(school: Lesson) -> None:
    teacher, other, learner = await school.teacher(), await school.teacher(), school.learner()
    path = f"sessions/{(await learner.join(teacher.code, 'Ada'))['session']}/reset"
    bob = await school.learner().join(teacher.code, "Bob")
    for headers in (
        {"X-Session-Key": bob["session_key"]},
        {"X-Session-Key": ""},
        {"X-Session-Key": b"\xff\xfe"},
        other.headers,
        {"X-Room-Key": "wrong"},
        {"Cookie": "tinkernet_seat=wrong"},
    ):
        answer = await school.client().post(path, headers=headers)  # type: ignore[arg-type]
        assert problem_of(answer)["code"] == "not_your_training", headers


@pytest.mark.medium
async def test_cookie_and_key_of_a_seat_that_was_left_change_nothing_more(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    seat = await learner.join(teacher.code, "Ada")
    path, cookie = f"sessions/{seat['session']}/reset", learner.client.cookies["tinkernet_seat"]
    assert (await learner.client.delete("seat")).status_code == 204
    for headers in ({"Cookie": f"tinkernet_seat={cookie}"}, {"X-Session-Key": seat["session_key"]}):
        answer = await school.client().post(path, headers=headers)
        assert problem_of(answer)["code"] == "not_your_training"
    assert (await school.client().post(path, headers=teacher.headers)).status_code == 200


async def test_a_websocket_with_only_the_id_shows_a_seats_training_and_changes_nothing(live: Live) -> None:
    async with room(live) as (_, learner):
        state = await learner.state()
        async with live.page() as page:
            await page.open(session=state["session"])
            assert (page.session, page.welcome["may_change"]) == (state["session"], False)
            for kind, fields in (
                ("play", {}),
                ("pause", {}),
                ("reset", {}),
                ("new_weights", {}),
                ("regenerate", {}),
                ("step", {"unit": "epoch"}),
                ("configure", {"changes": {"noise": 10}}),
                ("speed", {"epochs_per_second": 5}),
                ("edit_weight", {"layer": 1, "source": 0, "neuron": 0, "value": 1}),
                ("edit_bias", {"layer": 1, "neuron": 0, "value": 1}),
            ):
                await page.send(kind, ref=7, **fields)
                refusal = await page.message("error")
                assert (refusal["code"], refusal["ref"]) == ("not_your_training", 7), kind
            await page.send("watch", layer=1, neuron=0)
            assert (await page.message("state"))["watch"] == {"layer": 1, "neuron": 0}
            await learner.client.patch(f"sessions/{state['session']}", json={"config": {"noise": 20}})
            assert (await page.message("state"))["config"]["noise"] == 20


async def test_a_websocket_with_the_seats_cookie_or_a_key_changes_it(live: Live) -> None:
    async with room(live) as (teacher, learner):
        seat = await learner.state()
        cookie = learner.client.cookies["tinkernet_seat"]
        keys: list[dict[str, str]] = [
            {"Cookie": f"tinkernet_seat={cookie}"},
            {"X-Session-Key": seat["session_key"]},
            teacher.headers,
        ]
        for noise, headers in enumerate(keys, 1):
            async with live.page(additional_headers=headers) as page:
                await page.open(session=seat["session"])
                assert page.welcome["may_change"]
                await page.send("configure", changes={"noise": noise})
                assert (await page.message("state"))["config"]["noise"] == noise


async def test_ids_of_other_trainings_change_them_as_ever(school: Lesson) -> None:
    client: httpx.AsyncClient = school.client()
    session = (await client.post("sessions")).json()["id"]
    answer = await school.client().patch(f"sessions/{session}", json={"config": {"noise": 10}})
    assert answer.json()["config"]["noise"] == 10
