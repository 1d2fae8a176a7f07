"""A learner's page over a real websocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from server.protocol import close_codes
from tests.server.classroom.lesson import Learner, Teacher
from tests.server.live import TIMEOUT, Live, Page

pytestmark = pytest.mark.anyio

Json = dict[str, Any]


@asynccontextmanager
async def room(live: Live, **body: Any) -> AsyncIterator[tuple[Teacher, Learner]]:
    """Open a room with one learner in it."""
    url = f"{live.url}/api/"
    async with (
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=TIMEOUT) as one,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=TIMEOUT) as other,
    ):
        answer = await one.post("rooms", json={"name": "7b", **body})
        teacher, learner = Teacher(one, answer.json()), Learner(other)
        await learner.join(teacher.code, "Ada")
        yield teacher, learner


def cookie_of(learner: Learner) -> dict[str, str]:
    """Return the header with the cookie of a learner's browser."""
    return {"Cookie": f"tinkernet_seat={learner.client.cookies['tinkernet_seat']}"}


def own_page(live: Live, learner: Learner) -> AbstractAsyncContextManager[Page]:
    """Return a connection of the learner's own browser to the playground's websocket."""
    return live.page(additional_headers=cookie_of(learner))


@asynccontextmanager
async def seat(live: Live, learner: Learner | None, **options: Any) -> AsyncIterator[ClientConnection]:
    headers = options.pop("headers", {} if learner is None else cookie_of(learner))
    url = f"ws://127.0.0.1:{live.port}/ws/seat"
    async with connect(url, additional_headers=headers, proxy=None, **options) as socket:
        yield socket


async def receive_where(socket: ClientConnection, wanted: Callable[[Json], bool] = lambda _: True) -> Json:
    async with asyncio.timeout(TIMEOUT):
        while True:
            message: Json = json.loads(await socket.recv())
            if wanted(message):
                return message


async def test_the_state_is_sent_at_once_and_after_each_change(live: Live) -> None:
    async with room(live) as (teacher, learner), seat(live, learner) as socket:
        first = await receive_where(socket)
        assert (first.pop("type"), first["nickname"]) == ("seat", "Ada")
        assert first == await learner.state()
        await teacher.call("PATCH", json={"locks": ["noise"]})
        await receive_where(socket, lambda state: state["room"]["locks"] == ["noise"])
        await teacher.call("POST", "/hint", json={"text": "<b>"})
        assert (await receive_where(socket, lambda state: state["hint"] is not None))["hint"]["text"] == "<b>"
        await learner.say(help=True)
        await receive_where(socket, lambda state: state["help"])
        goal = {"test_loss_at_most": 0.001, "most_neurons": 3}
        await teacher.call("PUT", "/task", json={"title": "x", "goal": goal})
        await receive_where(socket, lambda state: state["progress"] is not None)
        await learner.client.patch(f"sessions/{first['session']}", json={"config": {"hidden_layers": [3]}})
        await receive_where(socket, lambda state: state["progress"]["parts"][1]["met"])


async def test_a_built_in_task_is_in_the_learners_language_and_own_texts_are_as_written(live: Live) -> None:
    async with room(live) as (teacher, learner):
        english = (await learner.client.get("rooms/tasks?lang=en")).json()
        chinese = (await learner.client.get("rooms/tasks?lang=zh-TW")).json()
        await teacher.call("PUT", "/task", json=chinese[0])
        headers = {"Accept-Language": "en-GB", **cookie_of(learner)}
        async with seat(live, learner, headers=headers) as socket:
            assert (await receive_where(socket))["task"] == english[0]
            await teacher.call("PUT", "/task", json={**chinese[0], "title": "圓"})
            told = await receive_where(socket, lambda state: state["task"]["title"] == "圓")
            assert told["task"]["text"] == chinese[0]["text"]
        await teacher.call("PUT", "/task", json=english[0])
        learner.client.cookies.set("lang", "zh-TW")
        assert (await learner.state())["task"] == chinese[0]
        del learner.client.cookies["lang"]
        assert (await learner.state())["task"] == english[0], "a program that states no language"


async def test_a_connected_learner_is_online(live: Live) -> None:
    async with room(live) as (teacher, learner):
        assert not (await teacher.seat("Ada"))["online"]
        async with seat(live, learner) as one, seat(live, learner) as two:
            await receive_where(one)
            await receive_where(two)
            assert (await teacher.seat("Ada"))["online"]
        await teacher.until(lambda state: not state["seats"][0]["online"])


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda teacher, seat: teacher.call("DELETE", f"/seats/{seat}", expect=204), "removed"),
        (lambda teacher, _: teacher.call("DELETE", expect=204), "ended"),
    ],
)
async def test_a_removed_learner_gets_the_reason(live: Live, end: Any, reason: str) -> None:
    async with room(live) as (teacher, learner), seat(live, learner) as socket:
        seat_id = (await receive_where(socket))["seat"]
        await end(teacher, seat_id)
        assert await receive_where(socket, lambda message: message["type"] == "gone") == {
            "type": "gone",
            "reason": reason,
        }
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == close_codes.GONE
        async with seat(live, learner) as again:
            assert (await receive_where(again))["type"] == "gone"


async def test_leaving_is_sent_to_every_page(live: Live) -> None:
    async with room(live) as (_, learner), seat(live, learner) as socket:
        await receive_where(socket)
        await learner.client.delete("seat")
        assert (await receive_where(socket, lambda message: message["type"] == "gone"))["reason"] == "removed"


async def test_without_a_cookie_there_is_no_seat(live: Live) -> None:
    async with seat(live, None) as socket:
        assert (await receive_where(socket))["type"] == "gone"


async def test_a_page_of_another_origin_is_rejected(live: Live) -> None:
    async with room(live) as (_, learner):
        with pytest.raises(InvalidStatus):
            async with seat(live, learner, origin=Origin("https://elsewhere.example")):
                pass


async def test_messages_of_a_page_are_ignored(live: Live) -> None:
    async with room(live) as (teacher, learner), seat(live, learner) as socket:
        await receive_where(socket)
        for text in ("{", "[]", "x" * 1000, b"\x00\xff"):
            await socket.send(text)
        await (await socket.ping())
        await teacher.call("POST", "/hint", json={"text": "still here"})
        assert (await receive_where(socket, lambda state: state["hint"] is not None))["hint"][
            "text"
        ] == "still here"


async def test_a_page_that_floods_is_disconnected(live: Live) -> None:
    async with room(live) as (_, learner), seat(live, learner) as socket:
        await receive_where(socket)
        with suppress(ConnectionClosed):
            for _ in range(3000):
                await socket.send("x")
        async with asyncio.timeout(TIMEOUT):
            await socket.wait_closed()
        assert socket.close_code == close_codes.FLOOD


async def test_rules_hold_on_the_websocket_of_the_session(live: Live) -> None:
    async with room(live) as (teacher, learner), own_page(live, learner) as page:
        session = (await learner.state())["session"]
        await teacher.call("PATCH", json={"locks": ["noise", "weights"], "reason": "Because."})
        await page.open(session=session)
        assert page.resumed
        await page.send("configure", changes={"noise": 30}, ref=5)
        error = await page.error()
        assert (error["code"], error["field"], error["message"], error["ref"]) == (
            "locked", "noise", "Because.", 5,
        )  # fmt: skip
        await page.send("edit_bias", layer=1, neuron=0, value=1)
        assert (await page.error())["code"] == "locked"
        await teacher.call("POST", "/do", json={"action": "play"})
        await page.state_where(playing=True)
        await page.frame(lambda frame: frame.epoch > 3)
        await teacher.call("POST", "/do", json={"action": "pause"})
        await page.send("play", ref=6)
        error = await page.error()
        assert (error["code"], error["ref"]) == ("paused", 6)
        epoch = (await learner.client.get(f"sessions/{session}/metrics")).json()["epoch"]
        assert (await learner.client.get(f"sessions/{session}/metrics")).json()["epoch"] == epoch
        await teacher.call("POST", "/do", json={"action": "resume"})
        await page.frame(lambda frame: frame.epoch > epoch)
