"""The panel that shows the inside of the network: explanations, gradients of each layer, curves."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, wait_for_epoch

pytestmark = pytest.mark.slow

VANISHING = "#activation=sigmoid&dataset=circle&networkShape=8,8,8,8,8,8&speed=max"
DYING = "#activation=relu&dataset=circle&networkShape=8,8&initialBias=-10"


def test_a_vanishing_gradient_is_seen_explained_and_mended(open_page: OpenPage) -> None:
    page = open_page(VANISHING)
    opener = page.get_by_role("button", name="Look inside")
    opener.click()
    panel = page.get_by_role("group", name="Inside the network")
    expect(panel).to_be_focused()
    expect(panel.locator(".explanations")).to_contain_text("Press play")
    page.click('[data-action="play"]')
    expect(panel.get_by_role("heading", name="Vanishing gradient")).to_be_visible()
    rows = panel.locator(".layer-table tbody tr")
    expect(rows).to_have_count(7)
    expect(rows.first).to_contain_text("1 · Sigmoid")
    expect(rows.first.locator("td").first).to_have_text(re.compile("×10⁻"))
    expect(panel.locator("figure svg")).to_have_count(6)
    expect(panel.locator("figcaption").first).to_contain_text("slope at most 0.25")
    expect(panel.locator("figure .of-slope").first).to_have_text("1")
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")  # nothing is cut off
    panel.get_by_role("button", name="Restart with ReLU").click()
    expect(rows.first).to_contain_text("1 · ReLU")
    wait_for_epoch(page, 5)
    expect(panel.get_by_role("heading", name="Vanishing gradient")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize(
    ("settings", "heading", "button"),
    [
        ("activation=step&dataset=circle", "A step function passes no gradient", "Restart with Tanh"),
        ("activation=linear&dataset=circle&networkShape=8,8", "All one linear map", "Restart with Tanh"),
        ("dataset=circle&networkShape=8,8&learningRate=0.00001", "Learning rate too small", "Restart with a"),
    ],
)
def test_what_learns_nothing_is_told_its_own_cause_and_mended(
    open_page: OpenPage, settings: str, heading: str, button: str
) -> None:
    page = open_page(f"#{settings}&speed=1000")  # at the highest speed a tiny rate learns all the same
    page.click('[data-action="inside"]')
    panel = page.locator("#inside")
    page.click('[data-action="play"]')
    title = panel.get_by_role("heading", name=heading)
    expect(title).to_be_visible()
    expect(panel.locator(".explanation")).to_have_count(1)
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")
    panel.get_by_role("button", name=button).click()
    wait_for_epoch(page, 100)
    expect(title).to_have_count(0)


def test_the_panel_and_the_warning_name_the_same_epoch_of_a_divergence(open_page: OpenPage) -> None:
    page = open_page("#problem=regression&activation=linear&networkShape=4&learningRate=3")
    page.click('[data-action="inside"]')
    page.click('[data-action="play"]')
    warning = page.locator("#messages .message")
    expect(warning).to_contain_text("in epoch 1.")
    expect(page.locator("#inside .explanations")).to_contain_text("in epoch 1:")


def test_dead_neurons_are_marked_in_the_network_while_the_panel_is_open(open_page: OpenPage) -> None:
    page = open_page(DYING)
    page.click('[data-action="play"]')
    wait_for_epoch(page, 2)
    page.click('[data-action="inside"]')
    expect(page.get_by_role("heading", name="Dead neurons", exact=True)).to_be_visible()
    expect(page.locator(".node.dead").first).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".node.dead")).to_have_count(0)


def test_saturated_neurons_have_a_mark_of_their_own_and_the_legend_tells_both(open_page: OpenPage) -> None:
    page = open_page("#activation=tanh&dataset=circle&networkShape=3,2&initialBias=-10")
    page.click('[data-action="inside"]')
    legend = page.get_by_role("list", name="Marks in the network")
    expect(legend).to_contain_text("saturated neurons: flat at more than 90%")
    expect(legend.get_by_role("listitem")).to_have_count(1)
    number = int(legend.inner_text().split()[0])
    expect(page.locator(".node.saturated")).to_have_count(number)
    expect(page.locator(".node.dead")).to_have_count(0)
    page.select_option("#activation", "relu")
    expect(legend).to_contain_text("5 dead neurons")
    expect(page.locator(".node.saturated")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".node.dead")).to_have_count(0)


def test_a_remedy_with_a_long_name_fits_the_panel(open_page: OpenPage) -> None:
    page = open_page("#activation=tanh&dataset=spiral&networkShape=8,8&initialBias=-6&speed=max")
    page.click('[data-action="play"]')
    wait_for_epoch(page, 20)
    page.click('[data-action="inside"]')
    panel = page.locator("#inside")
    expect(
        panel.get_by_role("button", name="Restart with standardized inputs and Xavier weights")
    ).to_be_visible()
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_table_of_layers_fits_with_the_longest_name(open_page: OpenPage, locale: str) -> None:
    page = open_page("#activation=leaky_relu&networkShape=8,8,8", locale=locale)
    page.click('[data-action="inside"]')
    expect(page.locator(".layer-table tbody tr")).to_have_count(4)
    assert page.locator("#inside").evaluate("element => element.scrollWidth <= element.clientWidth")


def test_activations_and_weights_of_every_layer_have_a_histogram(open_page: OpenPage) -> None:
    page = open_page("#networkShape=4,2")
    page.click('[data-action="inside"]')
    rows = page.locator(".histogram-table tbody tr")
    expect(rows).to_have_count(3)
    told = re.compile(r"^1 · Tanh: activations from −[\d.]+ to [\d.]+, most of them near")
    picture = rows.first.get_by_role("img").first
    expect(picture).to_have_accessible_name(told)
    before = picture.locator(".bars").get_attribute("d")
    assert before is not None
    page.click('[data-action="stepEpoch"]')
    expect(picture.locator(".bars")).not_to_have_attribute("d", before)


def test_the_panel_and_that_of_the_settings_take_each_other_s_place(open_page: OpenPage) -> None:
    page = open_page()
    inside, more = page.locator("#inside"), page.locator("#advanced")
    page.click('[data-action="advanced"]')
    expect(more).to_be_visible()
    page.click('[data-action="inside"]')
    expect(inside).to_be_visible()
    expect(more).to_be_hidden()
    page.click('[data-action="advanced"]')
    expect(more).to_be_visible()
    expect(inside).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768), (390, 844), (640, 360)])
def test_the_panel_stays_within_the_window_and_beside_the_network(
    open_page: OpenPage, width: int, height: int
) -> None:
    page = open_page(VANISHING)
    page.set_viewport_size({"width": width, "height": height})
    page.click('[data-action="inside"]')
    expect(page.locator(".layer-table tbody tr")).to_have_count(7)
    box = page.locator("#inside").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_a_message_never_covers_the_open_panel_in_a_low_window(open_page: OpenPage) -> None:
    page = open_page(width=640, height=360)
    page.click('[data-action="inside"]')
    panel = page.locator("#inside")
    expect(panel).to_be_visible()
    page.evaluate("location.hash = '#unknown=1'")
    message = page.locator("#messages .message")
    expect(message).to_be_visible()
    above, below = message.bounding_box(), panel.bounding_box()
    assert above is not None
    assert below is not None
    assert above["x"] + above["width"] <= below["x"]
