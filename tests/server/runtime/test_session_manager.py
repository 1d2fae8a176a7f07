import asyncio
import gc
import json
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from server.errors import wire_errors
from server.protocol import messages as wire
from server.runtime.outbox import Mailbox
from server.runtime.session_actor import Seat
from server.runtime.session_manager import SessionHost, UnknownSession
from server.sessions.record import UnreadableRecord
from server.sessions.session import Session
from server.settings import Settings
from server.storage.database import Storage
from server.storage.session_store import Keeper
from tests.server.frame_reader import ReadFrame, read_frame
from tests.server.live import PATIENCE, eventually

pytestmark = pytest.mark.anyio

SMALL = {"hidden_layers": [2]}


class Client:
    """A client at the host, without a socket."""

    def __init__(self, host: SessionHost) -> None:
        self.host = host
        self.mailbox = Mailbox(asyncio.get_running_loop(), host.clock)
        self.messages: list[dict[str, Any]] = []
        self.frames: list[ReadFrame] = []
        self.seat: Seat | None = None

    def open(self, **fields: Any) -> None:
        self.seat = self.host.open(wire.Open(version=1, **fields), self.mailbox)

    def say(self, message: wire.AnyClientMessage) -> None:
        assert self.seat is not None
        self.host.say(self.seat, message)

    def leave(self) -> None:
        assert self.seat is not None
        self.host.leave(self.seat)

    async def mail(self) -> None:
        """Wait for mail and take it; what is a frame is painted at once."""
        async with asyncio.timeout(PATIENCE):
            await self.mailbox.mail_came.wait()
        mail, wanted = self.mailbox.take()
        self.messages += [json.loads(text) for text in mail.messages]
        if mail.frame is not None:
            frame = read_frame(mail.frame)
            self.frames.append(frame)
            wanted = self.mailbox.acknowledge(frame.frame) or wanted
        if wanted and self.seat is not None:
            self.host.nudge(self.seat)

    async def frame(self, least: int = 0) -> ReadFrame:
        self.frames.clear()
        while not self.frames or self.frames[-1].epoch < least:
            await self.mail()
        return self.frames[-1]

    async def welcome(self) -> str:
        while not any(message["type"] == "welcome" for message in self.messages):
            await self.mail()
        return str(self.messages[0]["session"])


def make(**settings: Any) -> SessionHost:
    host = SessionHost(Settings(**settings))
    host.start()
    return host


@pytest.fixture
def host() -> Iterator[SessionHost]:
    host = make(threads=2)
    yield host
    host.stop()


async def test_many_sessions_train_side_by_side(host: SessionHost) -> None:
    clients = [Client(host) for _ in range(12)]
    for client in clients:
        client.open(config=SMALL, playing=True, speed=None)
    await asyncio.gather(*(client.frame(least=20) for client in clients))
    assert len(host) == 12
    assert len({client.messages[0]["session"] for client in clients}) == 12


async def test_a_known_session_is_resumed_with_its_own_settings(host: SessionHost) -> None:
    first, second = Client(host), Client(host)
    first.open(config=SMALL, speed=5)
    identity = await first.welcome()
    second.open(session=identity, config={"hidden_layers": [7]}, speed=None, playing=True)
    await second.frame()
    assert second.messages[0]["resumed"]
    state = second.messages[1]
    assert (state["config"]["hidden_layers"], state["speed"], state["playing"]) == ([2], 5, False)
    assert len(host) == 1


async def test_ids_cannot_be_guessed(host: SessionHost) -> None:
    identities = set()
    for _ in range(20):
        client = Client(host)
        client.open(config=SMALL)
        identities.add(await client.welcome())
    assert len(identities) == 20
    assert min(map(len, identities)) >= 22


async def test_a_wrong_config_opens_nothing(host: SessionHost) -> None:
    client = Client(host)
    with pytest.raises(wire_errors.MessageError) as refused:
        client.open(config={"noise": 1000}, ref=4)
    assert (refused.value.error.field, refused.value.error.ref) == ("noise", 4)
    assert len(host) == 0


async def test_a_full_host_refuses_until_somebody_has_left_long_enough() -> None:
    clock = [0.0]
    host = SessionHost(Settings(max_sessions=2, session_grace=60), clock=lambda: clock[0])
    first, second, third = Client(host), Client(host), Client(host)
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
    assert len(host) == 2
    with pytest.raises(wire_errors.MessageError):
        second.open(session=second_id)
    assert first.seat is not None
    first.open(session=first.seat.actor.identity)
    assert first.seat.resumed


async def test_a_session_that_its_client_replaced_gives_way_at_once() -> None:
    host = SessionHost(Settings(max_sessions=3, session_grace=60), clock=lambda: 0.0)
    client, other, third, late = (Client(host) for _ in range(4))
    client.open()
    replaced = client.seat
    assert replaced is not None
    client.open()
    host.leave(replaced, replaced=True)
    other.open(session=replaced.actor.identity)
    third.open()
    with pytest.raises(wire_errors.MessageError):
        late.open()
    assert other.seat is not None
    host.leave(other.seat)
    with pytest.raises(wire_errors.MessageError):
        late.open()  # the last who was there did not choose to go
    other.open(session=replaced.actor.identity)
    host.leave(other.seat, replaced=True)
    late.open()
    assert len(host) == 3


async def test_a_client_that_comes_back_in_time_saves_its_session() -> None:
    clock = [0.0]
    host = SessionHost(Settings(max_sessions=1, session_grace=60), clock=lambda: clock[0])
    client, other = Client(host), Client(host)
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
    host = make(pause_after=0, session_lifetime=0.05)
    try:
        client = Client(host)
        client.open(config=SMALL, playing=True)
        await client.frame()
        assert client.seat is not None
        actor = weakref.ref(client.seat.actor)
        client.leave()
        client.seat = None
        await eventually(lambda: len(host) == 0)
    finally:
        host.stop()
    gc.collect()
    assert actor() is None


async def test_a_nudge_brings_the_frame_that_could_not_be_taken(host: SessionHost) -> None:
    client = Client(host)
    client.open(config=SMALL)
    await client.frame()
    assert client.seat is not None
    for value in (0.1, 0.2, 0.3):  # unpainted: the third finds no room
        client.say(wire.EditBias(layer=1, neuron=0, value=value))
        async with asyncio.timeout(PATIENCE):
            await client.mailbox.mail_came.wait()
        await asyncio.sleep(0.02)
        client.mailbox.take()
    last = client.mailbox.last_sent
    if client.mailbox.acknowledge(last):
        host.nudge(client.seat)
        assert (await client.frame()).frame == last + 1


async def test_start_and_stop_leave_nothing_behind() -> None:
    threads, interval = threading.active_count(), sys.getswitchinterval()
    host = make(threads=3, switch_interval=0.001)
    client = Client(host)
    client.open(config=SMALL, playing=True, speed=None)
    await client.frame(least=5)
    assert threading.active_count() == threads + 3
    assert sys.getswitchinterval() == pytest.approx(0.001)
    host.stop()
    assert threading.active_count() == threads
    assert sys.getswitchinterval() == pytest.approx(interval)


async def test_leaving_and_coming_back_in_a_storm(host: SessionHost) -> None:
    client = Client(host)
    client.open(config=SMALL, playing=True, speed=None)
    identity = await client.welcome()
    others = []
    for _ in range(200):
        other = Client(host)
        other.open(session=identity)
        other.leave()
        others.append(other)
    await client.frame(least=5)
    assert len(host) == 1
    assert client.seat is not None
    await eventually(lambda: client.seat is not None and client.seat.actor.attended == 1)


# -- programs


def epoch(session: Session) -> int:
    return session.trainer.epoch


async def obeyed(host: SessionHost, identity: str, work: Callable[[Session], Any]) -> Any:
    async with asyncio.timeout(PATIENCE):
        return await asyncio.wrap_future(host.order(identity, work))


async def test_an_order_is_done_and_answered(host: SessionHost) -> None:
    identity = host.create(TrainingConfig(noise=20), speed=7)
    assert await obeyed(host, identity, lambda session: (session.config.noise, session.speed)) == (20, 7)


async def test_who_looks_on_sees_what_an_order_changed(host: SessionHost) -> None:
    identity = host.create(TrainingConfig())
    client = Client(host)
    client.open(session=identity)
    await client.welcome()
    await obeyed(host, identity, lambda session: setattr(session, "speed", 3.0))
    while client.messages[-1].get("speed") != 3:
        await client.mail()


async def test_an_order_that_fails_says_so_and_the_next_is_done(host: SessionHost) -> None:
    identity = host.create(TrainingConfig())
    with pytest.raises(ZeroDivisionError):
        await obeyed(host, identity, lambda _: 1 / 0)
    assert await obeyed(host, identity, epoch) == 0


async def test_first_parameters_that_do_not_fit_fail_the_first_order(host: SessionHost) -> None:
    identity = host.create(TrainingConfig(), parameters=[1.0])
    with pytest.raises(InvalidValue):
        await obeyed(host, identity, epoch)
    await eventually(lambda: len(host) == 0)


async def test_no_orders_for_a_session_that_is_not_there(host: SessionHost) -> None:
    for call in (
        lambda: host.order("nobody", epoch),
        lambda: host.hold("nobody"),
        lambda: host.delete("nobody"),
    ):
        with pytest.raises(UnknownSession):
            call()
    host.release("nobody")


async def test_a_session_trains_while_it_is_held() -> None:
    alone = make(threads=1, pause_after=0)
    try:
        identity = alone.create(TrainingConfig().changed(SMALL), playing=True, speed=None)
        alone.hold(identity)
        while await obeyed(alone, identity, epoch) < 20:
            pass
        alone.release(identity)
        before = await obeyed(alone, identity, epoch)
        assert await obeyed(alone, identity, epoch) == before
    finally:
        alone.stop()


async def test_a_deleted_session_is_gone_and_its_pages_are_closed(host: SessionHost) -> None:
    identity = host.create(TrainingConfig())
    client = Client(host)
    client.open(session=identity)
    await client.welcome()
    host.delete(identity)
    await eventually(lambda: client.mailbox.closing)
    assert len(host) == 0
    client.leave()
    with pytest.raises(UnknownSession):
        host.order(identity, epoch)


async def test_a_stop_refuses_the_orders_that_wait() -> None:
    host = SessionHost(Settings(threads=1))
    future = host.order(host.create(TrainingConfig()), epoch)
    host.stop()
    with pytest.raises(UnknownSession):
        future.result(PATIENCE)


async def test_a_cancelled_order_is_not_begun() -> None:
    host = SessionHost(Settings(threads=1))
    identity = host.create(TrainingConfig(), speed=1)
    assert host.order(identity, lambda session: setattr(session, "speed", 9.0)).cancel()
    host.start()
    try:
        assert await obeyed(host, identity, lambda session: session.speed) == 1
    finally:
        host.stop()


class Kept:
    """Hosts over one database, one after the other."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.hosts: list[SessionHost] = []
        self.storage = Storage("sqlite://")

    def host(self, **settings: Any) -> SessionHost:
        self.stop()
        self.storage = Storage(f"sqlite:///{self.file}")
        keeper = Keeper(self.storage, lifetime=1000)
        host = SessionHost(Settings(threads=1, **settings), keeper=keeper)
        host.start()
        self.hosts.append(host)
        return host

    def stop(self) -> None:
        for host in self.hosts:
            host.stop()
        self.hosts.clear()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path / "sessions.sqlite3")
    yield kept
    kept.stop()


async def stored(kept: Kept) -> str:
    """Have a session of 30 epochs stored, by a host that stopped; return its id."""
    client = Client(kept.host())
    client.open(config=SMALL)
    identity = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(least=30)
    kept.stop()
    return identity


async def test_a_stored_session_is_resumed_by_the_next_host(kept: Kept) -> None:
    identity = await stored(kept)
    host = kept.host()
    assert host.knows(identity)
    assert len(host) == 0
    first, second = Client(host), Client(host)
    for client in (first, second):  # both come before it is brought
        client.open(session=identity, config={"hidden_layers": [7]})
    for client in (first, second):
        await client.frame(least=30)
        assert client.messages[0] == {**client.messages[0], "session": identity, "resumed": True}
        assert client.messages[1]["config"]["hidden_layers"] == [2]
    assert len(host) == 1


async def test_an_order_brings_a_stored_session(kept: Kept) -> None:
    identity = await stored(kept)
    host = kept.host()
    future = host.order(identity, lambda session: session.trainer.epoch)
    assert await asyncio.wait_for(asyncio.wrap_future(future), PATIENCE) == 30
    host.hold(identity)
    host.release(identity)


async def test_what_has_left_memory_can_be_looked_at_where_it_is(kept: Kept) -> None:
    identity = await stored(kept)
    host = kept.host()
    assert host.peek(identity, lambda session: session.trainer.epoch) is None
    future = host.recall(identity, lambda session: session.trainer.epoch)
    assert future is not None
    assert await asyncio.wait_for(asyncio.wrap_future(future), PATIENCE) == 30
    assert len(host) == 0
    wrong = host.recall(identity, lambda _: 1 // 0)
    assert wrong is not None
    with pytest.raises(ZeroDivisionError):
        await asyncio.wrap_future(wrong)
    assert host.recall("nobody", lambda _: None) is None


async def test_what_is_in_memory_is_looked_at_there(kept: Kept) -> None:
    host = kept.host()
    identity = host.create(TrainingConfig())
    future = host.peek(identity, lambda session: session.trainer.epoch)
    assert future is not None
    assert host.recall(identity, lambda _: None) is None
    assert await asyncio.wrap_future(future) == 0


async def test_a_stored_session_that_is_deleted_is_gone(kept: Kept) -> None:
    identity = await stored(kept)
    host = kept.host()
    host.delete(identity)
    assert not host.knows(identity)
    with pytest.raises(UnknownSession):
        host.delete(identity)
    host = kept.host()
    assert not host.knows(identity)
    client = Client(host)
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
        patch.setattr(Session, "restored", fail)
        host = kept.host()
        client = Client(host)
        client.open(session=identity, config={"hidden_layers": [7]})
        another = await client.welcome()
        assert another != identity
        assert not client.messages[0]["resumed"]
        assert "of tomorrow" in caplog.text
        client.say(wire.Step(unit="epoch", count=5))
        await client.frame(least=5)
        future = host.order(identity, lambda session: session.trainer.epoch)
        with pytest.raises(UnknownSession):
            await asyncio.wait_for(asyncio.wrap_future(future), PATIENCE)
    host = kept.host()
    for known, epoch in ((identity, 30), (another, 5)):
        future = host.order(known, lambda session: session.trainer.epoch)
        assert await asyncio.wait_for(asyncio.wrap_future(future), PATIENCE) == epoch


async def test_a_session_that_nobody_looks_at_leaves_memory_and_comes_back(kept: Kept) -> None:
    host = kept.host(idle_after=0, pause_after=0)
    client = Client(host)
    client.open(config=SMALL, playing=True, speed=None)
    identity = await client.welcome()
    await client.frame(least=100)
    client.leave()
    await eventually(lambda: len(host) == 0)
    assert host.knows(identity)
    back = Client(host)
    back.open(session=identity)
    await back.frame(least=100)
    assert back.messages[0]["resumed"]
    assert back.messages[1]["playing"]
    back.leave()


async def test_a_damaged_database_is_filled_again_with_what_is_in_memory(kept: Kept) -> None:
    host = kept.host()
    client = Client(host)
    client.open(config=SMALL)
    identity = await client.welcome()
    client.say(wire.Step(unit="epoch", count=30))
    await client.frame(least=30)
    database = Storage(f"sqlite:///{kept.file}")
    await eventually(lambda: (found := database.load(identity)) is not None and found[0].epoch == 30)
    database.close()
    kept.storage.close()
    for part in kept.file.parent.glob("*-*"):
        part.unlink()
    kept.file.write_bytes(b"damaged" * 5000)
    other = Client(host)  # somebody else's record is what meets the damage
    other.open(config=SMALL)
    await eventually(lambda: list(kept.file.parent.glob("*-damaged-*")) != [])
    host = kept.host()
    future = host.order(identity, lambda session: session.trainer.epoch)
    assert await asyncio.wait_for(asyncio.wrap_future(future), PATIENCE) == 30


async def test_an_address_that_has_all_it_may_gives_up_its_own_oldest() -> None:
    clock = [0.0]
    settings = Settings(max_sessions=10, max_sessions_per_address=2, session_grace=60)
    host = SessionHost(settings, clock=lambda: clock[0])
    first, second = (host.create(TrainingConfig(), owner="192.0.2.1") for _ in range(2))
    elsewhere = host.create(TrainingConfig(), owner="192.0.2.2")
    assert host.full_for("192.0.2.1")
    assert not host.full_for("192.0.2.2")
    with pytest.raises(wire_errors.MessageError) as refused:
        host.create(TrainingConfig(), owner="192.0.2.1")
    assert refused.value.error.code == "address_full"
    clock[0] = 61
    host.hold(first)
    assert not host.full_for("192.0.2.1")
    host.create(TrainingConfig(), owner="192.0.2.1")
    assert host.has_room_for(first)
    assert not host.has_room_for(second)
    assert host.has_room_for(elsewhere)


async def test_those_who_come_back_find_room_where_strangers_do_not(kept: Kept) -> None:
    host = kept.host(max_sessions=2, session_grace=60, idle_after=0)
    ids = []
    for _ in range(3):
        client = Client(host)
        client.open(config=SMALL)
        ids.append(await client.welcome())
        client.leave()
        await eventually(lambda: len(host) == 0)
    inside = [Client(host) for _ in range(2)]
    for client in inside:
        client.open(config=SMALL)
        await client.welcome()
    assert host.full_for(None)
    assert [host.has_room_for(each) for each in (*ids, "made up")] == [True, True, True, False]
    stranger = Client(host)
    with pytest.raises(wire_errors.MessageError):
        stranger.open(config=SMALL)
    back = Client(host)
    back.open(session=ids[0])
    assert await back.welcome() == ids[0]
    assert back.messages[0]["resumed"]
    assert len(host) == 3
    assert not host.has_room_for(ids[1]), "the reserve is small"
    with pytest.raises(wire_errors.MessageError) as refused:
        Client(host).open(session=ids[1])
    assert refused.value.error.code == "server_full"
    assert host.has_room_for(ids[0])
    for client in (*inside, back):
        client.leave()


def test_a_network_larger_than_allowed_is_not_begun() -> None:
    host = SessionHost(Settings(max_parameters=10))
    with pytest.raises(wire_errors.MessageError) as refused:
        host.create(TrainingConfig())
    assert refused.value.error.code == "too_large"
    assert len(host) == 0
