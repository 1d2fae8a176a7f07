"""The projector's websockets over a real connection: they show a room and a network, and change nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.server.live import TIMEOUT, Live

pytestmark = pytest.mark.anyio


class Room:
    """A room of a running server, whose teacher shows the network of a learner."""

    def __init__(self, client: httpx.AsyncClient, room: dict[str, Any], seat: dict[str, Any]) -> None:
        self.client, self.seat = client, seat
        self.id, self.teachers_key = room["id"], room["key"]
        self.key = room["projector_url"].rpartition(".")[2]
        self.session = seat["session"]

    async def change(self, **changes: Any) -> None:
        answer = await self.client.patch(
            f"rooms/{self.id}", json=changes, headers={"X-Room-Key": self.teachers_key}
        )
        assert answer.status_code == 200, answer.text

    @property
    def name(self) -> str:
        """What the projector opens in place of a session."""
        return f"{self.id}.{self.key}.{self.seat['seat']}"


@pytest.fixture
async def room(live: Live) -> AsyncIterator[Room]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{live.port}/api/") as client:
        made = (await client.post("rooms", json={"name": "7b"})).json()
        seat = (await client.post("seats", json={"code": made["code"], "nickname": "Ada"})).json()
        room = Room(client, made, seat)
        await room.change(shown=seat["seat"])
        yield room
        await client.delete(f"rooms/{room.id}", headers={"X-Room-Key": room.teachers_key})


async def receive(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """Return the next message of some kinds; frames and other messages are skipped."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            received = await socket.recv()
            if isinstance(received, str) and (message := json.loads(received))["type"] in kinds:
                return dict(message)


def connecting(live: Live, path: str) -> connect:
    return connect(f"ws://127.0.0.1:{live.port}/ws/{path}", compression=None)


async def test_the_projector_follows_the_room_and_counts_as_one(live: Live, room: Room) -> None:
    async with connecting(live, "projector") as socket:
        await socket.send(json.dumps({"type": "open", "room": room.id, "key": room.key}))
        state = await receive(socket, "room")
        assert (state["name"], state["shown"]) == ("7b", room.seat["seat"])
        assert room.session not in json.dumps(state)
        seen = await room.client.get(f"rooms/{room.id}", headers={"X-Room-Key": room.teachers_key})
        assert seen.json()["projectors"] == 1
        await room.change(name="7c", shown=None)
        while (state := await receive(socket, "room"))["name"] != "7c":
            pass
        assert state["shown"] is None


async def test_the_teachers_wall_does_not_open_with_the_projectors_key(live: Live, room: Room) -> None:
    async with connecting(live, "room") as socket:
        await socket.send(json.dumps({"type": "open", "room": room.id, "key": room.key}))
        assert (await receive(socket, "error"))["code"] == "not_your_room"


async def test_the_shown_network_is_watched_without_its_sessions_id(live: Live, room: Room) -> None:
    async with connecting(live, "projected") as socket:
        await socket.send(json.dumps({"type": "open", "version": 1, "session": room.name}))
        welcome = await receive(socket, "welcome")
        assert (welcome["session"], welcome["resumed"]) == (room.name, True)
        before = await receive(socket, "state")
        assert room.session not in json.dumps(before)
        for message in (
            {"type": "configure", "changes": {"learning_rate": 0.3}},
            {"type": "play"},
            {"type": "reset"},
        ):
            await socket.send(json.dumps(message))
            assert (await receive(socket, "error"))["code"] == "not_your_room", message
        await socket.send(json.dumps({"type": "watch", "layer": 1, "neuron": 0}))
        state = await receive(socket, "state", "error")
        assert (state["type"], state["config"]) == ("state", before["config"])


@pytest.mark.parametrize("wrong", ["room", "key", "seat", "session", "none", "copy"])
async def test_nothing_else_can_be_watched(live: Live, room: Room, wrong: str) -> None:
    names = {
        "copy": None,
        "room": f"x{room.name}",
        "key": f"{room.id}.{'x' * 32}.{room.seat['seat']}",
        "seat": f"{room.id}.{room.key}.x",
        "session": room.session,
        "none": None,
    }
    async with connecting(live, "projected") as socket:
        copy_of = room.session if wrong == "copy" else None
        opening = {"type": "open", "version": 1, "session": names[wrong], "copy_of": copy_of}
        await socket.send(json.dumps(opening))
        assert (await receive(socket, "welcome", "error"))["code"] == "not_your_room"
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_a_network_that_is_no_longer_shown_cannot_be_watched(live: Live, room: Room) -> None:
    await room.change(shown=None)
    async with connecting(live, "projected") as socket:
        await socket.send(json.dumps({"type": "open", "version": 1, "session": room.name}))
        assert (await receive(socket, "welcome", "error"))["code"] == "not_your_room"
