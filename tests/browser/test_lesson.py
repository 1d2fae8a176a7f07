"""A whole lesson in Chromium: a teacher's page and three learners' pages, in both languages."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, wait_for_frame, wait_for_seat

pytestmark = pytest.mark.slow

WORDS = Path(__file__).parent.parent.parent / "static" / "i18n"


class Language(NamedTuple):
    code: str
    room: str
    learners: tuple[str, str, str]
    hint: str


LANGUAGES = [
    Language("en", "Class 9b", ("Ada", "Ben", "<i>Cleo</i>"), "What does one more line do?"),
    Language("zh-CN", "九年级二班", ("小明", "小红", "<i>小刚</i>"), "再画一条线会怎样？"),
]


class Desk:
    """The teacher's page; its buttons are found by their translated labels."""

    def __init__(self, page: Page, words: dict[str, str]) -> None:
        self.page = page
        self.words = words

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    @property
    def tiles(self) -> Locator:
        return self.page.locator(".tile")

    def press(self, key: str) -> None:
        self.page.locator(".toolbar").get_by_role("button", name=self.words[key], exact=True).click()

    def answer(self, key: str) -> None:
        self.dialog.get_by_role("button", name=self.words[key], exact=True).click()


def joined(page: Page, nickname: str) -> Page:
    page.fill("#nickname", nickname)
    page.click("#join-form button")
    wait_for_seat(page)
    return page


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_whole_lesson(open_page: OpenPage, language: Language) -> None:
    words: dict[str, str] = json.loads((WORDS / f"{language.code}.json").read_text("utf-8"))

    def opened(place: str) -> Page:
        return open_page(place, ready=False, locale=language.code)

    # Open a room; three learners join, one by the code and two by the link.
    page = opened("classroom")
    desk = Desk(page, words)
    page.fill("#new-room", language.room)
    page.get_by_role("button", name=words["teach.create.action"], exact=True).click()
    expect(page.locator(".toolbar .room-name")).to_have_text(language.room)
    code = page.inner_text(".toolbar .room-code")
    by_code = opened("join")
    by_code.fill("#code", code.lower())
    link = f"join/{code.replace(' ', '')}"
    one, two, three = (
        joined(each, nickname)
        for each, nickname in zip((by_code, opened(link), opened(link)), language.learners, strict=True)
    )
    expect(desk.tiles).to_have_count(3)
    assert page.locator(".tile-name").all_inner_texts() == list(language.learners)

    # Set a task with locked controls.
    desk.press("teach.task")
    title = desk.dialog.locator(".task-shown h3").inner_text()
    desk.answer("task.give")
    desk.page.locator("dialog.confirm[open]").get_by_role("button", name=words["task.give"]).click()
    for learner in (one, two, three):
        expect(learner.locator("#room-panel")).to_contain_text(title)
        expect(learner.locator("#noise")).to_be_disabled()
        learner.keyboard.press("Escape")

    # All trainings start at once and are paused.
    desk.press("teach.startAll")
    for learner in (one, two, three):
        expect(learner.locator("#epoch")).not_to_have_text("0")
    desk.press("teach.pauseAll")
    for learner in (one, two, three):
        expect(learner.locator(".room-paused")).to_be_visible()
    desk.press("teach.resumeAll")
    expect(three.locator(".room-paused")).to_be_hidden()

    # A learner asks for help and gets a hint.
    two.click(".room-button.help")
    expect(desk.tiles.nth(1)).to_have_class(re.compile("is-help"))
    desk.press("teach.hint")
    desk.dialog.locator("textarea").fill(language.hint)
    desk.answer("teach.hint.send")
    expect(two.locator(".room-card.hint")).to_contain_text(language.hint)
    two.click(".room-card.hint button")

    # One learner solves the task; the server verifies it with new seeds.
    for _ in range(4):
        one.click('[data-help="control.addNeuron.help"]')
    expect(one.locator(".task-count")).to_have_text(words["room.ready"])
    one.click(".room-button.hand-in")
    expect(one.locator(".room-result")).to_contain_text(words["room.result.reached"])
    expect(desk.tiles.first).to_have_class(re.compile("is-goal"))
    one.keyboard.press("Escape")
    one.click(".room-button.done")

    # A learner loses the connection and returns to the same seat.
    two.context.set_offline(True)
    two.context.set_offline(False)
    two.reload()
    wait_for_seat(two)
    expect(two.locator(".room-button.help")).to_have_attribute("aria-pressed", "true")
    expect(desk.tiles).to_have_count(3)

    # The leaderboard with and without nicknames.
    with page.context.expect_page() as projector:
        page.keyboard.press("p")
    projector.value.get_by_role("button", name=words["teach.project.ranking"]).click()
    expect(projector.value.locator(".ranking .rank-name").first).to_have_text(language.learners[0])
    projector.value.close()
    desk.press("teach.room")
    anonymous = desk.dialog.get_by_label(words["teach.room.anonymous"])
    anonymous.click()
    expect(anonymous).to_be_checked()
    page.keyboard.press("Escape")
    desk.press("teach.results")
    expect(desk.dialog.locator(".rank-name").first).to_have_text(
        words["wall.numbered"].replace("{number}", "1")
    )
    expect(desk.dialog.locator("canvas.summary")).to_be_visible()  # it moves the buttons when it comes

    # Save the results and end the room.
    with page.expect_download() as saved:
        desk.answer("teach.results.json")
    kept = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert [each["reached"] for each in kept] == [True, None, None]
    assert kept[0]["fresh_solved"] >= 8
    wait_for_frame(opened(kept[0]["link"].split("/", 3)[3]))
    page.keyboard.press("Escape")
    desk.press("teach.room")
    desk.answer("teach.room.end")
    desk.answer("teach.end.action")
    for learner in (one, two, three):
        expect(learner.locator(".room-gone h2")).to_have_text(words["room.gone.ended.title"])
    expect(page.locator("#entrance")).to_be_visible()
