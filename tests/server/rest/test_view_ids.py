"""A view id reads a session and changes nothing, over REST and websockets."""

from pathlib import Path

import pytest

from server.sessions.view_ids import view_id
from tests.server.classroom.lesson import Lesson, lesson
from tests.server.live import Live
from tests.server.rest_client import problem_of
from tests.server.session_changes import CHANGES

pytestmark = pytest.mark.anyio


async def test_it_reads_the_session_and_never_tells_its_id(school: Lesson) -> None:
    client = school.client()
    own = (await client.post("sessions")).json()
    view = own["url"].partition("session=")[2]
    assert view == view_id(own["id"])
    answer = await client.get(f"sessions/{view}")
    assert answer.json() == {**own, "id": view}
    for path in ("metrics", "losses", "parameters", "points"):
        assert (await client.get(f"sessions/{view}/{path}")).status_code == 200
    predicted = await client.post(f"sessions/{view}/predictions", json={"points": [[0, 0]]})
    assert predicted.status_code == 200


async def test_it_changes_nothing(school: Lesson) -> None:
    client = school.client()
    own = (await client.post("sessions")).json()
    for method, path, body in CHANGES:
        answer = await client.request(method, f"sessions/{view_id(own['id'])}{path}", json=body)
        assert (answer.status_code, problem_of(answer)["code"]) == (403, "view_only"), path
    assert (await client.get(f"sessions/{own['id']}")).json() == own


async def test_unknown_view_ids_and_those_of_removed_sessions_are_not_found(school: Lesson) -> None:
    client = school.client()
    own = (await client.post("sessions")).json()["id"]
    assert (await client.delete(f"sessions/{own}")).status_code == 204
    for view in (view_id("never"), view_id(own)):
        answer = await client.get(f"sessions/{view}")
        assert answer.status_code == 404
        assert own not in answer.text


async def test_it_finds_a_stored_session_after_a_restart(assets: Path, tmp_path: Path) -> None:
    async with lesson(tmp_path, assets) as first:
        own = (await first.client().post("sessions")).json()["id"]
    async with lesson(tmp_path, assets) as second:
        answer = await second.client().get(f"sessions/{view_id(own)}")
        assert answer.json()["id"] == view_id(own)


async def test_a_websocket_shows_the_live_training_and_changes_nothing(live: Live) -> None:
    async with live.page() as own, live.page() as guest:
        await own.open()
        await guest.open(session=view_id(own.session))
        assert (guest.resumed, guest.session) == (True, view_id(own.session))
        for page, may_change in ((own, True), (guest, False)):
            assert (page.welcome["view"], page.welcome["may_change"]) == (view_id(own.session), may_change)
        for kind in ("play", "pause", "reset", "new_weights", "regenerate"):
            await guest.send(kind, ref=3)
            refusal = await guest.error()
            assert (refusal["code"], refusal["ref"]) == ("view_only", 3)
        await own.send("configure", changes={"noise": 20})
        assert (await guest.message("state"))["config"]["noise"] == 20
        await guest.open()  # a training of its own
        assert guest.welcome["may_change"]
        await guest.send("configure", changes={"noise": 30})
        assert (await guest.message("state"))["config"]["noise"] == 30


async def test_a_view_id_that_names_no_training_opens_ones_own(live: Live) -> None:
    async with live.page() as page:
        await page.open(session=view_id("never"))
        assert (page.resumed, page.welcome["may_change"]) == (False, True)
        assert page.welcome["view"] == view_id(page.session)
