"""Sessions that may be stored in a database that cannot be read now."""

import asyncio

import pytest

from engine.data import images
from server.errors.wire_errors import MessageError
from server.protocol import close_codes
from server.protocol import messages as wire
from server.runtime.session_manager import SessionUnavailable
from server.storage import load_requests
from server.storage.database import Database, StorageError
from tests.server.live import TIMEOUT, eventually
from tests.server.runtime.manager_client import SMALL, Client, epoch, run_in_session
from tests.server.runtime.restarts import Restarts, stored

pytestmark = pytest.mark.anyio


def make_unreadable(patch: pytest.MonkeyPatch) -> None:
    """Let every read of a session fail, and requests for sessions be given up soon."""

    def fail(*_: object) -> None:
        raise StorageError("unreachable", "the disk is away")

    patch.setattr(Database, "load", fail)
    patch.setattr(load_requests, "LOAD_TIMEOUT", 0.2)


@pytest.mark.medium
@pytest.mark.slow
async def test_a_call_is_refused_and_the_session_keeps_its_id_and_its_training(
    restarts: Restarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = await stored(restarts)
    session_manager = restarts.session_manager()
    with monkeypatch.context() as patch:
        make_unreadable(patch)
        with pytest.raises(SessionUnavailable):
            await run_in_session(session_manager, session_id, epoch)
        stored_only = session_manager.inspect_stored(session_id, epoch)
        assert stored_only is not None
        with pytest.raises(SessionUnavailable):
            await asyncio.wait_for(asyncio.wrap_future(stored_only), TIMEOUT)
        assert session_manager.exists(session_id)
        assert len(session_manager) == 0
    assert await run_in_session(session_manager, session_id, epoch) == 30


@pytest.mark.medium
async def test_a_page_is_asked_to_connect_again_and_gets_its_session_then(
    restarts: Restarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = await stored(restarts)
    session_manager = restarts.session_manager()
    with monkeypatch.context() as patch:
        make_unreadable(patch)
        client = Client(session_manager)
        client.open(session=session_id, config=SMALL)
        await eventually(lambda: client.outbox.closing)
        batch, _ = client.outbox.take_batch()
        assert batch.close == close_codes.RESTART
        assert ['"code":"unavailable"' in text for text in batch.messages] == [True]
        client.leave()
    again = Client(session_manager)
    again.open(session=session_id)
    assert await again.welcome() == session_id
    assert again.messages[0]["resumed"]


@pytest.mark.medium
async def test_new_sessions_of_an_unusable_database_begin_at_once_and_count_for_their_address(
    restarts: Restarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stored(restarts)

    def fail(*_: object) -> None:
        raise StorageError("unreachable", "the disk is away")

    monkeypatch.setattr(Database, "open", fail)
    monkeypatch.setattr(load_requests, "LOAD_TIMEOUT", 1e9)
    session_manager = restarts.session_manager(max_sessions_per_address=2)
    assert not session_manager.can_resume(""), "a browser without a session resumes none"
    clients = [Client(session_manager) for _ in range(2)]
    for client in clients:
        client.open(config=SMALL, address="192.0.2.1")
        await client.welcome()
    with pytest.raises(MessageError, match="network address"):
        Client(session_manager).open(config=SMALL, address="192.0.2.1")


@pytest.mark.medium
async def test_a_training_of_digits_waits_until_they_are_installed(
    restarts: Restarts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(restarts.session_manager())
    layers = [{"kind": "conv", "filters": 2}]
    client.open(config={"problem": "images", "layers": layers, "batch_size": 500})
    session_id = await client.welcome()
    client.say(wire.Step(unit="epoch", count=1))
    await client.frame(min_epoch=1)
    with monkeypatch.context() as patch:
        patch.setattr(images, "_file", lambda: None)
        session_manager = restarts.session_manager()
        with pytest.raises(SessionUnavailable):
            await run_in_session(session_manager, session_id, epoch)
        assert "pip install 'tinkernet[digits]'" in caplog.text
        assert session_manager.exists(session_id)
        other = Client(session_manager)
        other.open(config=SMALL)
        assert await other.welcome() != session_id
    assert await run_in_session(session_manager, session_id, epoch) == 1
