"""The network view: heat maps in detail, weights and biases displayed and edited."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import POLL_INTERVAL, OpenPage, wait_for_frame

PLAIN = "#networkShape=2&dataSeed=1&weightsSeed=1"


def link_middle(page: Page, source: str, target: str) -> tuple[float, float]:
    """Return the position of the middle of the link between two nodes, in pixels."""
    start, end = page.locator(source).bounding_box(), page.locator(target).bounding_box()
    assert start is not None
    assert end is not None
    x = (start["x"] + start["width"] + end["x"]) / 2
    return x, (start["y"] + start["height"] / 2 + end["y"] + end["height"] / 2) / 2


COLOURS_NEAR = """([x, y]) => {
  const canvas = document.querySelector("#network canvas");
  const box = canvas.getBoundingClientRect();
  const { width, height } = canvas;
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const context = copy.getContext("2d");
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(Math.round(x - box.left) - 8, Math.round(y - box.top) - 8, 16, 16);
  return Array.from({ length: 256 }, (_, pixel) => data.slice(4 * pixel, 4 * pixel + 3).join());
}"""
"""The colours about a place of the network's canvas, which a worker may draw on."""
ORANGE, BLUE = "245,147,34", "8,119,189"

NEURON = '.node[data-layer="1"][data-neuron="0"]'
OUTPUT = '.node[data-layer="2"][data-neuron="0"]'


def test_hovering_over_a_neuron_shows_its_heat_map_in_detail_until_the_pointer_leaves(
    open_page: OpenPage,
) -> None:
    page = open_page(PLAIN)
    watching = page.locator("#watching")
    output = watching.inner_text()
    page.hover(NEURON)
    expect(watching).not_to_have_text(output)
    page.hover("#network-title")
    expect(watching).to_have_text(output)
    page.hover('[data-feature="sin_x1"]')
    expect(watching).to_contain_text("sin")


def test_a_link_shows_its_weight_and_a_click_edits_it(open_page: OpenPage) -> None:
    page = open_page(PLAIN)
    x, y = link_middle(page, NEURON, OUTPUT)
    page.mouse.move(x, y)
    said = page.locator(".link-readout")
    expect(said).to_be_visible()
    assert re.search(r"[−0-9]+\.[0-9]{2}$", said.inner_text())
    page.mouse.click(x, y)
    field = page.locator("#editor input")
    expect(field).to_have_count(1)
    field.fill("-2.5")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#editor")).to_be_hidden()
    page.mouse.move(x, y + 1)
    expect(said).to_contain_text("−2.50")


@pytest.mark.slow
@pytest.mark.parametrize("has_worker", [True, False])
def test_a_link_has_the_colour_of_its_weight_with_and_without_a_worker(
    open_page: OpenPage, has_worker: bool
) -> None:
    page = open_page(ready=False)
    if not has_worker:
        page.route("**/board-worker.js", lambda route: route.abort())
    page.goto(page.url.partition("#")[0] + "?again" + PLAIN)
    wait_for_frame(page)
    x, y = link_middle(page, NEURON, OUTPUT)
    page.mouse.click(x, y)
    for value, colour in (("-5", ORANGE), ("5", BLUE)):
        page.locator("#editor input").fill(value)
        page.keyboard.press("Enter")
        seen = f"place => ({COLOURS_NEAR})(place).includes('{colour}')"
        page.wait_for_function(seen, arg=[x, y], polling=POLL_INTERVAL)


@pytest.mark.slow
def test_the_output_has_a_bias_that_can_be_read_and_edited(open_page: OpenPage) -> None:
    page = open_page(PLAIN)
    bias = page.locator('.bias[data-layer="2"]')
    bias.hover()
    expect(page.locator(".link-readout")).to_contain_text("0.10")
    bias.click()
    page.fill("#editor input", "3")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.hover("#network-title")
    bias.hover()
    expect(page.locator(".link-readout")).to_contain_text("3.00")


@pytest.mark.slow
def test_the_weights_and_bias_of_a_neuron_can_be_edited_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(PLAIN)
    page.focus(NEURON)
    page.keyboard.press("Enter")
    expect(page.locator("#editor input")).to_have_count(3)
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(NEURON)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#editor input").first).to_have_value("1.5")


@pytest.mark.slow
def test_a_value_that_is_not_a_number_is_refused(open_page: OpenPage) -> None:
    page = open_page(PLAIN)
    page.click(NEURON)
    field = page.locator("#editor input").first
    field.fill("much")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".message")).to_be_visible()


@pytest.mark.slow
def test_displayed_values_in_the_editor_follow_the_training(open_page: OpenPage) -> None:
    page = open_page(PLAIN)
    page.click(NEURON)
    field = page.locator("#editor input").nth(1)
    before = field.input_value()
    page.locator(".play").dispatch_event("click")
    page.wait_for_function(
        "before => document.querySelectorAll('#editor input')[1].value !== before", arg=before
    )
