"""Clients that disconnect at awkward moments, over real sockets; other clients are not affected."""

import asyncio
import json
import random
from contextlib import suppress

import pytest
from websockets.frames import Frame, Opcode

from tests.server.live import Live, eventually

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"


def framed(text: str) -> bytes:
    """Return a text message as a masked websocket frame."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


async def open_websocket(live: Live) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return the byte streams of a websocket after its handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    head = f"GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{KEY}"
    writer.write(head.encode())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    return reader, writer


async def abort(writer: asyncio.StreamWriter) -> None:
    """Drop a connection without closing it."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


@pytest.mark.parametrize("after", [0, 1, 3, 5, 20])
async def test_a_client_that_disconnects_within_a_message_affects_nobody(live: Live, after: int) -> None:
    async with live.page() as other:
        await other.open(playing=True)
        reader, writer = await open_websocket(live)
        writer.write(framed('{"type":"open","version":1,"playing":true}'))
        await reader.read(1)
        writer.write(framed('{"type":"pause","ref":7}')[:after])
        epoch = (await other.frame(lambda frame: frame.epoch >= 5)).epoch
        await other.frame(lambda frame: frame.epoch >= epoch + 20)
        await abort(writer)
    await eventually(lambda: len(live.app.state.connections) == 0)


async def test_messages_arrive_however_their_bytes_are_split(live: Live) -> None:
    texts = [json.dumps({"type": "nonsense", "ref": number}) for number in range(20)]
    data = b"".join(map(framed, ['{"type":"open","version":1}', *texts]))
    cuts = random.Random(5)
    reader, writer = await open_websocket(live)
    while data:
        size = cuts.choice([1, 2, 7, 60])
        writer.write(data[:size])
        await writer.drain()
        await asyncio.sleep(0)
        data = data[size:]
    received = b""
    async with asyncio.timeout(60):
        while b'"ref":19' not in received:
            received += await reader.read(65536)
    assert all(b'"ref":%d' % number in received for number in range(20))
    await abort(writer)


async def test_many_pages_that_reconnect_at_once_each_find_their_session(live: Live) -> None:
    async def visit(number: int, session: str | None) -> str:
        async with live.page() as page:
            await page.open(session=session, config={"data_seed": number}, playing=True)
            assert page.resumed == (session is not None)
            assert page.state["config"]["data_seed"] == number
            if number % 3:
                await page.frame(lambda _: True)
            if number % 2:
                page.socket.transport.abort()
            return page.session

    before = len(live.app.state.session_manager)
    sessions: list[str | None] = [None] * 40
    for _ in range(5):
        sessions = list(await asyncio.gather(*(visit(n, session) for n, session in enumerate(sessions))))
    assert len(set(sessions)) == 40
    assert len(live.app.state.session_manager) == before + 40
    await eventually(lambda: live.connections == live.tasks == len(live.app.state.connections) == 0)
