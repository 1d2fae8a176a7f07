"""Around a lesson: where its progress is kept, what it asks the server, and one that cannot be done."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage, wait_for_epoch
from tests.browser.test_network import link_middle

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


OVERLAP = """([first, second]) => {
  const [a, b] = [first, second].map((each) => document.querySelector(each).getBoundingClientRect());
  return a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
}"""


@pytest.mark.parametrize(
    "size",
    [(1280, 720), *(pytest.param(size, marks=pytest.mark.slow) for size in ((1366, 625), (1024, 768)))],
)
def test_more_settings_stand_beside_the_text_and_show_what_it_is_about(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page("#lesson=optimizers&step=4", width=size[0], height=size[1])
    expect(page.locator(".lesson-conditions li").first).to_be_visible()
    page.click('[data-action="advanced"]')
    expect(page.locator("#optimizer")).to_be_in_viewport()
    assert not page.evaluate(OVERLAP, ["#advanced", ".lesson-panel"])
    assert not page.evaluate(OVERLAP, ["#advanced", "#picture"])
    page.select_option("#optimizer", "adam")
    expect(page.locator(".lesson-conditions .met")).not_to_have_count(0)
    page.click('[data-action="advanced"]')
    expect(page.locator("#advanced")).to_be_hidden()
    assert page.evaluate("document.querySelector('.lesson-panel').getBoundingClientRect().left") == 0


@pytest.mark.slow
@pytest.mark.parametrize("size", [(390, 844), (640, 360)])
def test_a_sheet_makes_way_for_more_settings_and_comes_back(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page("#lesson=optimizers&step=4", width=size[0], height=size[1], has_touch=True)
    sheet = page.locator(".lesson-panel")
    expect(page.locator(".lesson-conditions li").first).to_be_visible()
    page.locator('[data-action="advanced"]').dispatch_event("click")
    expect(sheet).to_have_class(re.compile("down"))
    expect(page.locator("#optimizer")).to_be_in_viewport()
    page.locator('[data-action="advanced"]').dispatch_event("click")
    expect(sheet).not_to_have_class(re.compile("down"))
    page.locator(".lesson-pull").tap()
    page.locator('[data-action="advanced"]').dispatch_event("click")
    page.locator('[data-action="advanced"]').dispatch_event("click")
    expect(sheet).to_have_class(re.compile("down"))  # it was down before


@pytest.mark.slow
def test_what_is_done_with_a_point_by_hand_is_checked(open_page: OpenPage) -> None:
    page = open_page("#lesson=backpropagation&step=2")
    panel = page.locator("#inside")
    expect(panel.locator(".point-name")).to_have_text("Training point 1 of 250")
    for number in (2, 3):
        expect(page.locator(".lesson-check")).not_to_have_class(re.compile("reached"))
        panel.get_by_role("button", name="Next point").click()
        expect(panel.locator(".point-name")).to_have_text(f"Training point {number} of 250")
    reached(page)

    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".lesson-panel h2")).to_have_text("Back")
    expect(panel.locator(".point-name")).to_have_text("Training point 3 of 250")
    page.mouse.click(*link_middle(page, '.node[data-layer="1"][data-neuron="1"]', '.node[data-layer="2"]'))
    page.locator("#editor input").fill("0")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    reached(page)
    expect(panel).to_be_visible()  # it tells what has become of the delta

    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".lesson-panel h2")).to_have_text("One step")
    page.click('[data-action="stepBatch"]')
    expect(page.locator("#epoch")).to_have_text(re.compile("^0"))
    panel.get_by_role("button", name="Apply", exact=True).click()
    expect(page.locator(".lesson-check")).not_to_have_class(re.compile("reached"))
    panel.get_by_role("button", name="Apply this step").click()
    reached(page)


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
