"""A run's timeline: stop at a loss, look back at earlier epochs, zoom in on a stretch of the chart."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, epoch, wait_for_hash

RUN = "#dataset=circle&dataSeed=1&weightsSeed=1&speed=max&stopAt=300"


@pytest.fixture
def run(open_page: OpenPage) -> Page:
    """Return a page whose training has stopped after 300 epochs."""
    page = open_page(RUN)
    page.click('[data-action="play"]')
    expect(page.locator(".counter")).to_have_text("300")
    expect(page.locator(".chart-time")).to_be_visible()
    return page


def values(page: Page) -> list[str]:
    """Return the losses as the page shows them."""
    return page.locator("#losses .value").all_inner_texts()


def test_every_picture_follows_the_handle_back_and_training_goes_on_from_its_end(run: Page) -> None:
    last = values(run)
    run.focus(".chart-time")
    for _ in range(3):
        before = epoch(run)
        run.keyboard.press("ArrowLeft")
        expect(run.locator(".counter")).not_to_have_text(str(before))
    assert 150 < epoch(run) < 300
    assert values(run) != last
    expect(run.locator(".epoch .label")).to_have_text("Looking back")
    run.click('[data-action="inside"]')
    run.click("#inside-training-tab")
    expect(run.locator("#inside")).to_be_visible()
    run.keyboard.press("Escape")
    run.click(".chart-present")
    expect(run.locator(".counter")).to_have_text("300")
    assert values(run) == last
    expect(run.locator(".chart-time")).to_be_focused()
    run.keyboard.press("Home")
    expect(run.locator(".counter")).to_have_text("0")
    run.click('[data-action="stepEpoch"]')
    expect(run.locator(".counter")).to_have_text("301")
    expect(run.locator(".chart-present")).to_be_hidden()


def test_a_stretch_of_the_chart_is_selected_with_the_mouse_and_left_again(run: Page) -> None:
    chart = run.locator("#chart canvas")
    box = chart.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    run.mouse.move(box["x"] + 0.4 * box["width"], middle)
    run.mouse.down()
    run.mouse.move(box["x"] + 0.6 * box["width"], middle, steps=4)
    run.mouse.up()
    slider = run.locator(".chart-time")
    assert 60 < int(slider.get_attribute("min") or 0) < int(slider.get_attribute("max") or 0) < 200
    run.get_by_role("button", name="Zoom in").click()
    assert int(slider.get_attribute("min") or 0) > 60
    run.get_by_role("button", name="Whole run").click()
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("0", "300")
    chart.focus()
    run.keyboard.press("Enter")
    assert slider.get_attribute("min") != "0"
    run.keyboard.press("Escape")
    assert slider.get_attribute("min") == "0"


def test_training_stops_at_a_loss_that_links_keep(open_page: OpenPage) -> None:
    page = open_page(RUN.replace("stopAt=300", "stopTestLoss=0.1"))
    page.click('[data-action="advanced"]')
    expect(page.locator("#stopValue")).to_have_value("0.1")
    page.click('[data-action="play"]')
    expect(page.locator("#losses .value").nth(1)).to_have_text(re.compile(r"^0\.(0\d+|1)$"))
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    reached = epoch(page)
    page.select_option("#stopWhen", "test_accuracy")
    page.fill("#stopValue", "101")
    page.press("#stopValue", "Enter")
    expect(page.locator("#messages")).to_contain_text("from 0 to 100")
    page.fill("#stopValue", "99.5 %")
    page.press("#stopValue", "Enter")
    wait_for_hash(page, "stopTestAccuracy=0.995")
    page.select_option("#stopWhen", "train_loss")
    page.fill("#stopValue", "0.01")
    page.press("#stopValue", "Enter")
    wait_for_hash(page, "stopTrainLoss=0.01")
    page.click('[data-action="play"]')
    expect(page.locator("#losses .value").nth(0)).to_have_text(re.compile(r"^0\.0(0\d+|1)$"))
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    assert epoch(page) > reached
