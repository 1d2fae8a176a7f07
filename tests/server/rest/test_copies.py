"""Copies of sessions, over REST and websockets: they begin where the original is, and leave it alone."""

import pytest

from server.sessions.view_ids import view_id
from tests.server.classroom.lesson import Lesson
from tests.server.live import Live
from tests.server.rest_client import problem_of

pytestmark = pytest.mark.anyio


async def test_a_copy_has_settings_points_network_and_losses_and_is_paused(school: Lesson) -> None:
    client = school.client()
    data = {"train": [[0, 0, 1], [1, 1, -1]], "test": [[2, 2, 1]]}
    own = (await client.post("sessions", json={"config": {"batch_size": 1}, "data": data})).json()
    await client.post(f"sessions/{own['id']}/train", json={"epochs": 5})
    await client.post(f"sessions/{own['id']}/play")
    await client.post(f"sessions/{own['id']}/pause")
    answer = await client.post(f"sessions/{view_id(own['id'])}/copy")
    copy = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].endswith(f"/api/sessions/{copy['id']}")
    assert copy["id"] not in (own["id"], view_id(own["id"]))
    for path in ("parameters", "metrics", "losses", "points"):
        one, other = [
            (await client.get(f"sessions/{each}/{path}")).json() for each in (own["id"], copy["id"])
        ]
        assert one == other, path
    assert not copy["playing"]


async def test_a_copy_is_ones_own_and_the_original_stays(school: Lesson) -> None:
    client = school.client()
    own = (await client.post("sessions", json={"playing": True})).json()["id"]
    await client.post(f"sessions/{own}/pause")
    before = (await client.get(f"sessions/{own}")).json()
    copy = (await client.post(f"sessions/{own}/copy")).json()["id"]
    answer = await client.patch(f"sessions/{copy}", json={"config": {"noise": 30}})
    assert answer.json()["config"]["noise"] == 30
    assert (await client.delete(f"sessions/{copy}")).status_code == 204
    assert (await client.get(f"sessions/{own}")).json() == before


async def test_what_is_not_there_is_not_copied(school: Lesson) -> None:
    client = school.client()
    count = len(school.app.state.session_manager)
    for name in ("never", view_id("never")):
        answer = await client.post(f"sessions/{name}/copy")
        assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found")
    assert len(school.app.state.session_manager) == count


async def test_a_locked_and_paused_training_of_a_seat_is_copied_without_its_rules(school: Lesson) -> None:
    teacher, learner, classmate = await school.teacher(), school.learner(), school.learner()
    session = (await learner.join(teacher.code, "Ada"))["session"]
    await teacher.call("PATCH", json={"locks": ["noise"]})
    await teacher.call("POST", "/do", json={"action": "pause"})
    copy = (await classmate.client.post(f"sessions/{session}/copy")).json()["id"]
    for path, body in (("", {"config": {"noise": 5}}), ("/train", {"epochs": 1})):
        method = "POST" if path else "PATCH"
        answer = await classmate.client.request(method, f"sessions/{copy}{path}", json=body)
        assert answer.status_code == 200, answer.text
    assert (await learner.client.get(f"sessions/{session}")).json()["config"]["noise"] == 0


async def test_a_page_makes_what_it_looks_at_its_own(live: Live) -> None:
    async with live.page() as own, live.page() as guest:
        await own.open(config={"noise": 10})
        await own.send("step", unit="epoch", count=3)
        await own.frame(lambda frame: frame.epoch == 3)
        await guest.open(session=view_id(own.session))
        state = await guest.open(copy_of=view_id(own.session))
        assert (state["config"]["noise"], state["playing"]) == (10, False)
        assert (await guest.frame()).epoch == 3
        assert guest.welcome["may_change"]
        assert guest.session not in (own.session, view_id(own.session))
        await guest.send("configure", changes={"noise": 30})
        assert (await guest.state_where())["config"]["noise"] == 30
        await own.send("step", unit="epoch")
        assert (await own.frame(lambda frame: frame.epoch == 4)).epoch == 4
        assert own.state["config"]["noise"] == 10


async def test_a_page_is_told_that_there_is_nothing_to_copy_and_keeps_what_it_shows(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        await page.send("open", version=1, copy_of=view_id("never"), ref=4)
        refusal = await page.error()
        assert (refusal["code"], refusal["field"], refusal["ref"]) == ("not_found", "copy_of", 4)
        await page.send("open", version=1, session=page.session, copy_of=view_id(page.session))
        assert (await page.error())["code"] == "invalid_value"
        await page.send("configure", changes={"noise": 30})
        assert (await page.state_where(revision=2))["config"]["noise"] == 30
