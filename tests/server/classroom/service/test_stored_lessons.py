"""Lessons of rooms are found in the database by a process that has no rooms."""

from pathlib import Path

import pytest

from server.classroom.service.stored_lessons import CHECK_INTERVAL, StoredLessons
from server.storage.database import Database, in_folder
from tests.server.classroom.api.test_room_lessons import MINE
from tests.server.classroom.lesson import Lesson
from tests.server.clock import Clock

pytestmark = pytest.mark.anyio


async def test_an_uploaded_lesson_is_found_and_followed_as_it_changes(school: Lesson) -> None:
    teacher, other, clock = await school.teacher(), await school.teacher(), Clock()
    lessons = StoredLessons(Database(school.app.state.services.database_url), clock=clock)
    name = (await teacher.call("PUT", "/lessons/mine", json={"texts": {"en": MINE}}))["lesson"]["name"]
    second = (await other.call("PUT", "/lessons/mine", json={"texts": {"en": MINE}}))["lesson"]["name"]
    assert name != second
    found = lessons.find(name)
    assert found is not None
    assert (found.name, lessons.find(second) is not None) == (name, True)
    assert lessons.find("mine") is None
    assert lessons.find("other-" + name.rpartition("-")[2]) is None
    await teacher.call("DELETE", expect=204)
    clock.now += CHECK_INTERVAL
    assert lessons.find(name) is None
    assert lessons.find(second) is not None


async def test_without_a_database_there_is_none(school: Lesson, tmp_path: Path) -> None:
    teacher = await school.teacher()
    name = (await teacher.call("PUT", "/lessons/mine", json={"texts": {"en": MINE}}))["lesson"]["name"]
    assert StoredLessons(Database(in_folder(tmp_path / "missing"))).find(name) is None
