"""A front hands a learner's connection over to a host of its machine, whatever has arrived by then."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from server.cluster import socket_passing
from server.cluster.socket_passing import SocketReceiver, SocketSender
from server.settings import Settings
from tests.server.cluster.hosts_here import LiveCluster, running_cluster
from tests.server.live import TIMEOUT, eventually

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.medium,
    pytest.mark.skipif(not hasattr(socket, "send_fds"), reason="this system passes no sockets"),
]

ROOT = Path(__file__).parents[3]
OPEN = json.dumps({"type": "open", "version": 1}).encode()
STEP = json.dumps({"type": "step", "unit": "epoch", "count": 3}).encode()


@pytest.fixture(scope="module")
def cluster() -> Iterator[LiveCluster]:
    with running_cluster(Settings(), ROOT) as running:
        yield running


def entries(cluster: LiveCluster) -> int:
    """Return how many entries the front has sent to hosts."""
    text = httpx.get(f"{cluster.url}/metrics", timeout=TIMEOUT).text
    return sum(
        int(float(each))
        for each in re.findall(r"^tinkernet_stream_entries_total.* (\S+)$", text, re.MULTILINE)
    )


def frame(text: bytes) -> bytes:
    """Return a client's text message, masked with zeros."""
    assert len(text) < 126
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text


async def test_neither_frames_nor_their_acknowledgements_go_by_the_front(cluster: LiveCluster) -> None:
    async with cluster.page() as page:
        await page.open(playing=True, speed=60)
        asking = await asyncio.to_thread(lambda: -entries(cluster) + entries(cluster))
        before = await asyncio.to_thread(entries, cluster)
        await page.frame(lambda frame: frame.epoch >= 40)
        assert await asyncio.to_thread(entries, cluster) - before <= asking


@pytest.mark.parametrize("cut", [0, 1, 5, len(frame(STEP)) - 1, len(frame(STEP))])
async def test_what_arrives_with_the_first_message_is_not_lost(cluster: LiveCluster, cut: int) -> None:
    """The second message comes whole, in part or not at all together with the first one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", cluster.port)
    with closing(writer):
        writer.write(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        second = frame(STEP)
        writer.write(frame(OPEN) + second[:cut])
        read = b""
        async with asyncio.timeout(TIMEOUT):
            while b'"type":"welcome"' not in read:
                read += await reader.read(65536)
            writer.write(second[cut:])
            session = re.search(rb'"session":"([^"]+)"', read)
            assert session is not None
            async with httpx.AsyncClient(base_url=cluster.url, timeout=TIMEOUT) as client:
                while True:
                    found = await client.get(f"/api/sessions/{session[1].decode()}")
                    if found.json()["metrics"]["epoch"] == 3:
                        break


async def test_connections_are_counted_where_they_were_accepted_until_they_close(
    cluster: LiveCluster,
) -> None:
    connections = cluster.app.state.connections
    await eventually(lambda: len(connections) == 0)  # those of other tests
    async with cluster.page() as page:
        await page.open()
        assert len(connections) == 1
    await eventually(lambda: len(connections) == 0)
    await eventually(lambda: cluster.connections == 0)


async def test_a_learner_trains_on_while_the_front_is_replaced() -> None:
    with running_cluster(Settings(), ROOT) as cluster:
        async with cluster.page() as page:
            await page.open(playing=True, speed=60)
            await page.frame(lambda frame: frame.epoch >= 5)
            await asyncio.to_thread(cluster.stop_front)
            reached = page.epoch
            await page.frame(lambda frame: frame.epoch >= reached + 60)
            await asyncio.to_thread(cluster.stop)  # the hosts leave, too
            assert await page.close_code() == 1012


async def test_a_socket_that_nobody_takes_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_passing, "CLAIM_TIMEOUT", 0.05)
    receiver = SocketReceiver(tmp_path / "s")
    ours, theirs = socket.socketpair()
    sender = SocketSender(str(tmp_path / "s"))
    with ours, closing(sender), closing(receiver):
        sender.send(theirs)
        theirs.close()
        assert await asyncio.wait_for(asyncio.to_thread(ours.recv, 1), TIMEOUT) == b""
        with pytest.raises(TimeoutError):
            await receiver.receive(b"another token...")


async def test_a_socket_is_taken_by_its_token_before_or_after_it_comes(tmp_path: Path) -> None:
    receiver = SocketReceiver(tmp_path / "s")
    sender = SocketSender(str(tmp_path / "s"))
    with closing(sender), closing(receiver):
        pairs = [socket.socketpair() for _ in range(20)]
        tokens = [sender.send(theirs) for _, theirs in pairs]
        for (ours, theirs), token in reversed(list(zip(pairs, tokens, strict=True))):
            theirs.close()
            with ours, await receiver.receive(token) as taken:
                taken.send(b"x")
                assert ours.recv(1) == b"x"


async def test_whoever_says_nonsense_to_the_receiver_is_let_go(tmp_path: Path) -> None:
    receiver = SocketReceiver(tmp_path / "s")
    with closing(receiver), socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(tmp_path / "s"))
        stranger.sendall(b"hello")
        assert await asyncio.wait_for(asyncio.to_thread(stranger.recv, 1), TIMEOUT) == b""
