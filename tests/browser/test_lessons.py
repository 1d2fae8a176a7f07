"""Lessons beside the lab: keys, locks, the sheet of a phone, and one of a teacher's own."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, wait_for_hash
from tests.support.process import running_server

FIRST = "#lesson=neuron&step=1"


def panel(page: Page) -> Locator:
    return page.locator(".lesson-panel")


def check(page: Page) -> Locator:
    return page.locator(".lesson-check")


def step_is(page: Page, number: int) -> None:
    expect(page.locator(".lesson-dots li").nth(number - 1)).to_have_class(re.compile("now"))
    expect(page.locator(".lesson-conditions li").first).to_be_visible()


def test_the_first_lesson_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(FIRST)
    step_is(page, 1)
    expect(page.locator(".lesson-panel h2")).to_be_focused()
    page.keyboard.press("Space")
    expect(check(page)).to_have_class(re.compile("reached"))
    page.keyboard.press(".")
    step_is(page, 2)
    expect(page.locator(".lesson-panel h2")).to_be_focused()
    page.keyboard.press(",")
    step_is(page, 1)
    expect(check(page)).to_have_class(re.compile("reached"))  # it was reached: it stays so
    page.get_by_role("button", name="Leave the lesson").press("Enter")
    expect(panel(page)).to_be_hidden()
    expect(page).to_have_url(re.compile("^[^#]*#(?!.*lesson=)"))


def test_locked_controls_say_why_and_the_address_brings_the_step_back(open_page: OpenPage) -> None:
    page = open_page(FIRST)
    step_is(page, 1)
    page.locator('[data-action="addLayer"]').click(force=True)
    expect(page.locator("#messages")).to_contain_text("This step is about one neuron")
    expect(page.locator("#layers-count")).to_have_text("0 hidden layers")
    expect(page).to_have_url(re.compile("lesson=neuron&step=1"))
    page.click('[data-action="play"]')
    expect(check(page)).to_have_class(re.compile("reached"))
    page.click('[data-action="play"]')
    page.reload()
    step_is(page, 1)
    expect(page.locator("#epoch")).not_to_have_text("0")
    expect(page.locator(".lesson-conditions .met")).to_have_count(2)


def test_a_panel_that_a_step_opened_is_closed_where_the_next_one_has_none(open_page: OpenPage) -> None:
    page = open_page("#lesson=batches&step=3")
    step_is(page, 3)
    expect(page.locator("#descent")).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).click()
    step_is(page, 4)
    expect(page.locator("#descent")).to_be_hidden()
    page.locator("#batchSizeNumber").click()  # nothing is over it


@pytest.mark.slow
@pytest.mark.parametrize("width", [1024, 1280])
def test_heads_of_network_and_output_stand_apart_beside_lesson_and_panel(
    open_page: OpenPage, width: int
) -> None:
    page = open_page("#lesson=starting-weights&step=5", width=width)
    step_is(page, 5)
    if width < 1180:  # no room for three columns: the panel waits until it is asked for
        expect(page.locator("#inside")).to_be_hidden()
        page.locator(".lesson-open").click()
    expect(page.locator("#inside")).to_be_visible()
    title = page.locator("#output-title").bounding_box()
    parts = page.locator(".network-head > *").all()
    boxes = [part.bounding_box() for part in parts if part.is_visible()]
    assert title is not None
    assert max(box["x"] + box["width"] for box in boxes if box) < title["x"]


@pytest.mark.slow
def test_on_a_phone_a_weight_is_set_by_hand_over_the_sheet(open_page: OpenPage) -> None:
    page = open_page("#lesson=neuron&step=3", width=390, height=844, has_touch=True, is_mobile=True)
    step_is(page, 3)
    page.locator("#network .bias").last.tap()
    field = page.locator("#editor input").last
    field.tap()
    field.fill("3")
    field.press("Enter")
    expect(check(page)).to_have_class(re.compile("reached"))


def test_a_phone_has_a_sheet_that_is_pulled_down_and_up(open_page: OpenPage) -> None:
    page = open_page(FIRST, width=390, height=844, has_touch=True)
    step_is(page, 1)
    box = panel(page).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(844, abs=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".lesson-pull").tap()
    expect(page.locator(".lesson-content")).to_be_hidden()
    head = page.locator(".lesson-name").bounding_box()
    assert head is not None
    page.mouse.move(head["x"] + 20, head["y"] + 8)
    page.mouse.down()
    page.mouse.move(head["x"] + 20, head["y"] - 150)
    page.mouse.up()
    expect(page.locator(".lesson-content")).to_be_visible()
    page.locator('[data-action="play"]').tap()
    expect(check(page)).to_have_class(re.compile("reached"))
    page.get_by_role("button", name="Next", exact=True).tap()
    step_is(page, 2)


OWN = """+++
title = "Our own XOR"
summary = "Written by a teacher."
+++

## A hidden layer

Train it: $z = w x$ [the first one](lesson:neuron). <b>no</b>

```step
setup = { dataset = "xor", hidden_layers = [], features = ["x1", "x1_x2"] }
speed = "max"
highlight = ["learning_rate", "batch_size"]
```

```check
text = "Reach a test loss of 0.05."
test_loss_at_most = 0.05
```
"""


def test_a_lesson_of_ones_own_from_the_editor_to_the_page(open_page: OpenPage, tmp_path: Path) -> None:
    file = tmp_path / "xor-of-ours.en.md"
    file.write_text(OWN, "utf-8")
    with running_server("--lessons", str(tmp_path)) as server:
        page = open_page("lessons", at=server, ready=False, locale="zh-CN")
        fault = page.locator(".lesson-faults .faultsHide li").first
        expect(fault).to_have_text(re.compile(r"xor-of-ours\.en\.md:8\s+课程里不能用 HTML：<b>。"))
        file.write_text(OWN.replace(" <b>no</b>", ""), "utf-8")
        while any(fault["hides"] for fault in httpx.get(f"{server.url}api/lessons").json()["faults"]):
            pass  # the server looks at the folder every half second
        page.reload()
        expect(page.locator(".lesson-faults .faultsHide")).to_have_count(0)
        page.locator('[data-name="xor-of-ours"] .lesson-open-link').click()
        step_is(page, 1)
        expect(page.locator(".lesson-text mi")).to_have_text(["z", "w", "x"])
        expect(page.locator(".data")).to_be_visible()  # the step points to the batch size
        page.click('[data-action="play"]')
        expect(check(page)).to_have_class(re.compile("reached"))
        file.write_text(OWN.replace(" <b>no</b>", "").replace("Train it", "Let it learn"), "utf-8")
        while "Let it learn" not in httpx.get(f"{server.url}api/lessons/xor-of-ours").text:
            pass
        wait_for_hash(page, "lesson=xor-of-ours")
        page.reload()
        expect(page.locator(".lesson-text")).to_contain_text("Let it learn")
        page.get_by_role("link", name="the first one").click()
        expect(page.locator(".lesson-name")).to_have_text("一个神经元做什么")
