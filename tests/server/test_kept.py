"""Nothing that a learner did is lost: over real sockets, real processes, and databases that fail."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from websockets.exceptions import ConnectionClosed

from engine.kernels import compile_cache
from server.protocol.frames import Tag
from server.settings import Settings
from server.storage.database import FILE
from tests.server.frame_reader import ReadFrame
from tests.server.live import TIMEOUT, Live, Page, eventually, page, running
from tests.server.sessions.test_session_record import CONFIGS
from tests.support.process import ServerProcess

pytestmark = pytest.mark.anyio

SPEED = 60

END_WITHIN = 8
"""Seconds that a server may take to end: its grace time, and a little for a busy machine."""
TWO_SECONDS = 2 * SPEED


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    compile_cache.wait()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(environment={"TINKERNET_DATA_DIR": str(tmp_path / "data")})
    yield server
    server.stop(signal.SIGKILL)
    server.data.cleanup()


def url(process: ServerProcess) -> str:
    return f"ws://127.0.0.1:{process.port}/ws"


def file(process: ServerProcess) -> Path:
    return Path(process.environment["TINKERNET_DATA_DIR"]) / FILE


async def storage(address: str) -> str:
    """Return what the server says of its storage."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return str((await client.get(f"{address}/api/health")).json()["storage"])


async def until_storage(address: str, wanted: str) -> None:
    async with asyncio.timeout(TIMEOUT):
        while await storage(address) != wanted:  # noqa: ASYNC110 - the server sets no event of this loop
            await asyncio.sleep(0.05)


async def read_until(client: Page, *, epoch: int) -> None:
    await client.frame(lambda frame: frame.epoch >= epoch)


async def read_to_the_end(client: Page) -> list[Any]:
    received = []
    with suppress(ConnectionClosed):
        while True:
            received.append(await client.receive())
    return received


@pytest.fixture
async def class_(process: ServerProcess) -> AsyncIterator[list[Page]]:
    """Eight pages that train, each with another network, for two seconds or more."""
    process.start()
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(page(url(process))) for _ in range(8)]
        for number, client in enumerate(pages, 1):
            await client.open(config={"hidden_layers": [number]}, playing=True, speed=SPEED)
        await asyncio.gather(*(read_until(client, epoch=TWO_SECONDS + 5) for client in pages))
        yield pages


async def come_back(process: ServerProcess, pages: list[Page], *, least: list[float]) -> None:
    """Open each page again: it must stand no earlier than it did at least, and go on by itself."""
    for before, epoch in zip(pages, least, strict=True):
        async with page(url(process)) as after:
            state = await after.open(session=before.session, config={"hidden_layers": [8, 8]})
            assert after.resumed
            assert after.session == before.session
            assert (state["playing"], state["speed"]) == (True, SPEED)
            assert state["config"] == before.state["config"]
            first = await after.frame()
            assert first.epoch >= epoch
            epochs = [point[0] for point in first.sections[Tag.HISTORY].values]
            assert epochs == [float(number) for number in range(len(epochs))], "no loss is missing"
            assert len(epochs) == pytest.approx(first.epoch + 1, abs=1)
            await read_until(after, epoch=int(first.epoch) + 5)


async def test_a_process_that_is_killed_loses_two_seconds_at_most(
    process: ServerProcess, class_: list[Page]
) -> None:
    await class_[0].send("configure", changes={"learning_rate": 0.3})
    await class_[0].message("state")
    changed = class_[0].epoch
    await asyncio.gather(*(read_until(client, epoch=int(changed) + SPEED) for client in class_))
    process.stop(signal.SIGKILL)
    await asyncio.gather(*(read_to_the_end(client) for client in class_))
    assert class_[0].state["config"]["learning_rate"] == 0.3
    process.start()
    await come_back(process, class_, least=[client.epoch - TWO_SECONDS for client in class_])


async def test_a_process_that_is_told_to_stop_loses_nothing(
    process: ServerProcess, class_: list[Page]
) -> None:
    deaf = await asyncio.open_connection("127.0.0.1", process.port)
    deaf[1].write(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await deaf[0].readuntil(b"\r\n\r\n")
    message = b'{"type": "open", "version": 1, "playing": true}'
    deaf[1].write(bytes([0x81, 0x80 | len(message)]) + bytes(4) + message)  # and from now on it reads nothing
    assert process.process is not None
    ended = asyncio.create_task(asyncio.to_thread(process.process.wait, END_WITHIN))
    process.process.send_signal(signal.SIGTERM)
    told = await asyncio.gather(*(read_to_the_end(client) for client in class_))
    for received in told:
        assert {"type": "closing", "reason": "shutdown"} in received
    assert await ended in {0, -signal.SIGTERM}
    deaf[1].transport.abort()
    process.start()
    await come_back(process, class_, least=[client.epoch for client in class_])


async def test_a_locked_database_does_not_hinder_the_end(process: ServerProcess) -> None:
    process.start()
    async with page(url(process)) as client:
        await client.open(playing=True, speed=SPEED)
        await read_until(client, epoch=60)
        other = sqlite3.connect(file(process), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert process.process is not None
        process.process.send_signal(signal.SIGTERM)
        await read_to_the_end(client)
        assert await asyncio.to_thread(process.process.wait, END_WITHIN) in {0, -signal.SIGTERM}
        other.close()
    assert any("could not be saved at the end" in line for line in process.printed)


async def test_a_database_that_is_locked_stops_nobody(process: ServerProcess) -> None:
    process.start()
    address = process.url.rstrip("/")
    async with page(url(process)) as client:
        await client.open(playing=True, speed=SPEED)
        await read_until(client, epoch=60)
        assert await storage(address) == "ok"
        other = sqlite3.connect(file(process), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        reading = asyncio.create_task(read_until(client, epoch=10**9))
        await until_storage(address, "locked")
        epoch = client.epoch
        async with page(url(process)) as newcomer:  # others come, train and are answered too
            await newcomer.open(playing=True, speed=None)
            await read_until(newcomer, epoch=50)
            await newcomer.send("pause")
            await newcomer.state_where(playing=False)
        other.execute("ROLLBACK")
        other.close()
        await until_storage(address, "ok")
        assert client.epoch > epoch
        reading.cancel()
    process.stop(signal.SIGKILL)
    assert sum("cannot be saved" in line for line in process.printed) == 1
    process.start()
    for left, playing in ((client, True), (newcomer, False)):
        async with page(url(process)) as back:
            state = await back.open(session=left.session)
            assert (back.resumed, state["playing"]) == (True, playing)


async def test_a_damaged_database_is_set_aside(process: ServerProcess) -> None:
    file(process).parent.mkdir()
    file(process).write_bytes(b"damaged" * 5000)
    process.start()
    address = process.url.rstrip("/")
    async with page(url(process)) as client:
        await client.open(playing=True, speed=SPEED)
        await read_until(client, epoch=30)
        await until_storage(address, "ok")
        (aside,) = file(process).parent.glob("*-damaged-*.sqlite3")
        assert aside.read_bytes().startswith(b"damaged")
        process.stop(signal.SIGTERM)
        await read_to_the_end(client)
    process.start()
    async with page(url(process)) as back:
        await back.open(session=client.session)
        assert back.resumed


async def test_a_folder_that_cannot_be_written_stops_nobody(process: ServerProcess, tmp_path: Path) -> None:
    (tmp_path / "obstacle").touch()
    process.environment["TINKERNET_DATA_DIR"] = str(tmp_path / "obstacle" / "data")
    process.start()
    assert await storage(process.url.rstrip("/")) == "read_only"
    async with page(url(process)) as client:
        await client.open(playing=True, speed=SPEED)
        await read_until(client, epoch=30)
        identity = client.session
    async with page(url(process)) as back:
        await back.open(session=identity)
        assert back.resumed, "it is in memory"
    async with page(url(process)) as stranger:  # nobody can know whether this was a session
        await stranger.open(session="A" * 22)
        assert not stranger.resumed
        assert stranger.session != "A" * 22


async def test_a_full_disk_stops_nobody(
    assets: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    with running(Settings(idle_after=0, pause_after=0), assets) as live:
        async with live.page() as client:
            await client.open(playing=True, speed=SPEED)
            with monkeypatch.context() as patch:
                patch.setattr(Connection, "execute", full)
                reading = asyncio.create_task(read_until(client, epoch=10**9))
                await until_storage(live.url, "full")
                epoch = client.epoch
                await eventually(lambda: client.epoch > epoch + 10)
                assert "Make room on the disk" in caplog.text
            await until_storage(live.url, "ok")
            reading.cancel()
        await eventually(lambda: len(live.app.state.session_manager) == 0)
        async with live.page() as back:
            await back.open(session=client.session)
            assert back.resumed


async def test_what_cannot_be_saved_does_not_leave_memory(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    with running(Settings(idle_after=0, pause_after=0), assets) as live:
        monkeypatch.setattr(Connection, "execute", full)
        async with live.page() as client:
            await client.open(config={"hidden_layers": [2]})
            await until_storage(live.url, "full")
        await eventually(lambda: live.tasks == 0)
        async with live.page() as back:
            await back.open(session=client.session)
            assert back.resumed
        monkeypatch.undo()


@pytest.fixture(scope="module")
def forgetful(assets: Path) -> Iterator[Live]:
    """A server that lets go of a session as soon as nobody looks at it."""
    with running(Settings(idle_after=0, pause_after=0), assets) as live:
        yield live


async def steps(client: Page, epochs: int, batches: int) -> ReadFrame:
    """Take so many steps; return the frame that shows the end of them."""
    goal = client.epoch + epochs
    await client.send("step", unit="epoch", count=epochs)
    await client.frame(lambda frame: frame.epoch >= goal)
    await client.send("step", unit="batch", count=batches)
    return await client.frame(lambda frame: frame.batch >= batches)


@pytest.mark.parametrize("name", CONFIGS)
async def test_a_session_that_left_memory_trains_on_bit_for_bit(forgetful: Live, name: str) -> None:
    async with forgetful.page() as client, forgetful.page() as twin:
        for each in (client, twin):
            await each.open(config=CONFIGS[name])
            await each.frame()
            await steps(each, 37, 3)
        await client.socket.close()
        await eventually(lambda: len(forgetful.app.state.session_manager) == 1)
        async with forgetful.page() as back:
            state = await back.open(session=client.session)
            assert back.resumed
            assert state["config"] == client.state["config"]
            await back.frame()
            for _ in range(2):
                ours, theirs = await steps(back, 20, 4), await steps(twin, 20, 4)
                assert (ours.epoch, ours.batch) == (theirs.epoch, theirs.batch)
                assert (ours.train_loss, ours.test_loss) == (theirs.train_loss, theirs.test_loss)
                assert back.parts[Tag.PARAMETERS].values == twin.parts[Tag.PARAMETERS].values
