"""What the websockets of a real room send is what their documentation says."""

import json
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from jsonschema_rs import validator_for
from websockets.asyncio.client import ClientConnection, connect

from server.classroom.wall.channels import room_channels
from server.rest.websocket_docs.asyncapi import build_document
from tests.server.classroom.wall.test_hub import Lesson, opened
from tests.server.live import Live

pytestmark = pytest.mark.anyio

DOCUMENT = build_document(room_channels())
COMPONENTS = DOCUMENT["components"]


def check(channel: str, message: str | bytes) -> str:
    """Validate a message by the schema of the channel's message of its type; return its name."""
    if isinstance(message, bytes):
        plain = zlib.decompress(message)
        (size,) = struct.unpack_from("<I", plain)
        header = json.loads(plain[4 : 4 + size])
        reference = COMPONENTS["messages"]["WallUpdate"]["x-json"]
        validator_for({**strict(reference), "components": COMPONENTS}).validate(header)
        return "WallUpdate"
    read: dict[str, Any] = json.loads(message)
    sent = DOCUMENT["operations"][f"send_{channel}"]["messages"]
    names = [each["$ref"].rsplit("/", 1)[-1] for each in sent]
    (name,) = (each for each in names if COMPONENTS["messages"][each]["name"] == read["type"])
    validator_for({**strict(COMPONENTS["messages"][name]["payload"]), "components": COMPONENTS}).validate(
        read
    )
    return str(name)


def strict(reference: dict[str, str]) -> dict[str, Any]:
    """Return the schema that a reference names, which allows no field that it does not name."""
    return {**COMPONENTS["schemas"][reference["$ref"].rsplit("/", 1)[-1]], "additionalProperties": False}


async def messages_until(socket: ClientConnection, channel: str, wanted: str) -> list[str]:
    names: list[str] = []
    while wanted not in names:
        names.append(check(channel, await socket.recv()))
    return names


@pytest.fixture
async def lesson(live: Live) -> AsyncIterator[Lesson]:
    async with opened(live) as lesson:
        yield lesson


async def test_the_wall_sends_what_is_documented(lesson: Lesson) -> None:
    seat = await lesson.join("Ada")
    trained = await lesson.client.post(f"/api/sessions/{seat['session']}/train", json={"epochs": 3})
    trained.raise_for_status()
    address = lesson.live.url.replace("http", "ws")
    async with connect(f"{address}/ws/room") as socket:
        await socket.send(json.dumps({"type": "open", "room": lesson.id, "key": lesson.key}))
        assert "RoomState" in await messages_until(socket, "room", "WallUpdate")
        await lesson.call("DELETE")
        await messages_until(socket, "room", "Gone")
    async with connect(f"{address}/ws/room") as socket:
        await socket.send(json.dumps({"type": "open", "room": lesson.id, "key": "wrong"}))
        await messages_until(socket, "room", "EntryDenied")


async def test_a_seat_and_the_projector_get_what_is_documented(lesson: Lesson) -> None:
    await lesson.join("Ada")
    room = (await lesson.call("GET")).json()
    address = lesson.live.url.replace("http", "ws")
    cookies = "; ".join(f"{name}={value}" for name, value in lesson.client.cookies.items())
    key = room["projector_url"].rsplit(".", 1)[-1]
    async with (
        connect(f"{address}/ws/seat", additional_headers={"Cookie": cookies}) as seat,
        connect(f"{address}/ws/projector") as projector,
    ):
        await projector.send(json.dumps({"type": "open", "room": lesson.id, "key": key}))
        await messages_until(seat, "seat", "SeatState")
        await messages_until(projector, "projector", "ProjectorState")
        await lesson.call("DELETE")
        await messages_until(seat, "seat", "Gone")
        await messages_until(projector, "projector", "Gone")
