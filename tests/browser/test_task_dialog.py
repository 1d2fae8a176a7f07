"""The dialog of tasks: what becomes of an upload is in view and said, and nothing else is given."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.classroom_page import Room
from tests.browser.conftest import resize
from tests.server.classroom.api.test_room_lessons import MINE

SIZES = ((1280, 720), (1366, 625), (1024, 768), (640, 360), (390, 844))

IN_VIEW = """element => {
    const { left, top, width } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + 6));
}"""
"""Whether the top of an element is where a person sees it, neither scrolled away nor covered."""


def upload(page: Page, *files: Path) -> None:
    """Upload files as a person does, by the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a lesson").click()
    chooser.value.set_files(files)


def open_tasks(room: Room) -> Locator:
    """Open the dialog, and wait until the lessons are in its list."""
    room.press("Task")
    expect(room.page.get_by_role("button", name="What a neuron does", exact=True)).to_be_attached()
    return room.dialog()


def test_the_answer_to_an_upload_is_in_view_and_decides_what_is_given(room: Room, tmp_path: Path) -> None:
    page = room.page
    good, faulty = tmp_path / "mine.en.md", tmp_path / "mine.zh-CN.md"
    good.write_text(MINE, "utf-8")
    faulty.write_text(MINE.replace('"Two steps."', '"Two "easy" steps."'), "utf-8")
    dialog = open_tasks(room)
    result, chosen = dialog.locator(".upload-result"), dialog.locator(".task-chosen")
    give = dialog.get_by_role("button", name="Assign to all")
    expect(result).to_have_attribute("aria-live", "polite")
    for width, height in SIZES:
        resize(page, width, height)
        dialog.get_by_role("button", name="Two neurons cannot close the circle").click()
        expect(chosen).to_have_text("Chosen: Two neurons cannot close the circle")
        upload(page, faulty)
        expect(result).to_contain_text("mine.zh-CN.md, line 3")
        expect(result).to_contain_text('straight "')
        assert result.evaluate(IN_VIEW), (width, height)
        expect(chosen).to_have_text("Nothing is chosen.")
        expect(give).to_be_disabled()
        upload(page, good)
        expect(result).to_contain_text("Uploaded and chosen: “Mine”")
        entry = dialog.get_by_role("button", name="Mine uploaded", exact=True)
        expect(entry).to_have_attribute("aria-pressed", "true")
        expect(chosen).to_have_text("Chosen (uploaded): Mine")
        steps = dialog.locator(".task-steps li")
        expect(steps).to_have_text(["Begin 1 check", "Go on"])
        for each in (result, entry, give):
            assert each.evaluate(IN_VIEW), (width, height)
        assert violations(page) == {}, (width, height)
        scrolled = dialog.evaluate(
            "each => [each, ...each.querySelectorAll('.dialog-body, .task-columns')].map(e => e.scrollTop)"
        )
        assert set(scrolled) == {0}, "list and preview scroll by themselves"
    upload(page, good, faulty.rename(tmp_path / "other.en.md"))
    expect(result).to_contain_text(
        re.compile(r"(mine|other)\.en\.md and (mine|other)\.en\.md are both for English")
    )
    expect(give).to_be_disabled()


def test_escape_closes_the_dialog_wherever_the_focus_went(room: Room, tmp_path: Path) -> None:
    page = room.page
    good = tmp_path / "mine.en.md"
    good.write_text(MINE, "utf-8")
    dialog = open_tasks(room)
    upload(page, good)
    expect(dialog.locator(".upload-result")).to_contain_text("Mine")
    expect(page.get_by_role("button", name="Upload a lesson")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    open_tasks(room)
    dialog.locator(".task-entry").nth(2).click()
    expect(dialog.locator(".task-entry").nth(2)).to_be_focused()
    page.get_by_role("button", name="New task").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("button", name="Edit")).to_be_focused()
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.locator('.task-entry[aria-pressed="true"]')).to_be_focused()
    page.evaluate("document.activeElement.remove()")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
