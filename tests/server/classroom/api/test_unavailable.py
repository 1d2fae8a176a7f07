"""A classroom whose database cannot be read: nobody loses a seat or a training by it."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from server.storage import load_requests
from server.storage.database import Database, StorageError
from tests.server.classroom.lesson import lesson
from tests.server.live import eventually

pytestmark = pytest.mark.anyio


def fail(*_: object) -> None:
    raise StorageError("unreachable", "the disk is away")


def assert_unavailable(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.medium
@pytest.mark.slow
async def test_a_hand_in_of_a_training_that_cannot_be_read_is_refused_and_replaces_nothing(
    tmp_path: Path, assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher, learner = await school.teacher(), school.learner()
        session = (await learner.join(teacher.code, "Ada"))["session"]
        await learner.client.post(f"sessions/{session}/train", json={"epochs": 50, "wait": 30})
        cookies = learner.client.cookies
    async with lesson(tmp_path, assets) as school:
        learner = school.learner()
        learner.client.cookies = cookies
        with monkeypatch.context() as patch:
            patch.setattr(Database, "load", fail)
            patch.setattr(load_requests, "LOAD_TIMEOUT", 0.2)
            assert_unavailable(await learner.client.post("seat/hand-in"))
            assert_unavailable(await learner.client.get(f"sessions/{session}"))
        state: dict[str, Any] = await learner.hand_in()
        assert (state["session"], state["hand_in"]["epoch"]) == (session, 50)


@pytest.mark.medium
async def test_rooms_that_cannot_be_read_yet_are_unavailable_not_unknown(
    tmp_path: Path, assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lesson(tmp_path, assets) as school:
        teacher, learner = await school.teacher(), school.learner()
        await learner.join(teacher.code, "Ada")
        cookies = learner.client.cookies
    with monkeypatch.context() as patch:
        patch.setattr(Database, "open", fail)
        async with lesson(tmp_path, assets) as school:  # the file is there
            learner = school.learner()
            learner.client.cookies = cookies
            for method, path in (("GET", "seat"), ("POST", "seat/hand-in"), ("DELETE", "seat")):
                assert_unavailable(await learner.client.request(method, path))
            path, key = teacher.path, teacher.headers
            assert_unavailable(await learner.client.get(path, headers=key))
            for _ in range(70):  # no guess is counted
                assert_unavailable(await learner.client.post("seats", json={"code": teacher.code}))
            page = await learner.client.get("http://here/seat")
            assert page.status_code == 503
            assert page.headers["Refresh"] == "5"
            patch.undo()
            await eventually(lambda: school.room_manager.loaded)
            assert (await learner.state())["nickname"] == "Ada"
