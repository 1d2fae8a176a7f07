"""Acknowledgements, clients that do not read or paint, and clients that send too much."""

import asyncio
import socket
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from server.protocol import close_codes
from server.settings import Settings
from tests.server.live import Live, eventually, running
from tests.server.websocket.raw_client import handshake, text_frame

pytestmark = [pytest.mark.anyio, pytest.mark.medium]


async def test_a_page_that_acknowledges_nothing_is_closed_unless_hidden(
    assets: Path,
) -> None:
    with running(Settings(port=0, ack_timeout=0.4), assets) as live:
        async with live.page() as hidden:
            hidden.acknowledges = False
            await hidden.open(playing=True)
            await hidden.frame()
            await hidden.send("visible", visible=False)
            for _ in range(2):  # each takes the whole timeout, so the hidden page has outlived it
                async with live.page() as page:
                    page.acknowledges = False
                    await page.open(playing=True)
                    assert await page.close_code() == close_codes.STALLED
            hidden.acknowledges = True
            await hidden.send("visible", visible=True)
            before = hidden.epoch
            assert (await hidden.frame(lambda frame: frame.epoch > before)).epoch > before


@pytest.mark.parametrize("spelling", ['{"type":"ack","frame":%d}', '{"frame": %d, "type": "ack"}'])
async def test_acknowledgements_are_read_in_any_json_spelling(live: Live, spelling: str) -> None:
    async with live.page() as page:
        page.acknowledges = False
        await page.open(playing=True)
        for _ in range(6):  # more than may be unacknowledged
            newest = await page.frame()
            await page.socket.send(spelling % newest.frame)


@pytest.mark.slow
async def test_a_client_that_never_reads_is_dropped(assets: Path) -> None:
    with running(Settings(port=0, ack_timeout=60.0, send_timeout=0.3), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=100)
            with socket.socket() as stalled:
                stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                stalled.connect(("127.0.0.1", live.port))
                stalled.sendall(handshake(live.port))
                assert await asyncio.to_thread(stalled.recv, 12) == b"HTTP/1.1 101"
                stalled.sendall(
                    text_frame({"type": "open", "version": 1, "config": {"hidden_layers": [64] * 16}})
                )
                await eventually(lambda: len(live.app.state.connections) == 2)
                stalled.sendall(text_frame({"type": "watch", "layer": 0, "neuron": 0}))
                acks = [text_frame({"type": "ack", "frame": frame}) for frame in range(1, 30)]
                while len(live.app.state.connections) == 2:  # it requests frames and acknowledges them unread
                    with suppress(ConnectionError):
                        stalled.sendall(b"".join([text_frame({"type": "new_weights"}), *acks]))
                    await page.frame()
                await eventually(lambda: live.connections == 1)
            epoch = page.epoch
            await page.frame(lambda frame: frame.epoch > epoch + 5)


async def test_many_messages_are_all_answered_while_other_sessions_train(live: Live) -> None:
    async with live.page() as page, live.page() as flooding:
        await page.open(playing=True, speed=None)
        await flooding.open()

        async def flood() -> None:
            for number in range(600):
                await flooding.send("edit_bias", layer=9, neuron=0, value=1, ref=number)

        sending = asyncio.create_task(flood())
        for number in range(600):
            error = await flooding.error()
            assert error["ref"] == number
        await sending
        epoch = page.epoch
        await page.frame(lambda frame: frame.epoch > epoch + 3)


async def test_a_flood_is_slowed_then_refused_then_closed_while_other_sessions_train(assets: Path) -> None:
    with running(Settings(port=0, max_message_rate=50), assets) as live:
        async with live.page() as page, live.page() as flooding:
            await page.open(playing=True, speed=None)
            await flooding.open()
            began = asyncio.get_running_loop().time()

            async def flood() -> None:
                with suppress(ConnectionClosed):
                    for number in range(10_000):
                        await flooding.send("edit_bias", layer=9, neuron=0, value=1, ref=number)

            sending = asyncio.create_task(flood())
            codes: list[str] = []
            with suppress(ConnectionClosed):
                while True:
                    codes.append((await flooding.error())["code"])
            await sending
            assert list(dict.fromkeys(codes)) == ["no_such_parameter", "too_fast"]
            assert codes.count("no_such_parameter") >= 190
            assert codes.count("too_fast") >= 90
            assert asyncio.get_running_loop().time() - began > 1
            assert flooding.socket.close_code == close_codes.FLOOD
            epoch = page.epoch
            await page.frame(lambda frame: frame.epoch > epoch + 3)


async def test_a_client_that_opens_nothing_is_let_go(assets: Path) -> None:
    with running(Settings(port=0, request_timeout=0.3), assets) as live:
        async with live.page() as silent, live.page() as page:
            await page.open()
            assert await silent.close_code() == close_codes.STALLED
            await page.send("step", unit="epoch")
            await page.frame(lambda frame: frame.epoch == 1)


async def test_all_pages_of_an_address_together_are_slowed_and_none_is_refused(assets: Path) -> None:
    """Each stays within its own rate; together they send twice what the address may at once."""
    with running(Settings(port=0, max_message_rate_per_address=20), assets) as live:
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(live.page()) for _ in range(4)]
            for page in pages:
                await page.open()
            began = asyncio.get_running_loop().time()
            for number in range(20):
                for page in pages:
                    await page.send("edit_bias", layer=9, neuron=0, value=1, ref=number)
            for page in pages:
                answers = [await page.error() for _ in range(20)]
                assert [answer["ref"] for answer in answers] == list(range(20))
                assert {answer["code"] for answer in answers} == {"no_such_parameter"}
            assert asyncio.get_running_loop().time() - began > 1, "it takes 2 s at least until all are read"
