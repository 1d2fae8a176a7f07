"""A session manager with limits: whom it admits, and which sessions make way."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from server.errors import wire_errors
from server.protocol import messages as wire
from server.settings import Settings
from tests.server.live import eventually
from tests.server.runtime.manager_client import SMALL, Client, create_manager, start_manager
from tests.server.runtime.restarts import Restarts

pytestmark = pytest.mark.anyio


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
    second_id = second.connection.actor.session_id
    third.open()
    assert len(session_manager) == 2
    with pytest.raises(wire_errors.MessageError):
        second.open(session=second_id)
    assert first.connection is not None
    first.open(session=first.connection.actor.session_id)
    assert first.connection.resumed


async def test_a_session_replaced_by_its_client_is_evicted_first() -> None:
    session_manager = create_manager(Settings(max_sessions=3, session_grace=60), clock=lambda: 0.0)
    client, other, third, late = (Client(session_manager) for _ in range(4))
    client.open()
    client.say(wire.Play())
    replaced = client.connection
    assert replaced is not None
    client.open()
    session_manager.disconnect(replaced, replaced=True)
    other.open(session=replaced.actor.session_id)
    third.open()
    with pytest.raises(wire_errors.MessageError):
        late.open()
    assert other.connection is not None
    session_manager.disconnect(other.connection)
    with pytest.raises(wire_errors.MessageError):
        late.open()  # the last who was there did not choose to go
    other.open(session=replaced.actor.session_id)
    session_manager.disconnect(other.connection, replaced=True)
    late.open()
    assert len(session_manager) == 3


async def test_a_client_that_returns_in_time_keeps_its_session() -> None:
    clock = [0.0]
    session_manager = create_manager(Settings(max_sessions=1, session_grace=60), clock=lambda: clock[0])
    client, other = Client(session_manager), Client(session_manager)
    client.open()
    assert client.connection is not None
    session_id = client.connection.actor.session_id
    client.leave()
    clock[0] = 100
    client.open(session=session_id)
    clock[0] = 200
    with pytest.raises(wire_errors.MessageError):
        other.open()


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


@pytest.mark.medium
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


LARGE = TrainingConfig().changed({"hidden_layers": [64] * 16})


async def test_sessions_of_one_address_are_limited_by_their_size_not_only_by_their_number() -> None:
    clock = [0.0]
    settings = Settings(max_session_memory_per_address=20_000_000, session_grace=60)
    session_manager = create_manager(settings, clock=lambda: clock[0])
    for _ in range(2):
        session_manager.create(LARGE, owner="192.0.2.1")
    with pytest.raises(wire_errors.MessageError) as refused:
        session_manager.create(LARGE, owner="192.0.2.1")
    assert refused.value.error.code == "address_full"
    session_manager.create(TrainingConfig(), owner="192.0.2.1")
    session_manager.create(LARGE, owner="192.0.2.2")
    clock[0] = 61
    session_manager.create(LARGE, owner="192.0.2.1")
    assert len(session_manager) == 4, "the oldest made way"


async def test_all_sessions_together_are_limited_by_their_size() -> None:
    session_manager = create_manager(Settings(max_session_memory=20_000_000), clock=lambda: 0.0)
    for number in range(2):
        session_manager.create(LARGE, owner=f"192.0.2.{number}")
    with pytest.raises(wire_errors.MessageError) as refused:
        session_manager.create(LARGE, owner="192.0.2.9")
    assert refused.value.error.code == "server_full"


@pytest.mark.medium
async def test_a_session_that_grows_is_counted_and_refused_beyond_the_limit_of_its_address() -> None:
    session_manager = start_manager(max_session_memory_per_address=20_000_000, session_grace=0)
    try:
        pages = [Client(session_manager) for _ in range(4)]
        grow = wire.Configure(changes={"hidden_layers": [64] * 16}, ref=5)
        answers = []
        for page in pages:
            page.open(config=SMALL, address="192.0.2.1")
            await page.welcome()
            page.say(grow)
            answers.append(await page.answer())
        assert [answer["type"] for answer in answers] == ["state", "state", "error", "error"]
        assert (answers[2]["code"], answers[2]["ref"]) == ("too_large", 5)
        elsewhere = Client(session_manager)
        elsewhere.open(config=SMALL, address="192.0.2.2")
        await elsewhere.welcome()
        elsewhere.say(grow)
        assert (await elsewhere.answer())["type"] == "state"
        pages[0].leave()
        pages[2].say(grow)
        assert (await pages[2].answer())["type"] == "state", "the one that was left made way"
        pages[1].say(wire.Configure(changes={"hidden_layers": [2]}))
        assert (await pages[1].answer())["type"] == "state"
        pages[3].say(grow)
        assert (await pages[3].answer())["type"] == "state", "it shrank"
    finally:
        session_manager.stop()


async def test_points_that_are_given_count() -> None:
    rows = np.zeros((5000, 2)), np.ones(5000)
    data = Dataset(Points(*rows), Points(*rows))
    session_manager = create_manager(Settings(max_session_memory_per_address=5_000_000), clock=lambda: 0.0)
    for _ in range(2):
        session_manager.create(TrainingConfig(), data=data, owner="192.0.2.1")
    with pytest.raises(wire_errors.MessageError):
        session_manager.create(TrainingConfig(), data=data, owner="192.0.2.1")


@pytest.mark.medium
async def test_a_session_that_its_page_replaced_untouched_is_not_kept(restarts: Restarts) -> None:
    session_manager = restarts.session_manager()
    opened: list[dict[str, Any]] = [{}, {"playing": True, "speed": 0.1}, {"playing": True, "speed": None}, {}]
    clients = [Client(session_manager) for _ in opened]
    ids = []
    for client, fields in zip(clients, opened, strict=True):
        client.open(config=SMALL, **fields)
        ids.append(await client.welcome())
    await clients[2].frame(min_epoch=60)
    clients[3].say(wire.Configure(changes={"learning_rate": 0.3}))
    for client in clients:
        assert client.connection is not None
        session_manager.disconnect(client.connection, replaced=True)
    assert [session_manager.exists(each) for each in ids] == [False, False, True, True]


async def test_a_session_that_is_replaced_before_it_exists_is_never_created() -> None:
    session_manager = create_manager(Settings())  # its threads do not run
    client = Client(session_manager)
    client.open(config=SMALL)
    first = client.connection
    assert first is not None
    client.open(config=SMALL)
    session_manager.disconnect(first, replaced=True)
    assert len(session_manager) == 1
    assert not session_manager.exists(first.actor.session_id)
