"""Clients connect to sessions of a session manager, train, leave and come back."""

import asyncio
import gc
import sys
import threading
import weakref

import pytest

from server.errors import wire_errors
from server.protocol import messages as wire
from server.runtime.session_manager import SessionManager
from tests.server.live import TIMEOUT, eventually
from tests.server.runtime.manager_client import SMALL, Client, start_manager

pytestmark = pytest.mark.anyio


async def test_many_sessions_train_concurrently(session_manager: SessionManager) -> None:
    clients = [Client(session_manager) for _ in range(12)]
    for client in clients:
        client.open(config=SMALL, playing=True, speed=None)
    await asyncio.gather(*(client.frame(min_epoch=5) for client in clients))
    assert len(session_manager) == 12
    assert len({client.messages[0]["session"] for client in clients}) == 12


async def test_a_known_session_is_resumed_with_its_settings(session_manager: SessionManager) -> None:
    first, second = Client(session_manager), Client(session_manager)
    first.open(config=SMALL, speed=5)
    session_id = await first.welcome()
    second.open(session=session_id, config={"hidden_layers": [7]}, speed=None, playing=True)
    await second.frame()
    assert second.messages[0]["resumed"]
    state = second.messages[1]
    assert (state["config"]["hidden_layers"], state["speed"], state["playing"]) == ([2], 5, False)
    assert len(session_manager) == 1


async def test_ids_cannot_be_guessed(session_manager: SessionManager) -> None:
    session_ids = set()
    for _ in range(20):
        client = Client(session_manager)
        client.open(config=SMALL)
        session_ids.add(await client.welcome())
    assert len(session_ids) == 20
    assert min(map(len, session_ids)) >= 22


async def test_an_invalid_config_creates_no_session(session_manager: SessionManager) -> None:
    client = Client(session_manager)
    with pytest.raises(wire_errors.MessageError) as refused:
        client.open(config={"noise": 1000}, ref=4)
    assert (refused.value.error.field, refused.value.error.ref) == ("noise", 4)
    assert len(session_manager) == 0


@pytest.mark.medium
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
    session_id = await client.welcome()
    others = []
    for _ in range(200):
        other = Client(session_manager)
        other.open(session=session_id)
        other.leave()
        others.append(other)
    await client.frame(min_epoch=5)
    assert len(session_manager) == 1
    assert client.connection is not None
    await eventually(lambda: client.connection is not None and client.connection.actor.users == 1)
