"""Verification alone; together with handing in it is tested in `test_submissions`."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.config import TrainingConfig
from server.classroom.model.room import Room
from server.classroom.model.task import Task
from server.classroom.service.notifications import Notifications
from server.classroom.service.room_store import RoomStore
from server.classroom.service.verification import Verifier
from server.jobs.worker_pool import WorkerPool
from server.runtime.scheduler import Scheduler
from server.storage.database import Database
from tests.server.live import TIMEOUT
from tests.server.storage.test_schema import sample_room

pytestmark = pytest.mark.anyio


@pytest.fixture
def worker_pool() -> Iterator[WorkerPool]:
    scheduler = Scheduler(1)
    worker_pool = WorkerPool(scheduler, 1, max_slice=0.004)
    scheduler.start()
    yield worker_pool
    worker_pool.stop()
    scheduler.stop()


def room_with(epochs: int, loss: float = 0.4) -> Room:
    room = sample_room()
    goal = {"test_loss_at_most": loss, "fresh": {"runs": 5, "solved": 4, "epochs": epochs}}
    room.task = Task.model_validate({"title": "x", "goal": goal})
    member = room.members["the-seat"]
    assert member.submission is not None
    config = TrainingConfig.model_validate({"dataset": "gaussian", "hidden_layers": []})
    member.submission.config, member.submission.solved = config.model_dump(mode="json"), None
    member.submission.goal = room.task.goal
    return room


async def test_fresh_runs_are_counted_and_stored(worker_pool: WorkerPool, tmp_path: Path) -> None:
    store, notifications = RoomStore(Database(f"sqlite:///{tmp_path}/rooms.db")), Notifications()
    verifier, room = Verifier(worker_pool, store, notifications, max_epochs=1000), room_with(50)
    member = room.members["the-seat"]
    assert member.submission is not None
    with notifications.subscribe("the-seat") as changed:
        verifier.start(room, member)
        async with asyncio.timeout(TIMEOUT):
            while member.submission.solved is None:
                await changed.wait()
                changed.clear()
    assert (member.submission.solved, member.submission.done) == (5, 5)
    store.put(room, member)
    await store.flush()
    (found,) = await store.load() or []
    kept = found.members["the-seat"].submission
    assert kept is not None
    assert kept.solved == 5
    await store.close()


async def test_a_stopped_verification_has_no_result(worker_pool: WorkerPool, tmp_path: Path) -> None:
    store = RoomStore(Database(f"sqlite:///{tmp_path}/rooms.db"))
    verifier, room = (
        Verifier(worker_pool, store, Notifications(), max_epochs=10**6),
        room_with(10_000, loss=0),
    )
    member = room.members["the-seat"]
    verifier.start(room, member)
    verifier.start(room, member)
    verifier.update_progress(room)
    verifier.stop(member)
    worker_pool.stop()
    await asyncio.sleep(0)
    assert member.submission is not None
    assert member.submission.solved is None
    await store.close()
