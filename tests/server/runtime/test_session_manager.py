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
    """A client at the host, without a socket."""

    def __init__(self, session_manager: SessionManager) -> None:
        self.session_manager = session_manager
        self.outbox = Outbox(asyncio.get_running_loop(), session_manager.clock)
        self.messages: list[dict[str, Any]] = []
        self.frames: list[ReadFrame] = []
        self.seat: Connection | None = None

    def open(self, **fields: Any) -> None:
        self.seat = self.session_manager.connect(wire.Open(version=1, **fields), self.outbox)

    def say(self, message: wire.AnyClientMessage) -> None:
        assert self.seat is not None
        self.session_manager.receive(self.seat, message)

    def leave(self) -> None:
        assert self.seat is not None
        self.session_manager.disconnect(self.seat)

    async def mail(self) -> None:
        """Wait for mail and take it; what is a frame is painted at once."""
        async with asyncio.timeout(TIMEOUT):
            await self.outbox.batch_ready.wait()
        mail, wanted = self.outbox.take_batch()
        self.messages += [json.loads(text) for text in mail.messages]
        if mail.frame is not None:
            frame = read_frame(mail.frame)
            self.frames.append(frame)
            wanted = self.outbox.acknowledge(frame.frame) or wanted
        if wanted and self.seat is not None:
            self.session_manager.wake(self.seat)

    async def frame(self, least: int = 0) -> ReadFrame:
        self.frames.clear()
        while not self.frames or self.frames[-1].epoch < least:
            await self.mail()
        return self.frames[-1]

    async def welcome(self) -> str:
        while not any(message["type"] == "welcome" for message in self.messages):
            await self.mail()
        return str(self.messages[0]["session"])


def create_manager(settings: Settings, **options: Any) -> SessionManager:
    """Return a session manager with a scheduler of its own."""
    scheduler = Scheduler(settings.threads or 2, clock=options.get("clock", time.monotonic))
    return SessionManager(settings, scheduler, **options)


def make(**settings: Any) -> SessionManager:
    session_manager = create_manager(Settings(**settings))
    session_manager.start()
    return session_manager


@pytest.fixture
def session_manager() -> Iterator[SessionManager]:
    session_manager = make(threads=2)
    yield session_manager
    session_manager.stop()


async def test_many_sessions_train_side_by_side(session_manager: SessionManager) -> None:
    clients = [Client(session_manager) for _ in range(12)]
    for client in clients:
        client.open(config=SMALL, playing=True, speed=None)
    await asyncio.gather(*(client.frame(least=20) for client in clients))
    assert len(session_manager) == 12
    assert len({client.messages[0]["session"] for client in clients}) == 12


async def test_a_known_session_is_resumed_with_its_own_settings(session_manager: SessionManager) -> None:
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


async def test_a_wrong_config_opens_nothing(session_manager: SessionManager) -> None:
    client = Client(session_manager)
    with pytest.raises(wire_errors.MessageError) as refused:
        client.open(config={"noise": 1000}, ref=4)
    assert (refused.value.error.field, refused.value.error.ref) == ("noise", 4)
    assert len(session_manager) == 0


async def test_a_full_host_refuses_until_somebody_has_left_long_enough() -> None:
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
    assert second.seat is not None
    second_id = second.seat.actor.identity
    third.open()
    assert len(session_manager) == 2
    with pytest.raises(wire_errors.MessageError):
        second.open(session=second_id)
    assert first.seat is not None
    first.open(session=first.seat.actor.identity)
    assert first.seat.resumed


async def test_a_session_that_its_client_replaced_gives_way_at_once() -> None:
    session_manager = create_manager(Settings(max_sessions=3, session_grace=60), clock=lambda: 0.0)
    client, other, third, late = (Client(session_manager) for _ in range(4))
    client.open()
    replaced = client.seat
    assert replaced is not None
    client.open()
    session_manager.disconnect(replaced, replaced=True)
    other.open(session=replaced.actor.identity)
    third.open()
    with pytest.raises(wire_errors.MessageError):
        late.open()
    assert other.seat is not None
    session_manager.disconnect(other.seat)
    with pytest.raises(wire_errors.MessageError):
        late.open()  # the last who was there did not choose to go
    other.open(session=replaced.actor.identity)
    session_manager.disconnect(other.seat, replaced=True)
    late.open()
    assert len(session_manager) == 3


async def test_a_client_that_comes_back_in_time_saves_its_session() -> None:
    clock = [0.0]
    session_manager = create_manager(Settings(max_sessions=1, session_grace=60), clock=lambda: clock[0])
    client, other = Client(session_manager), Client(session_manager)
    client.open()
    assert client.seat is not None
    identity = client.seat.actor.identity
    client.leave()
    clock[0] = 100
    client.open(session=identity)
    clock[0] = 200
    with pytest.raises(wire_errors.MessageError):
        other.open()


async def test_abandoned_sessions_are_forgotten_and_freed() -> None:
    session_manager = make(pause_after=0, session_lifetime=0.05)
    try:
        client = Client(session_manager)
        client.open(config=SMALL, playing=True)
        await client.frame()
        assert client.seat is not None
        actor = weakref.ref(client.seat.actor)
        client.leave()
        client.seat = None
        await eventually(lambda: len(session_manager) == 0)
    finally:
        session_manager.stop()
    gc.collect()
    assert actor() is None


async def test_a_nudge_brings_the_frame_that_could_not_be_taken(session_manager: SessionManager) -> None:
    client = Client(session_manager)
    client.open(config=SMALL)
    await client.frame()
    assert client.seat is not None
    for value in (0.1, 0.2, 0.3):  # unpainted: the third finds no room
        client.say(wire.EditBias(layer=1, neuron=0, value=value))
        async with asyncio.timeout(TIMEOUT):
            await client.outbox.batch_ready.wait()
        await asyncio.sleep(0.02)
        client.outbox.take_batch()
    last = client.outbox.last_sent
    if client.outbox.acknowledge(last):
        session_manager.wake(client.seat)
    assert (await client.frame()).frame == last + 1  # after the nudge, or in time before it


async def test_start_and_stop_leave_nothing_behind() -> None:
    threads, interval = threading.active_count(), sys.getswitchinterval()
    session_manager = make(threads=3, switch_interval=0.001)
    client = Client(session_manager)
    client.open(config=SMALL, playing=True, speed=None)
    await client.frame(least=5)
    assert threading.active_count() == threads + 3
    assert sys.getswitchinterval() == pytest.approx(0.001)
    session_manager.stop()
    assert threading.active_count() == threads
    assert sys.getswitchinterval() == pytest.approx(interval)


async def test_leaving_and_coming_back_in_a_storm(session_manager: SessionManager) -> None:
    client = Client(session_manager)
    client.open(config=SMALL, playing=True, speed=None)
    identity = await client.welcome()
    others = []
    for _ in range(200):
        other = Client(session_manager)
        other.open(session=identity)
        other.leave()
        others.append(other)
    await client.frame(least=5)
    assert len(session_manager) == 1
    assert client.seat is not None
    await eventually(lambda: client.seat is not None and client.seat.actor.attended == 1)


# -- programs


def epoch(session: Session) -> int:
    return session.trainer.epoch


async def obeyed(session_manager: SessionManager, identity: str, work: Callable[[Session], Any]) -> Any:
    async with asyncio.timeout(TIMEOUT):
        return await asyncio.wrap_future(session_manager.submit(identity, work))


async def test_an_order_is_done_and_answered(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig(noise=20), speed=7)
    assert await obeyed(session_manager, identity, lambda session: (session.config.noise, session.speed)) == (
        20,
        7,
    )


async def test_who_looks_on_sees_what_an_order_changed(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig())
    client = Client(session_manager)
    client.open(session=identity)
    await client.welcome()
    await obeyed(session_manager, identity, lambda session: setattr(session, "speed", 3.0))
    while client.messages[-1].get("speed") != 3:
        await client.mail()


async def test_an_order_that_fails_says_so_and_the_next_is_done(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig())
    with pytest.raises(ZeroDivisionError):
        await obeyed(session_manager, identity, lambda _: 1 / 0)
    assert await obeyed(session_manager, identity, epoch) == 0


async def test_first_parameters_that_do_not_fit_fail_the_first_order(session_manager: SessionManager) -> None:
    identity = session_manager.create(TrainingConfig(), parameters=[1.0])
    with pytest.raises(InvalidValue):
        await obeyed(session_manager, identity, epoch)
    await eventually(lambda: len(session_manager) == 0)


async def test_no_orders_for_a_session_that_is_not_there(session_manager: SessionManager) -> None:
    for call in (
        lambda: session_manager.submit("nobody", epoch),
        lambda: session_manager.retain("nobody"),
        lambda: session_manager.delete("nobody"),
    ):
        with pytest.raises(UnknownSession):
            call()
    session_manager.release("nobody")


async def test_a_session_trains_while_it_is_held() -> None:
    alone = make(threads=1, pause_after=0)
    try:
        identity = alone.create(TrainingConfig().changed(SMALL), playing=True, speed=None)
        alone.retain(identity)
        while await obeyed(alone, identity, epoch) < 20:
            pass
        alone.release(identity)
        before = await obeyed(alone, identity, epoch)
        assert await obeyed(alone, identity, epoch) == before
    finally:
        alone.stop()


async def test_a_deleted_session_is_gone_and_its_pages_are_closed(session_manager: SessionManager) -> None:
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


async def test_a_stop_refuses_the_orders_that_wait() -> None:
    session_manager = create_manager(Settings(threads=1))
    future = session_manager.submit(session_manager.create(TrainingConfig()), epoch)
    session_manager.stop()
    with pytest.raises(UnknownSession):
        future.result(TIMEOUT)


async def test_a_cancelled_order_is_not_begun() -> None:
    session_manager = create_manager(Settings(threads=1))
    identity = session_manager.create(TrainingConfig(), speed=1)
    assert session_manager.submit(identity, lambda session: setattr(session, "speed", 9.0)).cancel()
    session_manager.start()
    try:
        assert await obeyed(session_manager, identity, lambda session: session.speed) == 1
    finally:
        session_manager.stop()


class Kept:
    """Hosts over one database, one after the other."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.hosts: list[SessionManager] = []
        self.storage = Database("sqlite://")

    def session_manager(self, **settings: Any) -> SessionManager:
        self.stop()
        self.storage = Database(f"sqlite:///{self.file}")
        session_store = SessionStore(self.storage, lifetime=1000)
        session_manager = create_manager(Settings(threads=1, **settings), session_store=session_store)
        session_manager.start()
        self.hosts.append(session_manager)
        return session_manager

    def stop(self) -> None:
        for session_manager in self.hosts:
            session_manager.stop()
        self.hosts.clear()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path / "sessions.sqlite3")
    yield kept
    kept.stop()


async def stored(kept: Kept) -> str:
    """Have a session of 30 epochs stored, by a host that stopped; return its id."""
    client = Client(kept.session_manager())
    client.open(config=SMALL)
    identity = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(least=30)
    kept.stop()
    return identity


async def test_a_stored_session_is_resumed_by_the_next_host(kept: Kept) -> None:
    identity = await stored(kept)
    session_manager = kept.session_manager()
    assert session_manager.exists(identity)
    assert len(session_manager) == 0
    first, second = Client(session_manager), Client(session_manager)
    for client in (first, second):  # both come before it is brought
        client.open(session=identity, config={"hidden_layers": [7]})
    for client in (first, second):
        await client.frame(least=30)
        assert client.messages[0] == {**client.messages[0], "session": identity, "resumed": True}
        assert client.messages[1]["config"]["hidden_layers"] == [2]
    assert len(session_manager) == 1


async def test_an_order_brings_a_stored_session(kept: Kept) -> None:
    identity = await stored(kept)
    session_manager = kept.session_manager()
    future = session_manager.submit(identity, lambda session: session.trainer.epoch)
    assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == 30
    session_manager.retain(identity)
    session_manager.release(identity)


async def test_what_has_left_memory_can_be_looked_at_where_it_is(kept: Kept) -> None:
    identity = await stored(kept)
    session_manager = kept.session_manager()
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


async def test_what_is_in_memory_is_looked_at_there(kept: Kept) -> None:
    session_manager = kept.session_manager()
    identity = session_manager.create(TrainingConfig())
    future = session_manager.inspect(identity, lambda session: session.trainer.epoch)
    assert future is not None
    assert session_manager.inspect_stored(identity, lambda _: None) is None
    assert await asyncio.wrap_future(future) == 0


async def test_a_stored_session_that_is_deleted_is_gone(kept: Kept) -> None:
    identity = await stored(kept)
    session_manager = kept.session_manager()
    session_manager.delete(identity)
    assert not session_manager.exists(identity)
    with pytest.raises(UnknownSession):
        session_manager.delete(identity)
    session_manager = kept.session_manager()
    assert not session_manager.exists(identity)
    client = Client(session_manager)
    client.open(session=identity)
    assert await client.welcome() != identity
    assert not client.messages[0]["resumed"]


async def test_a_session_that_cannot_be_read_is_left_as_it_is(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    identity = await stored(kept)

    def fail(_: object) -> None:
        raise UnreadableRecord("of tomorrow")

    with monkeypatch.context() as patch:
        patch.setattr(actor_registry, "restore", fail)
        session_manager = kept.session_manager()
        client = Client(session_manager)
        client.open(session=identity, config={"hidden_layers": [7]})
        another = await client.welcome()
        assert another != identity
        assert not client.messages[0]["resumed"]
        assert "of tomorrow" in caplog.text
        client.say(wire.Step(unit="epoch", count=5))
        await client.frame(least=5)
        future = session_manager.submit(identity, lambda session: session.trainer.epoch)
        with pytest.raises(UnknownSession):
            await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT)
    session_manager = kept.session_manager()
    for known, epoch in ((identity, 30), (another, 5)):
        future = session_manager.submit(known, lambda session: session.trainer.epoch)
        assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == epoch


async def test_a_session_that_nobody_looks_at_leaves_memory_and_comes_back(kept: Kept) -> None:
    session_manager = kept.session_manager(idle_after=0, pause_after=0)
    client = Client(session_manager)
    client.open(config=SMALL, playing=True, speed=None)
    identity = await client.welcome()
    await client.frame(least=100)
    client.leave()
    await eventually(lambda: len(session_manager) == 0)
    assert session_manager.exists(identity)
    back = Client(session_manager)
    back.open(session=identity)
    await back.frame(least=100)
    assert back.messages[0]["resumed"]
    assert back.messages[1]["playing"]
    back.leave()


async def test_a_damaged_database_is_filled_again_with_what_is_in_memory(kept: Kept) -> None:
    session_manager = kept.session_manager()
    client = Client(session_manager)
    client.open(config=SMALL)
    identity = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(least=30)
    database = Database(f"sqlite:///{kept.file}")
    await eventually(lambda: (found := database.load(identity)) is not None and found[0].epoch == 30)
    database.close()
    kept.storage.close()
    for part in kept.file.parent.glob("*-*"):
        part.unlink()
    kept.file.write_bytes(b"damaged" * 5000)
    other = Client(session_manager)  # somebody else's record is what meets the damage
    other.open(config=SMALL)
    await eventually(lambda: list(kept.file.parent.glob("*-damaged-*")) != [])
    session_manager = kept.session_manager()
    future = session_manager.submit(identity, lambda session: session.trainer.epoch)
    assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == 30


async def test_an_address_that_has_all_it_may_gives_up_its_own_oldest() -> None:
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


async def test_those_who_come_back_find_room_where_strangers_do_not(kept: Kept) -> None:
    session_manager = kept.session_manager(max_sessions=2, session_grace=60, idle_after=0)
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


def test_a_network_larger_than_allowed_is_not_begun() -> None:
    session_manager = create_manager(Settings(max_parameters=10))
    with pytest.raises(wire_errors.MessageError) as refused:
        session_manager.create(TrainingConfig())
    assert refused.value.error.code == "too_large"
    assert len(session_manager) == 0
