"""Around a lesson: where its progress is kept, what it asks the server, and one that cannot be done."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage, wait_for_epoch

BLOCKED = {
    "forbidden": """Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("", "SecurityError"); },
    });""",
    "full": """Storage.prototype.setItem = () => {
      throw new DOMException("", "QuotaExceededError");
    };""",
}
COUNT = """const send = WebSocket.prototype.send;
window.asked = 0;
WebSocket.prototype.send = function (data) {
  if (typeof data === "string" && JSON.parse(data).type === "check_lesson") window.asked++;
  send.call(this, data);
};"""
"""Counts how often the page asks for the checks of a step."""

NOT_KEPT = "This browser keeps nothing of this page"


def reached(page: Page) -> None:
    expect(page.locator(".lesson-check").first).to_have_class(re.compile("reached"))


@pytest.mark.parametrize("kind", BLOCKED)
def test_with_a_blocked_storage_a_lesson_works_and_says_that_nothing_is_kept(
    open_page: OpenPage, kind: str
) -> None:
    page = open_page("lessons", ready=False)
    expect(page.get_by_text(NOT_KEPT)).to_have_count(0)
    page.add_init_script(BLOCKED[kind])
    page.reload()
    expect(page.get_by_text(NOT_KEPT)).to_be_visible()
    page.locator(".lesson-open-link").first.click()
    expect(page.locator(".lesson-panel").get_by_text(NOT_KEPT)).to_be_visible()
    page.get_by_text("A straight line", exact=True).click()
    page.click('[data-action="play"]')
    reached(page)
    expect(page.locator(".lesson-outcome").first).to_contain_text("A straight line")
    page.keyboard.press(".")
    reached(page)  # 40 epochs
    page.keyboard.press(",")
    reached(page)  # it was reached: it stays so, as long as the page is open
    expect(page.locator(".lesson-dots .done")).to_have_count(2)


def test_the_server_is_asked_for_checks_only_when_it_may_have_something_new_to_say(
    open_page: OpenPage,
) -> None:
    page = open_page("lessons", ready=False)
    page.add_init_script(COUNT)
    page.goto(page.url.replace("lessons", "#lesson=circle&step=2"))
    epochs = page.locator(".lesson-conditions .lesson-now").first
    expect(epochs).to_have_text("now –")
    page.wait_for_timeout(1000)  # the step has begun, with its own state and frame
    before = page.evaluate("asked")
    page.wait_for_timeout(1000)  # nothing trains
    assert page.evaluate("asked") == before
    page.select_option("#speed", "60")
    page.click('[data-action="play"]')
    wait_for_epoch(page, 120)  # two seconds, and the test loss is far above what is asked for
    expect(epochs).to_have_text(re.compile(r"now 0\.[1-5]"))  # it is shown all the same
    assert page.evaluate("asked") - before <= 3
    page.select_option("#speed", "null")
    reached(page)
    page.click('[data-action="play"]')
    asked = page.evaluate("asked")
    page.click('[data-action="play"]')
    epoch = int(page.locator("#epoch").inner_text().replace(",", ""))
    wait_for_epoch(page, epoch + 500)
    assert page.evaluate("asked") == asked  # all is reached: there is nothing to ask for


def test_a_lesson_that_cannot_be_done_here_says_so_in_place_of_beginning(open_page: OpenPage) -> None:
    def unavailable(route: Route) -> None:
        lesson = route.fetch().json() | {"available": False, "install": "pip install what-is-missing"}
        route.fulfill(body=json.dumps(lesson), content_type="application/json")

    page = open_page("#lesson=circle&step=1")
    expect(page.locator(".lesson-name")).to_have_text("Closing the circle")
    page.route("**/api/lessons/neuron?*", unavailable)
    page.evaluate("location.hash = '#lesson=neuron&step=1'")
    expect(page.locator("#messages")).to_contain_text("pip install what-is-missing")
    expect(page.locator(".lesson-panel")).to_be_hidden()
