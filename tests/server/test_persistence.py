"""Sessions survive restarts, crashes and database failures; over real sockets and processes."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from engine.kernels import compile_cache
from server.protocol.frames import Tag
from server.sessions.session import Session
from server.sessions.session_record import restore_record
from server.settings import Settings
from server.storage.database import FILE_NAME, Database
from tests.server.live import TIMEOUT, Page, alone, eventually, page, running
from tests.support.process import ServerProcess

pytestmark = pytest.mark.anyio

SPEED = 60

MAX_SHUTDOWN = 8
"""Seconds that a server may take to end: its shutdown timeout, with a margin for a busy machine."""
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
    return Path(process.environment["TINKERNET_DATA_DIR"]) / FILE_NAME


async def storage(address: str) -> str:
    """Return the state of the storage that the server reports."""
    async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
        return str((await client.get(f"{address}/api/health")).json()["storage"])


async def until_storage(address: str, wanted: str) -> None:
    """Wait until the server reports a state of its storage."""
    async with asyncio.timeout(TIMEOUT), httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
        while (await client.get(f"{address}/api/health")).json()["storage"] != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def until_stored(process: ServerProcess, session_id: str, condition: Callable[[Session], bool]) -> None:
    """Wait until a session is stored in such a way that it satisfies a condition."""
    database = Database(f"sqlite:///{file(process)}")

    def satisfied() -> bool:
        found = database.load(session_id)
        return found is not None and condition(restore_record(found[0]))

    try:
        await eventually(satisfied)
    finally:
        database.close()


async def read_until(client: Page, *, epoch: int) -> None:
    await client.frame(lambda frame: frame.epoch >= epoch)


@pytest.fixture
async def class_(process: ServerProcess) -> AsyncIterator[list[Page]]:
    """Return eight pages, each with another network, that have trained for at least two seconds."""
    process.start()
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(page(url(process))) for _ in range(8)]
        for number, client in enumerate(pages, 1):
            await client.open(config={"hidden_layers": [number]}, playing=True, speed=SPEED)
        await asyncio.gather(*(read_until(client, epoch=TWO_SECONDS + 5) for client in pages))
        yield pages


async def reopen_all(process: ServerProcess, pages: list[Page], *, min_epochs: list[float]) -> None:
    """Reopen the session of each page; it must be at its minimum epoch or later, and go on training."""
    for before, epoch in zip(pages, min_epochs, strict=True):
        async with page(url(process)) as after:
            state = await after.open(session=before.session, config={"hidden_layers": [8, 8]})
            assert after.resumed
            assert after.session == before.session
            assert (state["playing"], state["speed"]) == (True, SPEED)
            assert state["config"] == before.state["config"]
            first = await after.frame()
            assert first.epoch >= epoch
            epochs = [point[0] for point in first.sections[Tag.HISTORY].values]
            assert epochs == [float(number) for number in range(len(epochs))], "the history must be complete"
            assert len(epochs) == pytest.approx(first.epoch + 1, abs=1)
            await read_until(after, epoch=int(first.epoch) + 5)


@pytest.mark.slow
async def test_a_killed_process_loses_at_most_two_seconds(process: ServerProcess, class_: list[Page]) -> None:
    await class_[0].send("configure", changes={"learning_rate": 0.3})
    await class_[0].message("state")
    changed = class_[0].epoch
    await asyncio.gather(*(read_until(client, epoch=int(changed) + SPEED) for client in class_))
    process.stop(signal.SIGKILL)
    await asyncio.gather(*(client.receive_until_closed() for client in class_))
    assert class_[0].state["config"]["learning_rate"] == 0.3
    process.start()
    await reopen_all(process, class_, min_epochs=[client.epoch - TWO_SECONDS for client in class_])


@pytest.mark.slow
async def test_a_stopped_process_loses_nothing(process: ServerProcess, class_: list[Page]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    message = b'{"type": "open", "version": 1, "playing": true}'
    writer.write(bytes([0x81, 0x80 | len(message)]) + bytes(4) + message)  # from now on it reads nothing
    assert process.process is not None
    ended = asyncio.create_task(asyncio.to_thread(process.process.wait, MAX_SHUTDOWN))
    process.process.send_signal(signal.SIGTERM)
    received_by_page = await asyncio.gather(*(client.receive_until_closed() for client in class_))
    for received in received_by_page:
        assert {"type": "closing", "reason": "shutdown"} in received
    assert await ended in {0, -signal.SIGTERM}
    writer.transport.abort()
    process.start()
    await reopen_all(process, class_, min_epochs=[client.epoch for client in class_])


@pytest.mark.slow
async def test_a_killed_process_keeps_running_statistics_and_drawings_of_a_network_for_images(
    process: ServerProcess,
) -> None:
    layers = [{"kind": "conv", "filters": 4}, {"kind": "batch_norm"}, {"kind": "max_pool"}]
    drawings = [{"label": 3, "pixels": [0, 16] * 32, "use": "test"}]
    config = {"problem": "images", "layers": layers, "drawings": drawings, "train_percent": 80}
    process.start()
    async with page(url(process)) as client:
        await client.open(config=config, playing=True, speed=None)
        await read_until(client, epoch=2)
        session_id = client.session
        await client.send("pause")
        await client.state_where(playing=False)
    async with httpx.AsyncClient(base_url=f"{process.url}api/sessions/{session_id}/", timeout=TIMEOUT) as api:
        before = [(await api.get(name)).json() for name in ("parameters", "metrics")]
    size = len(before[0]["buffers"])
    assert size == 8
    await until_stored(
        process,
        session_id,
        lambda session: session.trainer.network.parameters.tolist() == before[0]["flat"],
    )
    process.stop(signal.SIGKILL)
    process.start()
    async with httpx.AsyncClient(base_url=f"{process.url}api/sessions/{session_id}/", timeout=TIMEOUT) as api:
        after = [(await api.get(name)).json() for name in ("parameters", "metrics")]
        assert after[0] == before[0]
        assert after[1] == pytest.approx(before[1])
    async with page(url(process)) as back:
        state = await back.open(session=session_id)
        assert back.resumed
        assert len(state["config"]["drawings"]) == 1
        frame = await back.frame(lambda frame: Tag.CONFUSION in frame.sections)
        assert sum(frame.sections[Tag.CONFUSION].values[0]) == 361
        await back.send("play")
        await back.frame(lambda frame: frame.epoch > before[1]["epoch"])


@pytest.mark.slow
async def test_a_locked_database_does_not_delay_shutdown(process: ServerProcess) -> None:
    process.start()
    async with page(url(process)) as client:
        await client.open(playing=True, speed=SPEED)
        await read_until(client, epoch=60)
        other = sqlite3.connect(file(process), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert process.process is not None
        process.process.send_signal(signal.SIGTERM)
        await client.receive_until_closed()
        assert await asyncio.to_thread(process.process.wait, MAX_SHUTDOWN) in {0, -signal.SIGTERM}
        other.close()
    assert any("could not be saved at the end" in line for line in process.printed)


@pytest.mark.slow
async def test_training_continues_while_the_database_is_locked(process: ServerProcess) -> None:
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
        async with page(url(process)) as newcomer:  # new sessions work too
            await newcomer.open(playing=True, speed=None)
            await read_until(newcomer, epoch=50)
            await newcomer.send("pause")
            await newcomer.state_where(playing=False)
        await eventually(lambda: client.epoch > epoch)
        other.execute("ROLLBACK")
        other.close()
        await until_storage(address, "ok")
        reading.cancel()
    await until_stored(process, newcomer.session, lambda session: not session.playing)
    process.stop(signal.SIGKILL)
    assert sum("cannot be saved" in line for line in process.printed) == 1
    process.start()
    for left, playing in ((client, True), (newcomer, False)):
        async with page(url(process)) as back:
            state = await back.open(session=left.session)
            assert (back.resumed, state["playing"]) == (True, playing)


@pytest.mark.slow
async def test_a_damaged_database_is_renamed_and_replaced(process: ServerProcess) -> None:
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
        await client.receive_until_closed()
    process.start()
    async with page(url(process)) as back:
        await back.open(session=client.session)
        assert back.resumed


@pytest.mark.slow
async def test_training_works_in_a_read_only_data_folder(process: ServerProcess, tmp_path: Path) -> None:
    (tmp_path / "obstacle").touch()
    process.environment["TINKERNET_DATA_DIR"] = str(tmp_path / "obstacle" / "data")
    process.start()
    assert await storage(process.url.rstrip("/")) == "read_only"
    async with page(url(process)) as client:
        await client.open(playing=True, speed=SPEED)
        await read_until(client, epoch=30)
        session_id = client.session
    async with page(url(process)) as back:
        await back.open(session=session_id)
        assert back.resumed, "the session is still in memory"
    async with page(url(process)) as stranger:  # an id that may or may not have been a session
        await stranger.open(session="A" * 22)
        assert not stranger.resumed
        assert stranger.session != "A" * 22


@alone
async def test_training_continues_while_the_disk_is_full(
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


@alone
async def test_an_unsaved_session_stays_in_memory(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
