"""The task's panel beside a lesson: it covers no text, and goes away when the lesson goes on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Join, resize
from tests.browser.rest_teacher import Teacher
from tests.server.classroom.api.test_room_lessons import MINE

WINDOWS = [(1280, 720), (1366, 625), (1024, 768), (768, 1024), (390, 844), (640, 360)]
COVERED = """() => {
    const [task, lesson] = ["#room-panel", ".lesson-panel"].map(name =>
        document.querySelector(name).getBoundingClientRect());
    const across = Math.min(task.right, lesson.right) - Math.max(task.left, lesson.left);
    const down = Math.min(task.bottom, lesson.bottom) - Math.max(task.top, lesson.top);
    return across > 0 && down > 0 ? [across, down] : null;
}"""


def follows(teacher: Teacher, join: Join) -> Page:
    name = teacher.ask("PUT", "/lessons/mine", {"texts": {"en": MINE}})["lesson"]["name"]
    teacher.ask("PUT", "/task", {"title": "Mine", "text": "Two steps.", "lesson": name})
    page = join(teacher.code)
    expect(page.locator(".lesson-panel")).to_be_visible()
    return page


def test_the_task_covers_nothing_of_the_lesson_and_goes_when_it_goes_on(teacher: Teacher, join: Join) -> None:
    page = follows(teacher, join)
    task = page.locator("#room-panel")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator(".room-result")).to_contain_text("With 0 of 1 checks")
    for width, height in WINDOWS:
        resize(page, width, height)
        expect(task).to_be_in_viewport()
        assert page.evaluate(COVERED) is None, (width, height)
    resize(page, 1280, 720)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(task).to_be_hidden()
    page.locator(".room-button.task").click()
    expect(task).to_be_visible()

    # Another lesson is given, and then another task.
    other = teacher.ask("PUT", "/lessons/other", {"texts": {"en": MINE.replace("Press play.", "Now this.")}})
    teacher.ask("PUT", "/task", {"title": "Other", "lesson": other["lesson"]["name"]})
    expect(page.locator(".lesson-text")).to_have_text("Now this.")
    expect(task).to_be_hidden()
    teacher.ask("PUT", "/task", {"title": "Free", "text": "Do as you like."})
    expect(page.locator(".lesson-panel")).to_be_hidden()
    expect(task).to_contain_text("Do as you like.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "told", "back"),
    [
        ("en", "with 0 of 1 checks reached", "Back to the lesson"),
        ("zh-CN", "检查通过 0/1", "回到课程"),
        ("zh-TW", "檢查通過 0/1", "回到課程"),
    ],
)
def test_who_finishes_a_lesson_is_told_where_it_is_and_what_is_reached(
    teacher: Teacher, join: Join, locale: str, told: str, back: str
) -> None:
    name = teacher.ask("PUT", "/lessons/mine", {"texts": {"en": MINE}})["lesson"]["name"]
    teacher.ask("PUT", "/task", {"title": "Mine", "lesson": name})
    page = join(teacher.code, locale=locale)
    lesson = page.locator(".lesson-panel")
    for title in ("Begin", "Go on"):
        expect(lesson.locator("#lesson-step-title")).to_have_text(title)
        lesson.locator(".lesson-foot .text-button").last.click()
    expect(lesson).to_be_hidden()
    message = page.locator("#messages .message:not(.room-card)")
    expect(message).to_contain_text(told)
    expect(message).to_contain_text(back)
    page.get_by_role("button", name=back, exact=True).click()
    expect(lesson).to_be_visible()
    expect(message).to_have_count(0)
