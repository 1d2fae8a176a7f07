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


class Host:
    """A host whose sessions have their turn at once, unless they are slow."""

    def __init__(self, *identities: str) -> None:
        self.sessions = {identity: Session(TrainingConfig()) for identity in identities}
        self.slow: dict[str, Callable[[], None]] = {}
        self.peeks: list[str] = []
        self.kept: dict[str, Session] = {}
        self.recalls: list[str] = []

    def inspect(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        self.peeks.append(identity)
        if identity not in self.sessions:
            return None
        return self._answer(identity, work)

    def inspect_stored(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        self.recalls.append(identity)
        return self._answer(identity, work) if identity in self.kept else None

    def _answer(self, identity: str, work: Callable[[Session], T]) -> Future[T]:
        sessions = {**self.sessions, **self.kept}
        future: Future[T] = Future()

        def answer() -> None:
            future.set_result(work(sessions[identity]))

        if identity in self.slow:
            self.slow[identity] = answer
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


async def test_each_seat_is_seen() -> None:
    session_manager, watcher = Host("s1", "s2"), Watcher()
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2", "cy": "stored"})
    poller.join(watcher)
    await watcher.round()
    assert poller.snapshots.keys() == {"ada", "bo"}
    assert poller.resolution == 40
    poller.leave(watcher)


async def test_who_has_left_memory_is_seen_as_they_left_it_once() -> None:
    session_manager, watcher = Host("s1"), Watcher()
    session_manager.kept["s2"] = Session(TrainingConfig())
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2", "cy": "gone"})
    poller.join(watcher)
    await watcher.round()
    await watcher.round()
    assert poller.snapshots.keys() == {"ada", "bo"}
    assert sorted(session_manager.recalls) == ["gone", "s2"]
    watcher.resolution = 20
    while poller.snapshots["bo"].picture.resolution != 20:
        await watcher.round()
    poller.leave(watcher)


async def test_however_many_look_on_each_session_is_looked_at_once_a_round() -> None:
    session_manager, watchers = Host("s1"), [Watcher(), Watcher(20), Watcher()]
    poller = WallPoller(session_manager, lambda: {"ada": "s1"})
    for watcher in watchers:
        poller.join(watcher)
    await watchers[2].round()
    assert session_manager.peeks == ["s1"]
    assert poller.snapshots["ada"].picture.resolution == 40
    for watcher in watchers:
        poller.leave(watcher)


async def test_nobody_is_looked_at_when_nobody_looks_on() -> None:
    session_manager, watcher = Host("s1"), Watcher()
    poller = WallPoller(session_manager, lambda: {"ada": "s1"})
    poller.join(watcher)
    await watcher.round()
    poller.leave(watcher)
    count = len(session_manager.peeks)
    await asyncio.sleep(0)
    assert len(session_manager.peeks) == count
    assert poller.snapshots.keys() == {"ada"}, "the next screen has it at once"


async def test_who_rests_is_looked_at_less_often() -> None:
    session_manager, watcher = Host("s1", "s2"), Watcher()
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2"})
    poller.join(watcher)
    for _ in range(7):
        session_manager.sessions["s1"].train(1, lambda: False)
        await watcher.round()
    poller.leave(watcher)
    assert session_manager.peeks.count("s1") == 7
    assert session_manager.peeks.count("s2") <= 4
    assert poller.snapshots["ada"].epoch == 7


async def test_a_slow_session_holds_nobody_up_and_is_asked_once() -> None:
    session_manager, watcher = Host("s1", "s2"), Watcher()
    session_manager.slow["s2"] = lambda: None
    poller = WallPoller(session_manager, lambda: {"ada": "s1", "bo": "s2"})
    poller.join(watcher)
    await watcher.round()
    await watcher.round()
    assert session_manager.peeks.count("s2") == 1
    assert poller.snapshots.keys() == {"ada"}
    session_manager.slow["s2"]()
    await watcher.round()
    assert poller.snapshots.keys() == {"ada", "bo"}
    poller.leave(watcher)


async def test_who_left_or_has_another_training_is_forgotten() -> None:
    session_manager, watcher = Host("s1", "s2", "s3"), Watcher()
    seats = {"ada": "s1", "bo": "s2"}
    poller = WallPoller(session_manager, lambda: seats)
    poller.join(watcher)
    await watcher.round()
    first = poller.snapshots["ada"]
    seats = {"ada": "s3"}
    await watcher.round()
    assert poller.snapshots.keys() == {"ada"}
    assert poller.snapshots["ada"] is not first
    poller.leave(watcher)


async def test_a_round_that_fails_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    failing, watcher = True, Watcher()

    def seats() -> dict[str, str]:
        if failing:
            raise RuntimeError
        return {"ada": "s1"}

    poller = WallPoller(Host("s1"), seats)
    poller.join(watcher)
    await watcher.round()
    assert "a round of the wall's poller failed" in caplog.text
    failing = False
    await watcher.round()
    assert poller.snapshots.keys() == {"ada"}
    poller.leave(watcher)
