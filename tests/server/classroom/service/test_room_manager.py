"""Rooms outlive the server, even one that is killed, and end when their time has come."""

import asyncio
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.classroom.service.room_store import RoomStore
from server.errors import wire_errors
from server.errors.wire_errors import MessageError
from server.storage import lifetimes
from server.storage.database import StorageError
from server.storage.health import StorageHealth
from tests.server.classroom.lesson import Learner, Lesson, Teacher, lesson
from tests.server.live import TIMEOUT, eventually
from tests.support.process import ServerProcess

pytestmark = pytest.mark.anyio

TASK: dict[str, Any] = {
    "title": "Part the clouds",
    "config": {"dataset": "gaussian", "hidden_layers": [2]},
    "locks": ["dataset"],
    "goal": {"test_loss_at_most": 0.4, "fresh": {"runs": 3, "solved": 1, "epochs": 20}},
    "order": "fewest_epochs",
}


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(environment={"TINKERNET_DATA_DIR": str(tmp_path / "data")})
    yield server
    server.stop(signal.SIGKILL)
    server.data.cleanup()


def browser(process: ServerProcess) -> httpx.AsyncClient:
    # No connection outlives a request: the server will.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=f"{process.url}api/", trust_env=False, timeout=TIMEOUT, limits=limits)


def kept(state: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a room's state that a restart must not change."""
    return {name: value for name, value in state.items() if name not in {"seats", "ranking"}} | {
        "seats": [
            {
                name: each[name]
                for name in ("seat", "nickname", "waiting", "help", "asked", "joined", "session", "paused")
            }
            for each in state["seats"]
        ]
    }


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_a_lesson_goes_on_after_a_restart_of_the_server(
    process: ServerProcess, end: signal.Signals
) -> None:
    process.start()
    async with browser(process) as one, browser(process) as two, browser(process) as three:
        teacher = Teacher(one, (await one.post("rooms", json={"name": "7b"})).json())
        ada, bob = Learner(two), Learner(three)
        await ada.join(teacher.code, "Ada")
        await teacher.call("PUT", "/task", json=TASK)
        session = (await ada.state())["session"]
        await two.post(f"sessions/{session}/train", json={"epochs": 20, "wait": 30})
        await ada.hand_in()
        await teacher.call("PATCH", json={"locks": ["noise", "dataset"], "reason": "So.", "anonymous": True})
        await ada.say(help=True)
        await bob.join(teacher.code, "Bob")
        await teacher.call("POST", "/hint", json={"text": "Look"})
        await teacher.call("POST", "/do", json={"action": "pause"})
        before, handed = await teacher.state(), (await ada.state())["hand_in"]
        process.stop(end)
        process.start()
        assert kept(await teacher.state()) == kept(before)
        for learner in (ada, bob):
            state = await learner.state()
            assert state["hint"]["text"] == "Look"
            assert state["room"]["paused"]
            answer = await learner.client.patch(
                f"sessions/{state['session']}", json={"config": {"noise": 30}}
            )
            assert answer.json()["code"] == "locked", answer.text
            assert (await learner.client.post(f"sessions/{state['session']}/play")).json()["code"] == "paused"
        state = await ada.until(lambda state: state["hand_in"]["fresh"] is not None)
        assert state["hand_in"]["epoch"] == handed["epoch"] == 20
        await teacher.call("POST", "/do", json={"action": "resume"})
        async with browser(process) as four:
            await Learner(four).join(teacher.code, "Eve")
        answer = await one.post("seats", json={"code": teacher.code, "nickname": "ada"})
        assert answer.status_code == 409


@pytest.mark.medium
async def test_a_room_is_removed_when_its_time_is_over(
    tmp_path: Path, assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifetimes, "FIRST_REMOVAL", 0.0)
    async with lesson(tmp_path, assets) as school:
        teacher, other, learner = await school.teacher(), await school.teacher(), school.learner()
        session = (await learner.join(teacher.code, "Ada"))["session"]
        await learner.hand_in()
        copy = (await teacher.seat("Ada"))["hand_in"]["url"].rsplit("=", 1)[1]
        school.room_manager.rooms[teacher.room["id"]].ends = school.room_manager.clock() - 1
        await school.room_manager.run_maintenance()
        await teacher.call("GET", expect=404)
        assert (await learner.client.get("seat")).status_code == 401
        for each in (session, copy):
            assert (await learner.client.get(f"sessions/{each}")).status_code == 404
        answer = await learner.client.post("seats", json={"code": teacher.code, "nickname": "Ada"})
        assert answer.json()["code"] == "no_such_room"
        await other.call("GET")
    async with lesson(tmp_path, assets) as school:
        assert list(school.room_manager.rooms) == [other.room["id"]]


@pytest.mark.medium
async def test_a_room_that_expired_while_the_server_was_down_is_removed_after_the_start(
    tmp_path: Path, assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher, learner = await school.teacher(), school.learner()
        session = (await learner.join(teacher.code, "Ada"))["session"]
        room = school.room_manager.rooms[teacher.room["id"]]
        room.ends = 1.0
        await school.room_manager.save_and_notify(room)
    async with lesson(tmp_path, assets) as school:
        assert list(school.room_manager.rooms) == [teacher.room["id"]], "perhaps the clock is wrong"
        monkeypatch.setattr(lifetimes, "FIRST_REMOVAL", 0.0)
        await school.room_manager.run_maintenance()
        assert school.room_manager.rooms == {}
        assert not school.session_manager.exists(session)


async def test_a_lost_session_is_replaced_by_a_new_one(school: Lesson) -> None:
    teacher, learner = await school.teacher(config={"dataset": "xor"}), school.learner()
    session = (await learner.join(teacher.code, "Ada"))["session"]
    await teacher.call("PATCH", json={"locks": ["dataset"]})
    school.session_manager.delete(session)
    await learner.hand_in()
    again = (await learner.state())["session"]
    assert again != session
    state = (await learner.client.get(f"sessions/{again}")).json()
    assert state["config"]["dataset"] == "xor"
    answer = await learner.client.patch(f"sessions/{again}", json={"config": {"dataset": "circle"}})
    assert answer.status_code == 409


@pytest.mark.medium
async def test_an_ended_room_is_gone_after_a_restart(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher, learner = await school.teacher(), school.learner()
        await learner.join(teacher.code, "Ada")
        await learner.hand_in()
        await teacher.call("DELETE", expect=204)
        assert len(school.session_manager) == 0
    async with lesson(tmp_path, assets) as school:
        assert school.room_manager.rooms == {}


@pytest.mark.medium
async def test_a_lesson_goes_on_while_the_database_cannot_be_written(school: Lesson, tmp_path: Path) -> None:
    teacher, learner = await school.teacher(), school.learner()
    holder = sqlite3.connect(tmp_path / "tinkernet.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    state = await asyncio.wait_for(learner.join(teacher.code, "Ada"), TIMEOUT)
    assert (await teacher.state())["seats"][0]["seat"] == state["seat"]
    holder.execute("ROLLBACK")
    holder.close()
    assert await school.room_manager.store.flush(at_once=True)
    with sqlite3.connect(tmp_path / "tinkernet.db") as connection:
        assert connection.execute("SELECT id FROM seats").fetchall() == [(state["seat"],)]
    connection.close()


@pytest.mark.medium
async def test_nobody_waits_for_a_database_that_fails(
    school: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = await school.teacher()
    tried, go_on = threading.Event(), threading.Event()
    attempts: list[None] = []

    def hang(*_: object) -> None:
        attempts.append(None)
        tried.set()
        go_on.wait(TIMEOUT)
        raise StorageError("locked", "database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(RoomStore, "_write", hang)
        patch.setattr(StorageHealth, "next_pause", lambda _: 1e9)
        learners = [school.learner() for _ in range(6)]
        joins = [asyncio.create_task(learner.join(teacher.code, None)) for learner in learners]
        members = school.room_manager.rooms[teacher.room["id"]].members
        await eventually(lambda: tried.is_set() and len(members) == 6)
        go_on.set()
        states = await asyncio.gather(*joins, school.learner().join(teacher.code, None))
        assert len(attempts) == 1, "all wait for one attempt, and nobody for the next"
        assert len({state["nickname"] for state in states}) == 7
    assert await school.room_manager.store.flush(at_once=True)


async def test_a_learner_whose_session_cannot_begin_leaves_no_seat_behind(
    school: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = await school.teacher()

    async def fail(*_: object) -> None:
        raise MessageError(wire_errors.too_many_connections())

    with monkeypatch.context() as patch:
        patch.setattr(school.room_manager.sessions, "run", fail)
        answer = await school.learner().client.post("seats", json={"code": teacher.code, "nickname": "Ada"})
        assert answer.status_code == 503
    assert (await teacher.state())["seats"] == []
    assert len(school.session_manager) == 0
    await school.learner().join(teacher.code, "Ada")


@pytest.mark.medium
async def test_an_empty_room_is_ended_when_there_are_too_many(tmp_path: Path, assets: Path) -> None:
    async with lesson(tmp_path, assets, max_rooms=3) as school:
        watched, used, empty = [await school.teacher() for _ in range(3)]
        await school.learner().join(used.code, "Ada")
        with school.room_manager.notifications.subscribe(watched.room["id"]):
            await school.teacher()
            await empty.call("GET", expect=404)
            await used.state()
            await watched.state()
