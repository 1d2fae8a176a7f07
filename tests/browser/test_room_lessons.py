"""A lesson for a class: from the teacher's file to the learners' pages."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.classroom_page import Room
from tests.browser.conftest import Join
from tests.server.classroom.api.test_room_lessons import MINE

pytestmark = pytest.mark.slow


def test_a_teachers_own_file_becomes_a_lesson_that_the_class_follows(
    room: Room, join: Join, tmp_path: Path
) -> None:
    learner = join(room.code, "Mei")
    path = tmp_path / "xor.en.md"
    teacher = room.page
    room.press("Task")
    upload = teacher.locator('dialog[open] input[type="file"]')
    path.write_text(MINE.replace('"xor"', '"xyzzy"'), "utf-8")
    upload.set_input_files(path)
    expect(teacher.locator(".task-faults")).to_contain_text("en.md, line ")
    path.write_text(MINE, "utf-8")
    upload.set_input_files(path)
    expect(teacher.locator(".task-faults")).to_be_empty()
    expect(teacher.get_by_role("button", name="Mine", exact=True)).to_have_attribute("aria-pressed", "true")
    room.dialog().get_by_role("button", name="Assign to all").click()
    room.go_ahead("Assign to all")

    lesson = learner.locator(".lesson-panel")
    expect(lesson).to_contain_text("Begin")
    expect(lesson).to_contain_text("Press play.")
    learner.click('[data-action="stepEpoch"]')
    learner.click('[data-action="stepEpoch"]')
    expect(teacher.locator(".tile-details")).to_contain_text("Step 1")
    learner.reload()
    expect(lesson).to_contain_text("Press play.")
    expect(learner.locator(".counter")).to_have_text("2")
