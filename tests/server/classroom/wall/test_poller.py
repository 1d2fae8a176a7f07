import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import pytest

from engine.config import TrainingConfig
from server.classroom.wall.poller import WallPoller
from server.sessions.session import Session

pytestmark = pytest.mark.anyio

T = TypeVar("T")


class FakeSessions:
    """Sessions of rooms that run each function at once, except on sessions marked as slow."""

    def __init__(self, *session_ids: str) -> None:
        self.sessions = {session_id: Session(TrainingConfig()) for session_id in session_ids}
        self.slow: dict[str, Callable[[], None]] = {}
        self.reads: list[str] = []
        self.stored: dict[str, Session] = {}
        self.stored_reads: list[str] = []

    def read(
        self,
        session_id: str,
        work: Callable[[Session, T | None], T],
        before: T | None,
        *,
        stored: bool = False,
    ) -> Future[T | None] | None:
        self.reads.append(session_id)
        if session_id in self.sessions:
            return self._answer(session_id, lambda session: work(session, before))
        if stored:
            self.stored_reads.append(session_id)
            if session_id in self.stored:
                return self._answer(session_id, lambda session: work(session, before))
        return None

    def _answer(self, session_id: str, work: Callable[[Session], T | None]) -> Future[T | None]:
        sessions = {**self.sessions, **self.stored}
        future: Future[T | None] = Future()

        def answer() -> None:
            future.set_result(work(sessions[session_id]))

        if session_id in self.slow:
            self.slow[session_id] = answer
        else:
            answer()
        return future


class Watcher:
    def __init__(self, resolution: int = 40) -> None:
        self.resolution = resolution
        self.rounds = 0
        self._came = asyncio.Event()

    def on_poll(self) -> None:
        self.rounds += 1
        self._came.set()

    async def round(self) -> None:
        self._came.clear()
        await self._came.wait()


async def test_it_takes_a_snapshot_of_each_seat() -> None:
    session_manager, watcher = FakeSessions("s1", "s2"), Watcher()
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2", "cy": "stored"})
    poller.add_watcher(watcher)
    await watcher.round()
    assert poller.snapshots.keys() == {"ada", "bo"}
    assert poller.resolution == 40
    poller.remove_watcher(watcher)


@pytest.mark.medium
async def test_a_session_not_in_memory_is_read_once_from_storage() -> None:
    session_manager, watcher = FakeSessions("s1"), Watcher()
    session_manager.stored["s2"] = Session(TrainingConfig())
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2", "cy": "gone"})
    poller.add_watcher(watcher)
    await watcher.round()
    await watcher.round()
    assert poller.snapshots.keys() == {"ada", "bo"}
    assert sorted(session_manager.stored_reads) == ["gone", "s2"]
    watcher.resolution = 20
    while poller.snapshots["bo"].heat_map.resolution != 20:
        await watcher.round()
    poller.remove_watcher(watcher)


async def test_each_session_is_read_once_a_round_however_many_watch() -> None:
    session_manager, watchers = FakeSessions("s1"), [Watcher(), Watcher(20), Watcher()]
    poller = WallPoller(session_manager, lambda: {"ada": "s1"})
    for watcher in watchers:
        poller.add_watcher(watcher)
    await watchers[2].round()
    assert session_manager.reads == ["s1"]
    assert poller.snapshots["ada"].heat_map.resolution == 40
    for watcher in watchers:
        poller.remove_watcher(watcher)


async def test_without_watchers_no_session_is_read() -> None:
    session_manager, watcher = FakeSessions("s1"), Watcher()
    poller = WallPoller(session_manager, lambda: {"ada": "s1"})
    poller.add_watcher(watcher)
    await watcher.round()
    poller.remove_watcher(watcher)
    count = len(session_manager.reads)
    await asyncio.sleep(0)
    assert len(session_manager.reads) == count
    assert poller.snapshots.keys() == {"ada"}, "the next page has it at once"


@pytest.mark.medium
async def test_an_idle_session_is_read_less_often() -> None:
    session_manager, watcher = FakeSessions("s1", "s2"), Watcher()
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2"})
    poller.add_watcher(watcher)
    for _ in range(7):
        session_manager.sessions["s1"].train(1, lambda: False)
        await watcher.round()
    poller.remove_watcher(watcher)
    assert session_manager.reads.count("s1") == 7
    assert session_manager.reads.count("s2") <= 4
    assert poller.snapshots["ada"].epoch == 7


@pytest.mark.medium
async def test_a_slow_session_delays_no_other_and_is_read_once() -> None:
    session_manager, watcher = FakeSessions("s1", "s2"), Watcher()
    session_manager.slow["s2"] = lambda: None
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2"})
    poller.add_watcher(watcher)
    await watcher.round()
    await watcher.round()
    assert session_manager.reads.count("s2") == 1
    assert poller.snapshots.keys() == {"ada"}
    session_manager.slow["s2"]()
    await watcher.round()
    assert poller.snapshots.keys() == {"ada", "bo"}
    poller.remove_watcher(watcher)


@pytest.mark.medium
async def test_snapshots_of_removed_seats_and_replaced_sessions_are_dropped() -> None:
    session_manager, watcher = FakeSessions("s1", "s2", "s3"), Watcher()
    seats = {"ada": "s1", "bo": "s2"}
    poller = WallPoller(session_manager, lambda: seats)
    poller.add_watcher(watcher)
    await watcher.round()
    first = poller.snapshots["ada"]
    seats = {"ada": "s3"}
    await watcher.round()
    assert poller.snapshots.keys() == {"ada"}
    assert poller.snapshots["ada"] is not first
    poller.remove_watcher(watcher)


@pytest.mark.medium
async def test_polling_goes_on_after_a_failed_round(caplog: pytest.LogCaptureFixture) -> None:
    failing, watcher = True, Watcher()

    def seats() -> dict[str, str]:
        if failing:
            raise RuntimeError
        return {"ada": "s1"}

    poller = WallPoller(FakeSessions("s1"), seats)
    poller.add_watcher(watcher)
    await watcher.round()
    assert "reading a wall's trainings failed" in caplog.text
    failing = False
    await watcher.round()
    assert poller.snapshots.keys() == {"ada"}
    poller.remove_watcher(watcher)
