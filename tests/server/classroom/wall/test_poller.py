import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import pytest

from engine.config import TrainingConfig
from server.classroom.wall.poller import Gallery
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

    def peek(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        self.peeks.append(identity)
        if identity not in self.sessions:
            return None
        return self._answer(identity, work)

    def recall(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
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

    def seen(self) -> None:
        self.rounds += 1
        self._came.set()

    async def round(self) -> None:
        self._came.clear()
        await self._came.wait()


async def test_each_seat_is_seen() -> None:
    host, watcher = Host("s1", "s2"), Watcher()
    gallery = Gallery(host, lambda: {"ada": "s1", "bo": "s2", "cy": "stored"})
    gallery.join(watcher)
    await watcher.round()
    assert gallery.glimpses.keys() == {"ada", "bo"}
    assert gallery.resolution == 40
    gallery.leave(watcher)


async def test_who_has_left_memory_is_seen_as_they_left_it_once() -> None:
    host, watcher = Host("s1"), Watcher()
    host.kept["s2"] = Session(TrainingConfig())
    gallery = Gallery(host, lambda: {"ada": "s1", "bo": "s2", "cy": "gone"})
    gallery.join(watcher)
    await watcher.round()
    await watcher.round()
    assert gallery.glimpses.keys() == {"ada", "bo"}
    assert sorted(host.recalls) == ["gone", "s2"]
    watcher.resolution = 20
    while gallery.glimpses["bo"].picture.resolution != 20:
        await watcher.round()
    gallery.leave(watcher)


async def test_however_many_look_on_each_session_is_looked_at_once_a_round() -> None:
    host, watchers = Host("s1"), [Watcher(), Watcher(20), Watcher()]
    gallery = Gallery(host, lambda: {"ada": "s1"})
    for watcher in watchers:
        gallery.join(watcher)
    await watchers[2].round()
    assert host.peeks == ["s1"]
    assert gallery.glimpses["ada"].picture.resolution == 40
    for watcher in watchers:
        gallery.leave(watcher)


async def test_nobody_is_looked_at_when_nobody_looks_on() -> None:
    host, watcher = Host("s1"), Watcher()
    gallery = Gallery(host, lambda: {"ada": "s1"})
    gallery.join(watcher)
    await watcher.round()
    gallery.leave(watcher)
    count = len(host.peeks)
    await asyncio.sleep(0)
    assert len(host.peeks) == count
    assert gallery.glimpses.keys() == {"ada"}, "the next screen has it at once"


async def test_who_rests_is_looked_at_less_often() -> None:
    host, watcher = Host("s1", "s2"), Watcher()
    gallery = Gallery(host, lambda: {"ada": "s1", "bo": "s2"})
    gallery.join(watcher)
    for _ in range(7):
        host.sessions["s1"].train(1, lambda: False)
        await watcher.round()
    gallery.leave(watcher)
    assert host.peeks.count("s1") == 7
    assert host.peeks.count("s2") <= 4
    assert gallery.glimpses["ada"].epoch == 7


async def test_a_slow_session_holds_nobody_up_and_is_asked_once() -> None:
    host, watcher = Host("s1", "s2"), Watcher()
    host.slow["s2"] = lambda: None
    gallery = Gallery(host, lambda: {"ada": "s1", "bo": "s2"})
    gallery.join(watcher)
    await watcher.round()
    await watcher.round()
    assert host.peeks.count("s2") == 1
    assert gallery.glimpses.keys() == {"ada"}
    host.slow["s2"]()
    await watcher.round()
    assert gallery.glimpses.keys() == {"ada", "bo"}
    gallery.leave(watcher)


async def test_who_left_or_has_another_training_is_forgotten() -> None:
    host, watcher = Host("s1", "s2", "s3"), Watcher()
    seats = {"ada": "s1", "bo": "s2"}
    gallery = Gallery(host, lambda: seats)
    gallery.join(watcher)
    await watcher.round()
    first = gallery.glimpses["ada"]
    seats = {"ada": "s3"}
    await watcher.round()
    assert gallery.glimpses.keys() == {"ada"}
    assert gallery.glimpses["ada"] is not first
    gallery.leave(watcher)


async def test_a_round_that_fails_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    failing, watcher = True, Watcher()

    def seats() -> dict[str, str]:
        if failing:
            raise RuntimeError
        return {"ada": "s1"}

    gallery = Gallery(Host("s1"), seats)
    gallery.join(watcher)
    await watcher.round()
    assert "a round of looks failed" in caplog.text
    failing = False
    await watcher.round()
    assert gallery.glimpses.keys() == {"ada"}
    gallery.leave(watcher)
