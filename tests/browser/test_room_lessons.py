"""A lesson for a class: from the teacher's file to the learners' pages, each in its own language."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.classroom_page import Room
from tests.browser.conftest import Join, OpenPage, wait_for_hash, wait_for_seat
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


FREE = """+++
title = "Free"
summary = "Train."
+++

## Begin

Train.

```step
setup = { dataset = "xor", hidden_layers = [2] }
lock = ["dataset"]
```

```check
text = "Train for two epochs."
epochs_at_least = 2
```
"""
"""A lesson that locks no weights."""


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

    expect(details(room, "Mei")).to_contain_text("Step 1/2 · ✓\u20090/1")
    expect(details(room, "Ben")).to_contain_text("Step 1/2")
    learns(mei, text="按播放。", go_on="下一步")
    expect(mei.locator(".lesson-text")).to_have_text("看一看。")
    expect(mei.locator(".task-title")).to_have_text("我的课")
    expect(details(room, "Mei")).to_contain_text("Step 2/2 · ✓\u20091/1")
    expect(details(room, "Ben")).to_contain_text("Step 1/2 · ✓\u20090/1")
    learns(ben, text="Press play.", go_on="Next")
    expect(ben.locator(".lesson-text")).to_have_text("Look.")
    expect(details(room, "Ben")).to_contain_text("Step 2/2")
    wait_for_hash(ben, "step=2")
    ben.reload()
    expect(ben.locator(".lesson-text")).to_have_text("Look.")
    expect(ben.locator("#epoch")).to_have_text("2")


def give(room: Room, **files: str) -> None:
    """Upload a lesson, and make it the task of the class."""
    texts = {language.replace("_", "-"): text for language, text in files.items()}
    name = ask(room, "PUT", "/lessons/mine", {"texts": texts})["lesson"]["name"]
    ask(room, "PUT", "/task", {"title": "Mine", "text": "Two steps.", "lesson": name})


def ask(room: Room, method: str, path: str, body: object) -> Any:
    """Send a request of the teacher's."""
    room_id, key = room.secret.split(".")
    url = f"api/rooms/{room_id}{path}"
    answer = room.page.request.fetch(
        str(room.page.evaluate("url => new URL(url, document.baseURI).href", url)),
        method=method,
        data=body,
        headers={"X-Room-Key": key},
    )
    assert answer.ok, answer.text()
    return answer.json()


def test_a_closed_lesson_keeps_its_locks_and_has_a_way_back_and_the_teacher_sees_what_was_reached(
    room: Room, join: Join
) -> None:
    mei, ben = join(room.code, "Mei", locale="zh-CN"), join(room.code, "Ben")
    give(room, en=MINE, zh_CN=TRANSLATED)
    expect(mei.locator(".lesson-panel")).to_be_visible()
    expect(mei.locator(".task-title")).to_have_text("我的课")
    back = mei.get_by_role("button", name="回到课程", exact=True)
    expect(back).to_be_hidden()
    mei.get_by_role("button", name="离开课程").click()
    expect(mei.locator(".lesson-panel")).to_be_hidden()
    expect(mei.locator('[data-dataset="circle"]')).to_be_disabled()
    for done in ("1", "2"):  # what is trained while it is closed counts as well
        mei.click('[data-action="stepEpoch"]')
        expect(mei.locator("#epoch")).to_have_text(done)
    expect(details(room, "Mei")).to_contain_text("✓\u20091/1")
    back.click()
    expect(mei.locator(".lesson-check.reached")).to_have_count(1)
    expect(back).to_be_hidden()
    expect(mei.locator("#epoch")).to_have_text("2")

    # The same seat in another tab goes on where the training is, and does not begin again.
    tab = mei.context.new_page()
    tab.goto(mei.url.partition("#")[0])
    expect(tab.locator(".lesson-check.reached")).to_have_count(1)
    expect(tab.locator("#epoch")).to_have_text("2")
    tab.close()

    # Ben clicks through: finished, and nothing reached.
    for _ in range(2):
        expect(ben.locator(".lesson-panel")).to_be_visible()
        ben.locator(".lesson-foot .text-button").last.click()
    expect(ben.locator(".lesson-panel")).to_be_hidden()
    expect(ben.get_by_role("button", name="Back to the lesson", exact=True)).to_be_visible()
    tile = room.tiles.filter(has_text="Ben")
    expect(tile.locator(".badge")).to_have_text("Finished")
    ben.get_by_role("button", name="Hand in", exact=True).click()
    expect(ben.locator(".room-result")).to_contain_text("With 0 of 1 checks")
    expect(room.tiles.filter(has_text="Mei").locator(".badge")).to_have_text("All checks")
    expect(tile.locator(".badge")).to_have_text("Finished")
    tile.click()
    steps = room.page.locator(".learner-lesson")
    expect(steps.locator(".lesson-summary")).to_have_text("Step 2 of 2 · 0 of 1 checks · Finished")
    expect(steps.locator("ol > li").first).to_contain_text("Train.")
    expect(steps.locator(".met")).to_have_count(0)
    room.tiles.filter(has_text="Mei").click()
    expect(steps.locator(".met")).to_have_count(1)

    # The teacher begins again: so does the lesson, with nothing reached.
    room.press("Restart all")
    room.go_ahead("Restart all")
    expect(details(room, "Mei")).to_contain_text("Step 1/2 · ✓\u20090/1")
    expect(mei.locator("#epoch")).to_have_text("0")
    expect(mei.locator(".lesson-check.reached")).to_have_count(0)
    expect(ben.locator(".lesson-panel")).to_be_visible()


def test_a_file_that_a_learner_opens_reaches_nothing_and_the_teacher_sees_it(room: Room, join: Join) -> None:
    mei, config = join(room.code, "Mei"), {"dataset": "xor", "hidden_layers": [2]}
    give(room, en=FREE)
    expect(mei.locator(".lesson-panel")).to_be_visible()
    made = mei.request.post(api(mei, "sessions"), data={"config": config}).json()["id"]
    mei.request.post(api(mei, f"sessions/{made}/train"), data={"epochs": 9, "wait": 20})
    file = mei.request.get(api(mei, f"sessions/{made}/export?format=json")).body()
    mei.click('[data-action="share"]')
    mei.get_by_role("button", name="Save, open and export").click()
    with mei.expect_file_chooser() as asked:
        mei.get_by_role("button", name="Choose a file…").click()
    asked.value.set_files({"name": "x.json", "mimeType": "application/json", "buffer": file})
    expect(mei.locator("#epoch")).to_have_text("9")
    mei.keyboard.press("Escape")
    mei.keyboard.press("Escape")
    expect(mei.locator(".lesson-check")).to_contain_text("not opened")
    expect(mei.locator(".lesson-check.reached")).to_have_count(0)
    room.tiles.first.click()
    summary = room.page.locator(".lesson-summary")
    expect(summary).to_have_text("Step 1 of 1 · 0 of 1 checks · opened a network in step 1")
    mei.get_by_role("button", name="Set up this step again").click()
    expect(mei.locator("#epoch")).to_have_text("0")
    for done in ("1", "2"):
        mei.click('[data-action="stepEpoch"]')
        expect(mei.locator("#epoch")).to_have_text(done)
    expect(mei.locator(".lesson-check.reached")).to_have_count(1)
    expect(summary).to_have_text("Step 1 of 1 · 1 of 1 checks · opened a network in step 1")


def api(page: Page, path: str) -> str:
    """Return the address of a call to the page's server."""
    address = urlsplit(page.url)
    return f"{address.scheme}://{address.netloc}/api/{path}"


def test_a_new_learner_is_asked_for_no_seat_that_the_browser_does_not_have(
    room: Room, open_page: OpenPage
) -> None:
    page = open_page("join", ready=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.reload()
    page.fill("#code", room.code)
    page.fill("#nickname", "Ada")
    assert "/api/seat" not in asked
    page.click("#join-form button")
    wait_for_seat(page)
    page.goto(page.url.split("/seat")[0] + "/join")
    expect(page.locator("#join-back")).to_be_visible()
    assert "/api/seat" in asked
