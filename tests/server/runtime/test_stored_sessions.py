"""Sessions outlive their session manager in a database, also in a damaged one."""

import asyncio

import pytest

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.runtime import actor_registry
from server.runtime.session_manager import UnknownSession
from server.sessions.record_codec import UnreadableRecord
from tests.server.live import TIMEOUT, eventually
from tests.server.runtime.manager_client import SMALL, Client, epoch, run_in_session
from tests.server.runtime.restarts import Restarts, damage_after_saving, stored

pytestmark = pytest.mark.anyio


async def test_a_stored_session_is_resumed_by_another_manager(restarts: Restarts) -> None:
    session_id = await stored(restarts)
    session_manager = restarts.session_manager()
    assert session_manager.exists(session_id)
    assert len(session_manager) == 0
    first, second = Client(session_manager), Client(session_manager)
    for client in (first, second):  # both come before it is loaded
        client.open(session=session_id, config={"hidden_layers": [7]})
    for client in (first, second):
        await client.frame(min_epoch=30)
        assert client.messages[0] == {**client.messages[0], "session": session_id, "resumed": True}
        assert client.messages[1]["config"]["hidden_layers"] == [2]
    assert len(session_manager) == 1


async def test_a_session_call_loads_a_stored_session(restarts: Restarts) -> None:
    session_id = await stored(restarts)
    session_manager = restarts.session_manager()
    future = session_manager.submit(session_id, lambda session: session.trainer.epoch)
    assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == 30
    session_manager.retain(session_id)
    session_manager.release(session_id)


async def test_an_unloaded_session_can_be_inspected_in_storage(restarts: Restarts) -> None:
    session_id = await stored(restarts)
    session_manager = restarts.session_manager()
    assert session_manager.inspect(session_id, lambda session: session.trainer.epoch) is None
    future = session_manager.inspect_stored(session_id, lambda session: session.trainer.epoch)
    assert future is not None
    assert await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT) == 30
    assert len(session_manager) == 0
    wrong = session_manager.inspect_stored(session_id, lambda _: 1 // 0)
    assert wrong is not None
    with pytest.raises(ZeroDivisionError):
        await asyncio.wrap_future(wrong)
    assert session_manager.inspect_stored("nobody", lambda _: None) is None


async def test_a_session_in_memory_is_inspected_there(restarts: Restarts) -> None:
    session_manager = restarts.session_manager()
    session_id = session_manager.create(TrainingConfig())
    future = session_manager.inspect(session_id, lambda session: session.trainer.epoch)
    assert future is not None
    assert session_manager.inspect_stored(session_id, lambda _: None) is None
    assert await asyncio.wrap_future(future) == 0


async def test_a_stored_session_can_be_deleted(restarts: Restarts) -> None:
    session_id = await stored(restarts)
    session_manager = restarts.session_manager()
    session_manager.delete(session_id)
    assert not session_manager.exists(session_id)
    with pytest.raises(UnknownSession):
        session_manager.delete(session_id)
    session_manager = restarts.session_manager()
    assert not session_manager.exists(session_id)
    client = Client(session_manager)
    client.open(session=session_id)
    assert await client.welcome() != session_id
    assert not client.messages[0]["resumed"]


async def test_an_unreadable_session_is_left_in_storage(
    restarts: Restarts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    session_id = await stored(restarts)

    def fail(_: object) -> None:
        raise UnreadableRecord("of tomorrow")

    with monkeypatch.context() as patch:
        patch.setattr(actor_registry, "restore_record", fail)
        session_manager = restarts.session_manager()
        client = Client(session_manager)
        client.open(session=session_id, config={"hidden_layers": [7]})
        another = await client.welcome()
        assert another != session_id
        assert not client.messages[0]["resumed"]
        assert "of tomorrow" in caplog.text
        client.say(wire.Step(unit="epoch", count=5))
        await client.frame(min_epoch=5)
        future = session_manager.submit(session_id, lambda session: session.trainer.epoch)
        with pytest.raises(UnknownSession):
            await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT)
    session_manager = restarts.session_manager()
    for known, trained in ((session_id, 30), (another, 5)):
        assert await run_in_session(session_manager, known, epoch) == trained


@pytest.mark.medium
async def test_an_idle_session_is_unloaded_and_loaded_again(restarts: Restarts) -> None:
    session_manager = restarts.session_manager(idle_after=0, pause_after=0)
    client = Client(session_manager)
    client.open(config=SMALL, playing=True, speed=None)
    session_id = await client.welcome()
    await client.frame(min_epoch=100)
    client.leave()
    await eventually(lambda: len(session_manager) == 0)
    assert session_manager.exists(session_id)
    back = Client(session_manager)
    back.open(session=session_id)
    await back.frame(min_epoch=100)
    assert back.messages[0]["resumed"]
    assert back.messages[1]["playing"]
    back.leave()


@pytest.mark.medium
async def test_a_damaged_database_is_refilled_from_memory(restarts: Restarts) -> None:
    session_manager = restarts.session_manager()
    session_id = await damage_after_saving(restarts, session_manager)
    other = Client(session_manager)  # the record of another session meets the damage
    other.open(config=SMALL)
    await eventually(lambda: list(restarts.file.parent.glob("*-damaged-*")) != [])
    assert await run_in_session(restarts.session_manager(), session_id, epoch) == 30


@pytest.mark.medium
async def test_a_database_that_stopping_finds_damaged_is_refilled_from_memory(restarts: Restarts) -> None:
    session_manager = restarts.session_manager()
    session_id = await damage_after_saving(restarts, session_manager)
    other = session_manager.create(TrainingConfig().changed(SMALL))
    await run_in_session(session_manager, other, epoch)
    session_manager = restarts.session_manager()  # stops the one before, which saves the new session
    assert list(restarts.file.parent.glob("*-damaged-*")) != []
    assert await run_in_session(session_manager, session_id, epoch) == 30
    assert await run_in_session(session_manager, other, epoch) == 0
