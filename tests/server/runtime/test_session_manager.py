import asyncio
import gc
import json
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from server.errors import wire_errors
from server.protocol import messages as wire
from server.runtime import actor_registry
from server.runtime.connection import Connection
from server.runtime.outbox import Outbox
from server.runtime.scheduler import Scheduler
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.record_codec import UnreadableRecord
from server.sessions.session import Session
from server.settings import Settings
from server.storage.database import Database
from server.storage.session_store import SessionStore
from tests.server.frame_reader import ReadFrame, read_frame
from tests.server.live import TIMEOUT, eventually

pytestmark = pytest.mark.anyio

SMALL = {"hidden_layers": [2]}


class Client:
    """A client of a session manager, without a socket."""

    def __init__(self, session_manager: SessionManager) -> None:
        self.session_manager = session_manager
        self.outbox = Outbox(asyncio.get_running_loop(), session_manager.clock)
        self.messages: list[dict[str, Any]] = []
        self.frames: list[ReadFrame] = []
        self.connection: Connection | None = None

    def open(self, **fields: Any) -> None:
        self.connection = self.session_manager.connect(wire.Open(version=1, **fields), self.outbox)

    def say(self, message: wire.AnyClientMessage) -> None:
        assert self.connection is not None
        self.session_manager.receive(self.connection, message)

    def leave(self) -> None:
        assert self.connection is not None
        self.session_manager.disconnect(self.connection)

    async def receive(self) -> None:
        """Wait for the next batch and take it; acknowledge its frame."""
        async with asyncio.timeout(TIMEOUT):
            await self.outbox.batch_ready.wait()
        mail, wanted = self.outbox.take_batch()
        self.messages += [json.loads(text) for text in mail.messages]
        if mail.frame is not None:
            frame = read_frame(mail.frame)
            self.frames.append(frame)
            wanted = self.outbox.acknowledge(frame.frame) or wanted
        if wanted and self.connection is not None:
            self.session_manager.wake(self.connection)

    async def frame(self, min_epoch: int = 0) -> ReadFrame:
        """Return the next frame of at least an epoch."""
        self.frames.clear()
        while not self.frames or self.frames[-1].epoch < min_epoch:
            await self.receive()
        return self.frames[-1]

    async def welcome(self) -> str:
        while not any(message["type"] == "welcome" for message in self.messages):
            await self.receive()
        return str(self.messages[0]["session"])


def create_manager(settings: Settings, **options: Any) -> SessionManager:
    """Return a session manager with its own scheduler."""
    scheduler = Scheduler(settings.threads or 2, clock=options.get("clock", time.monotonic))
    return SessionManager(settings, scheduler, **options)


def start_manager(**settings: Any) -> SessionManager:
    session_manager = create_manager(Settings(**settings))
    session_manager.start()
    return session_manager


@pytest.fixture
def session_manager() -> Iterator[SessionManager]:
    session_manager = start_manager(threads=2)
    yield session_manager
    session_manager.stop()


async def test_many_sessions_train_concurrently(session_manager: SessionManager) -> None:
    clients = [Client(session_manager) for _ in range(12)]
    for client in clients:
        client.open(config=SMALL, playing=True, speed=None)
    await asyncio.gather(*(client.frame(min_epoch=20) for client in clients))
    assert len(session_manager) == 12
    assert len({client.messages[0]["session"] for client in clients}) == 12


async def test_a_known_session_is_resumed_with_its_settings(session_manager: SessionManager) -> None:
    first, second = Client(session_manager), Client(session_manager)
    first.open(config=SMALL, speed=5)
    identity = await first.welcome()
    second.open(session=identity, config={"hidden_layers": [7]}, speed=None, playing=True)
    await second.frame()
    assert second.messages[0]["resumed"]
    state = second.messages[1]
    assert (state["config"]["hidden_layers"], state["speed"], state["playing"]) == ([2], 5, False)
    assert len(session_manager) == 1


async def test_ids_cannot_be_guessed(session_manager: SessionManager) -> None:
    identities = set()
    for _ in range(20):
        client = Client(session_manager)
        client.open(config=SMALL)
        identities.add(await client.welcome())
    assert len(identities) == 20
    assert min(map(len, identities)) >= 22


async def test_an_invalid_config_creates_no_session(session_manager: SessionManager) -> None:
    client = Client(session_manager)
    with pytest.raises(wire_errors.MessageError) as refused:
        client.open(config={"noise": 1000}, ref=4)
    assert (refused.value.error.field, refused.value.error.ref) == ("noise", 4)
    assert len(session_manager) == 0


async def test_a_full_manager_refuses_until_a_session_is_abandoned_long_enough() -> None:
    clock = [0.0]
    session_manager = create_manager(Settings(max_sessions=2, session_grace=60), clock=lambda: clock[0])
    first, second, third = Client(session_manager), Client(session_manager), Client(session_manager)
    first.open()
    second.open()
    with pytest.raises(wire_errors.MessageError) as refused:
        third.open(ref=9)
    assert (refused.value.error.code, refused.value.error.ref) == ("server_full", 9)
    second.leave()
    clock[0] = 30
    first.leave()
    with pytest.raises(wire_errors.MessageError):
        third.open()
    clock[0] = 61
    assert second.connection is not None
    second_id = second.connection.actor.identity
    third.open()
    assert len(session_manager) == 2
    with pytest.raises(wire_errors.MessageError):
        second.open(session=second_id)
    assert first.connection is not None
    first.open(session=first.connection.actor.identity)
    assert first.connection.resumed


async def test_a_session_replaced_by_its_client_is_evicted_first() -> None:
    session_manager = create_manager(Settings(max_sessions=3, session_grace=60), clock=lambda: 0.0)
    client, other, third, late = (Client(session_manager) for _ in range(4))
    client.open()
    replaced = client.connection
    assert replaced is not None
    client.open()
    session_manager.disconnect(replaced, replaced=True)
    other.open(session=replaced.actor.identity)
    third.open()
    with pytest.raises(wire_errors.MessageError):
        late.open()
    assert other.connection is not None
    session_manager.disconnect(other.connection)
    with pytest.raises(wire_errors.MessageError):
        late.open()  # the last who was there did not choose to go
    other.open(session=replaced.actor.identity)
    session_manager.disconnect(other.connection, replaced=True)
    late.open()
    assert len(session_manager) == 3


async def test_a_client_that_returns_in_time_keeps_its_session() -> None:
    clock = [0.0]
    session_manager = create_manager(Settings(max_sessions=1, session_grace=60), clock=lambda: clock[0])
    client, other = Client(session_manager), Client(session_manager)
    client.open()
    assert client.connection is not None
    identity = client.connection.actor.identity
    client.leave()
    clock[0] = 100
    client.open(session=identity)
    clock[0] = 200
    with pytest.raises(wire_errors.MessageError):
        other.open()


async def test_abandoned_sessions_are_removed_from_memory() -> None:
    session_manager = start_manager(pause_after=0, session_lifetime=0.05)
    try:
        client = Client(session_manager)
        client.open(config=SMALL, playing=True)
        await client.frame()
        assert client.connection is not None
        actor = weakref.ref(client.connection.actor)
        client.leave()
        client.connection = None
        await eventually(lambda: len(session_manager) == 0)
    finally:
        session_manager.stop()
    gc.collect()
    assert actor() is None


async def test_a_wake_sends_the_frame_that_could_not_be_taken(session_manager: SessionManager) -> None:
    client = Client(session_manager)
    client.open(config=SMALL)
    await client.frame()
    assert client.connection is not None
    for value in (0.1, 0.2):  # their frames are taken, but not acknowledged
        client.say(wire.EditBias(layer=1, neuron=0, value=value))
        async with asyncio.timeout(TIMEOUT):
            while client.outbox.take_batch()[0].frame is None:
                await client.outbox.batch_ready.wait()
    last = client.outbox.last_sent
    client.say(wire.EditBias(layer=1, neuron=0, value=0.3))
    await eventually(lambda: client.outbox.wants_frame)  # the actor has found no room for the third
    assert client.outbox.take_batch()[0].frame is None
    assert client.outbox.acknowledge(last)
    session_manager.wake(client.connection)
    assert (await client.frame()).frame == last + 1


async def test_start_and_stop_leave_no_threads() -> None:
    threads, interval = threading.active_count(), sys.getswitchinterval()
    session_manager = start_manager(threads=3, switch_interval=0.001)
    client = Client(session_manager)
    client.open(config=SMALL, playing=True, speed=None)
    await client.frame(min_epoch=5)
    assert threading.active_count() == threads + 3
    assert sys.getswitchinterval() == pytest.approx(0.001)
    session_manager.stop()
    assert threading.active_count() == threads
    assert sys.getswitchinterval() == pytest.approx(interval)


async def test_clients_can_leave_and_return_rapidly(session_manager: SessionManager) -> None:
    client = Client(session_manager)
    client.open(config=SMALL, playing=True, speed=None)
    identity = await client.welcome()
    others = []
    for _ in range(200):
        other = Client(session_manager)
        other.open(session=identity)
        other.leave()
        others.append(other)
    await client.frame(min_epoch=5)
    assert len(session_manager) == 1
    assert client.connection is not None
    await eventually(lambda: client.connection is not None and client.connection.actor.attended == 1)


# -- programs


def epoch(session: Session) -> int:
    return session.trainer.epoch


async def run_in_session(
    session_manager: SessionManager, identity: str, work: Callable[[Session], Any]
) -> Any:
    async with asyncio.timeout(TIMEOUT):
        return await asyncio.wrap_future(session_manager.submit(identity, work))


async def test_a_session_call_returns_its_result(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig(noise=20), speed=7)
    assert await run_in_session(
        session_manager, identity, lambda session: (session.config.noise, session.speed)
    ) == (
        20,
        7,
    )


async def test_clients_see_what_a_session_call_changed(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig())
    client = Client(session_manager)
    client.open(session=identity)
    await client.welcome()
    await run_in_session(session_manager, identity, lambda session: setattr(session, "speed", 3.0))
    while client.messages[-1].get("speed") != 3:
        await client.receive()


async def test_a_failing_session_call_raises_and_the_next_one_runs(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig())
    with pytest.raises(ZeroDivisionError):
        await run_in_session(session_manager, identity, lambda _: 1 / 0)
    assert await run_in_session(session_manager, identity, epoch) == 0


async def test_invalid_initial_parameters_fail_the_first_call(
    session_manager: SessionManager,
) -> None:
    identity = session_manager.create(TrainingConfig(), parameters=[1.0])
    with pytest.raises(InvalidValue):
        await run_in_session(session_manager, identity, epoch)
    await eventually(lambda: len(session_manager) == 0)


async def test_calls_to_an_unknown_session_are_refused(session_manager: SessionManager) -> None:
    for call in (
        lambda: session_manager.submit("nobody", epoch),
        lambda: session_manager.retain("nobody"),
        lambda: session_manager.delete("nobody"),
    ):
        with pytest.raises(UnknownSession):
            call()
    session_manager.release("nobody")


async def test_a_retained_session_trains() -> None:
    alone = start_manager(threads=1, pause_after=0)
    try:
        identity = alone.create(TrainingConfig().changed(SMALL), playing=True, speed=None)
        alone.retain(identity)
        while await run_in_session(alone, identity, epoch) < 20:
            pass
        alone.release(identity)
        before = await run_in_session(alone, identity, epoch)
        assert await run_in_session(alone, identity, epoch) == before
    finally:
        alone.stop()


async def test_deleting_a_session_closes_its_pages(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig())
    client = Client(session_manager)
    client.open(session=identity)
    await client.welcome()
    session_manager.delete(identity)
    await eventually(lambda: client.outbox.closing)
    assert len(session_manager) == 0
    client.leave()
    with pytest.raises(UnknownSession):
        session_manager.submit(identity, epoch)


async def test_stopping_refuses_waiting_session_calls() -> None:
    session_manager = create_manager(Settings(threads=1))
    future = session_manager.submit(session_manager.create(TrainingConfig()), epoch)
    session_manager.stop()
    with pytest.raises(UnknownSession):
        future.result(TIMEOUT)


async def test_a_cancelled_session_call_is_not_run() -> None:
    session_manager = create_manager(Settings(threads=1))
    identity = session_manager.create(TrainingConfig(), speed=1)
    assert session_manager.submit(identity, lambda session: setattr(session, "speed", 9.0)).cancel()
    session_manager.start()
    try:
        assert await run_in_session(session_manager, identity, lambda session: session.speed) == 1
    finally:
        session_manager.stop()


class Restarts:
    """Session managers over one database, one after the other."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.managers: list[SessionManager] = []
        self.storage = Database("sqlite://")

    def session_manager(self, **settings: Any) -> SessionManager:
        self.stop()
        self.storage = Database(f"sqlite:///{self.file}")
        session_store = SessionStore(self.storage, lifetime=1000)
        session_manager = create_manager(Settings(threads=1, **settings), session_store=session_store)
        session_manager.start()
        self.managers.append(session_manager)
        return session_manager

    def stop(self) -> None:
        for session_manager in self.managers:
            session_manager.stop()
        self.managers.clear()


@pytest.fixture
def restarts(tmp_path: Path) -> Iterator[Restarts]:
    restarts = Restarts(tmp_path / "sessions.sqlite3")
    yield restarts
    restarts.stop()


async def stored(restarts: Restarts) -> str:
    """Store a session of 30 epochs through a manager that then stops; return the id."""
    client = Client(restarts.session_manager())
    client.open(config=SMALL)
    identity = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(min_epoch=30)
    restarts.stop()
    return identity


async def test_a_stored_session_is_resumed_by_another_manager(restarts: Restarts) -> None:
    identity = await stored(restarts)
    session_manager = restarts.session_manager()
    assert session_manager.exists(identity)
    assert len(session_manager) == 0
    first, second = Client(session_manager), Client(session_manager)
    for client in (first, second):  # both come before it is brought
        client.open(session=identity, config={"hidden_layers": [7]})
    for client in (first, second):
        await client.frame(min_epoch=30)
        assert client.messages[0] == {**client.messages[0], "session": identity, "resumed": True}
        assert client.messages[1]["config"]["hidden_layers"] == [2]
    assert len(session_manager) == 1


async def test_a_session_call_loads_a_stored_session(restarts: Restarts) -> None:
    identity = await stored(restarts)
    session_manager = restarts.session_manager()
    future = session_manager.submit(identity, lambda session: session.trainer.epoch)
    assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == 30
    session_manager.retain(identity)
    session_manager.release(identity)


async def test_an_unloaded_session_can_be_inspected_in_storage(restarts: Restarts) -> None:
    identity = await stored(restarts)
    session_manager = restarts.session_manager()
    assert session_manager.inspect(identity, lambda session: session.trainer.epoch) is None
    future = session_manager.inspect_stored(identity, lambda session: session.trainer.epoch)
    assert future is not None
    assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == 30
    assert len(session_manager) == 0
    wrong = session_manager.inspect_stored(identity, lambda _: 1 // 0)
    assert wrong is not None
    with pytest.raises(ZeroDivisionError):
        await asyncio.wrap_future(wrong)
    assert session_manager.inspect_stored("nobody", lambda _: None) is None


async def test_a_session_in_memory_is_inspected_there(restarts: Restarts) -> None:
    session_manager = restarts.session_manager()
    identity = session_manager.create(TrainingConfig())
    future = session_manager.inspect(identity, lambda session: session.trainer.epoch)
    assert future is not None
    assert session_manager.inspect_stored(identity, lambda _: None) is None
    assert await asyncio.wrap_future(future) == 0


async def test_a_stored_session_can_be_deleted(restarts: Restarts) -> None:
    identity = await stored(restarts)
    session_manager = restarts.session_manager()
    session_manager.delete(identity)
    assert not session_manager.exists(identity)
    with pytest.raises(UnknownSession):
        session_manager.delete(identity)
    session_manager = restarts.session_manager()
    assert not session_manager.exists(identity)
    client = Client(session_manager)
    client.open(session=identity)
    assert await client.welcome() != identity
    assert not client.messages[0]["resumed"]


async def test_an_unreadable_session_is_left_in_storage(
    restarts: Restarts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    identity = await stored(restarts)

    def fail(_: object) -> None:
        raise UnreadableRecord("of tomorrow")

    with monkeypatch.context() as patch:
        patch.setattr(actor_registry, "restore", fail)
        session_manager = restarts.session_manager()
        client = Client(session_manager)
        client.open(session=identity, config={"hidden_layers": [7]})
        another = await client.welcome()
        assert another != identity
        assert not client.messages[0]["resumed"]
        assert "of tomorrow" in caplog.text
        client.say(wire.Step(unit="epoch", count=5))
        await client.frame(min_epoch=5)
        future = session_manager.submit(identity, lambda session: session.trainer.epoch)
        with pytest.raises(UnknownSession):
            await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT)
    session_manager = restarts.session_manager()
    for known, epoch in ((identity, 30), (another, 5)):
        future = session_manager.submit(known, lambda session: session.trainer.epoch)
        assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == epoch


async def test_an_idle_session_is_unloaded_and_loaded_again(restarts: Restarts) -> None:
    session_manager = restarts.session_manager(idle_after=0, pause_after=0)
    client = Client(session_manager)
    client.open(config=SMALL, playing=True, speed=None)
    identity = await client.welcome()
    await client.frame(min_epoch=100)
    client.leave()
    await eventually(lambda: len(session_manager) == 0)
    assert session_manager.exists(identity)
    back = Client(session_manager)
    back.open(session=identity)
    await back.frame(min_epoch=100)
    assert back.messages[0]["resumed"]
    assert back.messages[1]["playing"]
    back.leave()


async def damage_after_saving(restarts: Restarts, session_manager: SessionManager) -> str:
    """Train a new session for 30 epochs until that is stored, then damage the database; return the id."""
    client = Client(session_manager)
    client.open(config=SMALL)
    identity = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(min_epoch=30)
    database = Database(f"sqlite:///{restarts.file}")
    await eventually(lambda: (found := database.load(identity)) is not None and found[0].epoch == 30)
    database.close()
    restarts.storage.close()
    for part in restarts.file.parent.glob("*-*"):
        part.unlink()
    restarts.file.write_bytes(b"damaged" * 5000)
    return identity


async def test_a_damaged_database_is_refilled_from_memory(restarts: Restarts) -> None:
    session_manager = restarts.session_manager()
    identity = await damage_after_saving(restarts, session_manager)
    other = Client(session_manager)  # the record of another session meets the damage
    other.open(config=SMALL)
    await eventually(lambda: list(restarts.file.parent.glob("*-damaged-*")) != [])
    assert await run_in_session(restarts.session_manager(), identity, epoch) == 30


async def test_a_database_that_stopping_finds_damaged_is_refilled_from_memory(restarts: Restarts) -> None:
    session_manager = restarts.session_manager()
    identity = await damage_after_saving(restarts, session_manager)
    other = session_manager.create(TrainingConfig().changed(SMALL))
    await run_in_session(session_manager, other, epoch)
    session_manager = restarts.session_manager()  # stops the one before, which saves the new session
    assert list(restarts.file.parent.glob("*-damaged-*")) != []
    assert await run_in_session(session_manager, identity, epoch) == 30
    assert await run_in_session(session_manager, other, epoch) == 0


async def test_an_address_at_its_limit_loses_its_own_oldest_session() -> None:
    clock = [0.0]
    settings = Settings(max_sessions=10, max_sessions_per_address=2, session_grace=60)
    session_manager = create_manager(settings, clock=lambda: clock[0])
    first, second = (session_manager.create(TrainingConfig(), owner="192.0.2.1") for _ in range(2))
    elsewhere = session_manager.create(TrainingConfig(), owner="192.0.2.2")
    assert session_manager.is_full_for("192.0.2.1")
    assert not session_manager.is_full_for("192.0.2.2")
    with pytest.raises(wire_errors.MessageError) as refused:
        session_manager.create(TrainingConfig(), owner="192.0.2.1")
    assert refused.value.error.code == "address_full"
    clock[0] = 61
    session_manager.retain(first)
    assert not session_manager.is_full_for("192.0.2.1")
    session_manager.create(TrainingConfig(), owner="192.0.2.1")
    assert session_manager.can_resume(first)
    assert not session_manager.can_resume(second)
    assert session_manager.can_resume(elsewhere)


async def test_returning_clients_are_admitted_where_new_ones_are_not(restarts: Restarts) -> None:
    session_manager = restarts.session_manager(max_sessions=2, session_grace=60, idle_after=0)
    ids = []
    for _ in range(3):
        client = Client(session_manager)
        client.open(config=SMALL)
        ids.append(await client.welcome())
        client.leave()
        await eventually(lambda: len(session_manager) == 0)
    inside = [Client(session_manager) for _ in range(2)]
    for client in inside:
        client.open(config=SMALL)
        await client.welcome()
    assert session_manager.is_full_for(None)
    assert [session_manager.can_resume(each) for each in (*ids, "made up")] == [True, True, True, False]
    stranger = Client(session_manager)
    with pytest.raises(wire_errors.MessageError):
        stranger.open(config=SMALL)
    back = Client(session_manager)
    back.open(session=ids[0])
    assert await back.welcome() == ids[0]
    assert back.messages[0]["resumed"]
    assert len(session_manager) == 3
    assert not session_manager.can_resume(ids[1]), "the reserve is small"
    with pytest.raises(wire_errors.MessageError) as refused:
        Client(session_manager).open(session=ids[1])
    assert refused.value.error.code == "server_full"
    assert session_manager.can_resume(ids[0])
    for client in (*inside, back):
        client.leave()


def test_a_network_beyond_the_limit_is_refused() -> None:
    session_manager = create_manager(Settings(max_parameters=10))
    with pytest.raises(wire_errors.MessageError) as refused:
        session_manager.create(TrainingConfig())
    assert refused.value.error.code == "too_large"
    assert len(session_manager) == 0
