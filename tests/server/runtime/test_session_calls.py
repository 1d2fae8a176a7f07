"""Programs call functions with sessions, keep them in use and delete them."""

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from server.rest.jobs import SessionTrainingJob
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun
from server.settings import Settings
from tests.server.live import TIMEOUT, eventually
from tests.server.runtime.manager_client import (
    SMALL,
    Client,
    create_manager,
    epoch,
    run_in_session,
    start_manager,
)

pytestmark = pytest.mark.anyio


async def test_a_session_call_returns_its_result(session_manager: SessionManager) -> None:
    session_id = session_manager.create(TrainingConfig(noise=20), speed=7)
    assert await run_in_session(session_manager, session_id, lambda session: session.config.noise) == 20
    assert await run_in_session(session_manager, session_id, lambda session: session.speed) == 7


async def test_clients_see_what_a_session_call_changed(session_manager: SessionManager) -> None:
    session_id = session_manager.create(TrainingConfig())
    client = Client(session_manager)
    client.open(session=session_id)
    await client.welcome()
    await run_in_session(session_manager, session_id, lambda session: setattr(session, "speed", 3.0))
    while client.messages[-1].get("speed") != 3:
        await client.receive()


async def test_a_failing_session_call_raises_and_the_next_one_runs(session_manager: SessionManager) -> None:
    session_id = session_manager.create(TrainingConfig())
    with pytest.raises(ZeroDivisionError):
        await run_in_session(session_manager, session_id, lambda _: 1 / 0)
    assert await run_in_session(session_manager, session_id, epoch) == 0


async def test_invalid_initial_parameters_fail_the_first_call(
    session_manager: SessionManager,
) -> None:
    session_id = session_manager.create(TrainingConfig(), parameters=np.array([1.0]))
    with pytest.raises(InvalidValue):
        await run_in_session(session_manager, session_id, epoch)
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
        session_id = alone.create(TrainingConfig().changed(SMALL), playing=True, speed=None)
        alone.retain(session_id)
        while await run_in_session(alone, session_id, epoch) < 20:
            pass
        alone.release(session_id)
        before = await run_in_session(alone, session_id, epoch)
        assert await run_in_session(alone, session_id, epoch) == before
    finally:
        alone.stop()


async def test_deleting_a_session_closes_its_pages(session_manager: SessionManager) -> None:
    session_id = session_manager.create(TrainingConfig())
    client = Client(session_manager)
    client.open(session=session_id)
    await client.welcome()
    session_manager.delete(session_id)
    await eventually(lambda: client.outbox.closing)
    assert len(session_manager) == 0
    client.leave()
    with pytest.raises(UnknownSession):
        session_manager.submit(session_id, epoch)


async def test_stopping_refuses_waiting_session_calls() -> None:
    session_manager = create_manager(Settings(threads=1))
    future = session_manager.submit(session_manager.create(TrainingConfig()), epoch)
    session_manager.stop()
    with pytest.raises(UnknownSession):
        future.result(TIMEOUT)


async def test_a_cancelled_session_call_is_not_run() -> None:
    session_manager = create_manager(Settings(threads=1))
    session_id = session_manager.create(TrainingConfig(), speed=1)
    assert session_manager.submit(session_id, lambda session: setattr(session, "speed", 9.0)).cancel()
    session_manager.start()
    try:
        assert await run_in_session(session_manager, session_id, lambda session: session.speed) == 1
    finally:
        session_manager.stop()


async def test_a_run_that_starts_while_its_session_is_deleted_ends(session_manager: SessionManager) -> None:
    session_id = session_manager.create(TrainingConfig())
    training_run = TrainingRun("epoch", 1_000_000)

    def delete_and_start(session: Session) -> None:
        session_manager.delete(session_id)  # as another thread may do in this moment
        session.start_run(training_run)

    await run_in_session(session_manager, session_id, delete_and_start)
    assert training_run.ended.result(TIMEOUT) == "interrupted"


async def test_a_run_that_ended_before_it_started_does_not_start(session_manager: SessionManager) -> None:
    session_id = session_manager.create(TrainingConfig())
    training_run = TrainingRun("epoch", 1_000_000)
    SessionTrainingJob(session_manager, session_id, training_run).cancel()
    assert training_run.ended.result(TIMEOUT) == "interrupted"
    await run_in_session(session_manager, session_id, lambda session: session.start_run(training_run))
    assert not await run_in_session(session_manager, session_id, lambda session: session.busy)
