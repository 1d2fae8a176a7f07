"""A lesson for a class: from the teacher's file to the learners' pages, each in its own language."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.classroom_page import Room
from tests.browser.conftest import Join, wait_for_hash
from tests.server.classroom.api.test_room_lessons import MINE

pytestmark = pytest.mark.slow

TRANSLATED = """+++
title = "我的课"
summary = "两步。"
+++

## 开始

按播放。

```step
reason = "就用 XOR。"
```

```check
text = "训练。"
```

## 继续

看一看。
"""
"""The same lesson in Simplified Chinese: nothing but its texts."""


def learns(page: Page, *, text: str, go_on: str) -> None:
    """Do the first step as its text says, and go to the second."""
    lesson = page.locator(".lesson-panel")
    expect(lesson.locator(".lesson-text")).to_have_text(text)
    expect(page.locator('[data-dataset="circle"]')).to_be_disabled()
    page.click('[data-action="stepEpoch"]')
    expect(page.locator("#epoch")).to_have_text("1")
    expect(lesson.locator(".lesson-check.reached")).to_have_count(0)
    page.click('[data-action="stepEpoch"]')
    expect(lesson.locator(".lesson-check.reached")).to_have_count(1)
    page.get_by_role("button", name=go_on, exact=True).click()


def details(room: Room, nickname: str) -> Locator:
    """What the wall tells of a learner below the picture."""
    return room.tiles.filter(has_text=nickname).locator(".tile-details")


def test_a_teachers_own_file_becomes_a_lesson_that_the_class_follows(
    room: Room, join: Join, tmp_path: Path
) -> None:
    mei, ben = join(room.code, "Mei", locale="zh-CN"), join(room.code, "Ben")
    english, chinese = tmp_path / "xor.en.md", tmp_path / "xor.zh-CN.md"
    english.write_text(MINE.replace('"xor"', '"xyzzy"'), "utf-8")
    chinese.write_text(TRANSLATED, "utf-8")
    teacher = room.page
    room.press("Task")
    expect(teacher.get_by_role("button", name="What a neuron does", exact=True)).to_be_visible()
    upload = teacher.locator('dialog[open] input[type="file"]')
    upload.set_input_files([english, chinese])
    line = 1 + next(at for at, text in enumerate(MINE.splitlines()) if "xor" in text)
    faults = teacher.locator(".upload-result")
    expect(faults).to_contain_text(f"xor.en.md, line {line}")
    expect(faults).to_contain_text("xyzzy")
    english.write_text(MINE, "utf-8")
    upload.set_input_files([english, chinese])
    expect(faults).to_contain_text("Uploaded and chosen: “Mine”")
    mine = teacher.get_by_role("button", name="Mine uploaded", exact=True)
    expect(mine).to_have_attribute("aria-pressed", "true")
    room.dialog().get_by_role("button", name="Assign to all").click()
    room.go_ahead("Assign to all")

    expect(details(room, "Mei")).to_contain_text("Step 1")
    expect(details(room, "Ben")).to_contain_text("Step 1")
    learns(mei, text="按播放。", go_on="下一步")
    expect(mei.locator(".lesson-text")).to_have_text("看一看。")
    expect(details(room, "Mei")).to_contain_text("Step 2")
    expect(details(room, "Ben")).to_contain_text("Step 1")
    learns(ben, text="Press play.", go_on="Next")
    expect(ben.locator(".lesson-text")).to_have_text("Look.")
    expect(details(room, "Ben")).to_contain_text("Step 2")
    wait_for_hash(ben, "step=2")
    ben.reload()
    expect(ben.locator(".lesson-text")).to_have_text("Look.")
    expect(ben.locator("#epoch")).to_have_text("2")
