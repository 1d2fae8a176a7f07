"""Opening a session over a websocket: new, again after a reload, after a pause, and its end."""

import asyncio
import json
import logging
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from server.protocol import close_codes
from server.settings import Settings
from tests.server.live import Live, Page, alone, eventually, running

pytestmark = pytest.mark.anyio


async def test_pages_of_this_server_and_programs_may_connect(live: Live) -> None:
    for origin in (f"http://127.0.0.1:{live.port}", None):
        async with live.page(origin=origin) as page:
            assert (await page.open())["revision"] >= 1


async def test_a_foreign_origin_is_refused_with_403(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with live.page(origin="http://evil.example"):
            raise AssertionError
    response = refused.value.response
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(response.body)["code"] == "foreign_origin"
    await eventually(lambda: live.tasks == 0)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    with pytest.raises(InvalidStatus):
        async with live.page(origin="http://evil.example"):
            raise AssertionError
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warned) == 1
    assert "http://evil.example" in warned[0]
    assert "--allowed-origins" in warned[0]


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the warnings that were logged; other records depend on the level that tests before set."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_handshake_without_upgrade_is_told_once_in_the_log(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    assert httpx.get(f"{live.url}/ws").status_code == 426
    assert warnings_of(caplog) == []
    for path in ("/ws", "/ws/room"):
        stripped = httpx.get(f"{live.url}{path}", headers={"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
        assert stripped.status_code == 426
        assert stripped.headers["upgrade"] == "websocket"
        assert stripped.json()["code"] == "upgrade_required"
    assert ["proxy" in warning for warning in warnings_of(caplog)] == [True]


async def test_reopening_a_session_resumes_its_training(live: Live) -> None:
    async with live.page() as page:
        await page.open(config={"dataset": "xor"}, playing=True, speed=None)
        await page.frame(lambda frame: frame.epoch >= 10)
        await page.send("edit_bias", layer=1, neuron=0, value=0.5)
        state = await page.message("state")
        session_id = page.session
    async with live.page() as page:
        again = await page.open(session=session_id, config={"dataset": "circle"}, playing=False, speed=1)
        assert page.resumed
        assert page.session == session_id
        assert again == state
        frame = await page.frame()
        assert frame.epoch >= 10
        assert frame.sections[4].a == 1


async def test_opening_an_unknown_session_creates_a_new_one(live: Live) -> None:
    async with live.page() as page:
        await page.open(session="gone", config={"noise": 10})
        assert not page.resumed
        assert page.session != "gone"
        assert page.state["config"]["noise"] == 10


async def test_who_only_watches_creates_no_session(live: Live) -> None:
    async with live.page() as page:
        await page.send("open", version=1, session="gone", resume_only=True)
        refused = await page.message("error")
        assert (refused["code"], refused["field"]) == ("not_found", "session")
    async with live.page() as page:
        await page.open(config={"noise": 10})
        async with live.page() as other:
            await other.open(session=page.session, resume_only=True)
            assert other.resumed


async def test_a_second_open_switches_to_another_session(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        first = page.session
        await page.frame()
        await page.open(config={"problem": "regression"})
        assert page.session != first
        assert page.state["config"]["dataset"] == "plane"
        frame = await page.frame()
        assert frame.epoch == 0
        assert frame.sections[5].train_points == 600
        assert all(frame.epoch == 0 for frame in await page.receive_for(0.2))


async def test_messages_before_open_are_refused(live: Live) -> None:
    async with live.page() as page:
        await page.send("play", ref=1)
        assert await page.error() == {
            "type": "error",
            "code": "not_open",
            "message": "The first message must be open.",
            "field": None,
            "value": None,
            "expected": "open",
            "reason": None,
            "ref": 1,
        }
        await page.send("open", version=1, config={"noise": -1})
        assert (await page.error())["field"] == "noise"
        await page.send("ack", frame=0)
        assert (await page.error())["code"] == "not_open"
        await page.open()


async def test_an_invalid_open_keeps_the_open_session(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        await page.send("open", version=1, config={"noise": -1})
        assert (await page.error())["field"] == "noise"
        await page.send("step", unit="epoch")
        await page.frame(lambda frame: frame.epoch == 1)


async def epoch_of(live: Live, session_id: str) -> int:
    """Return the epoch of a session in memory, without counting as use of it."""
    future = live.app.state.session_manager.inspect(session_id, lambda session: session.trainer.epoch)
    return int(await asyncio.wrap_future(future))


async def train_on(page: Page, epochs: int) -> None:
    """Wait until a page's session has trained for some more epochs."""
    goal = page.epoch + epochs
    await page.frame(lambda frame: frame.epoch >= goal)


@pytest.mark.medium
@alone
async def test_training_pauses_after_the_last_page_has_left_until_one_returns(assets: Path) -> None:
    with running(Settings(port=0, pause_after=0.2), assets) as live:
        async with live.page() as other:
            await other.open(playing=True, speed=200)
            async with live.page() as page:
                await page.open(playing=True, speed=200)
                await page.frame(lambda frame: frame.epoch >= 5)
                session_id = page.session
            await eventually(lambda: len(live.app.state.connections) == 1)
            left_at = await epoch_of(live, session_id)
            await train_on(other, 150)
            paused_at = await epoch_of(live, session_id)
            assert left_at <= paused_at <= left_at + 100, "it must pause after 0.2 s, that is some 40 epochs"
            await train_on(other, 50)
            assert await epoch_of(live, session_id) == paused_at
        async with live.page() as page:
            state = await page.open(session=session_id)
            assert state["playing"]
            assert (await page.frame()).epoch >= paused_at
            await page.frame(lambda frame: frame.epoch > paused_at + 5)


@pytest.mark.medium
@alone
async def test_abandoned_sessions_are_removed(assets: Path) -> None:
    with running(Settings(port=0, pause_after=0, session_lifetime=0.1), assets) as live:
        async with live.page() as page:
            await page.open(playing=True)
            await page.frame()
        await eventually(lambda: not len(live.app.state.session_manager))


async def test_broken_connections_are_cleaned_up(live: Live) -> None:
    for _ in range(20):
        async with live.page() as page:
            await page.open(playing=True, speed=None)
            await page.frame()
            page.socket.transport.abort()
    await eventually(lambda: not len(live.app.state.connections))


@pytest.mark.medium
@alone
async def test_a_shutdown_is_announced_and_closes_the_socket(assets: Path) -> None:
    with running(Settings(port=0), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=None)
            await page.frame()
            live.request_stop()
            assert (await page.message("closing"))["reason"] == "shutdown"
            assert await page.close_code() == close_codes.RESTART
