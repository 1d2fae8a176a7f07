"""What opens beside the lab: it covers nothing that one edits or looks at, and closes with Escape."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, resize, wait_for_epoch
from tests.browser.window_faults import faults

COVERED = """(shown) => {
  const editor = document.querySelector('#editor').getBoundingClientRect();
  return [...document.querySelectorAll(shown)].filter((each) => each.checkVisibility()).filter((each) => {
    const box = each.getBoundingClientRect();
    return box.left < editor.right && box.right > editor.left
      && box.top < editor.bottom && box.bottom > editor.top;
  }).map((each) => each.outerHTML.slice(0, 100));
}"""
SHOWN = ".node, .bias, .layer-control, .picture-frame, #losses, #chart, #toggles, .transport"
UNKNOWN = "#" + "&".join(f"unknown{number}=1" for number in range(8))


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_editor_covers_neither_the_network_nor_the_output(open_page: OpenPage, locale: str) -> None:
    page = open_page("#networkShape=8,8,8,8", locale=locale)
    page.click('.node[data-layer="2"][data-neuron="7"]')
    editor = page.locator("#editor")
    expect(editor.locator("input")).to_have_count(9)
    for width, height in ((1280, 720), (1366, 625), (1024, 768)):
        resize(page, width, height)
        assert page.evaluate(COVERED, SHOWN) == [], (width, height)
        assert editor.evaluate("(each) => each.scrollHeight - each.clientHeight") <= 120
    for width, height in ((768, 1024), (390, 844)):
        resize(page, width, height)
        assert page.evaluate(COVERED, ".picture-frame, #losses, .transport") == [], (width, height)


@pytest.mark.slow
def test_escape_closes_the_editor_wherever_the_focus_is(open_page: OpenPage) -> None:
    page = open_page("#networkShape=2")
    page.click('.bias[data-layer="1"][data-neuron="0"]')
    expect(page.locator("#editor")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(page.locator("#editor")).to_be_hidden()


@pytest.mark.slow
def test_escape_closes_the_advanced_panel_after_play_was_pressed(open_page: OpenPage) -> None:
    page = open_page()
    page.click('[data-action="advanced"]')
    expect(page.locator("#advanced")).to_be_visible()
    page.click(".play")
    wait_for_epoch(page, 1)
    page.keyboard.press("Escape")
    expect(page.locator("#advanced")).to_be_hidden()
    expect(page.locator(".play")).to_be_focused()


@pytest.mark.slow
def test_a_message_covers_no_control(open_page: OpenPage) -> None:
    page = open_page(UNKNOWN)
    expect(page.locator(".message")).to_be_visible()
    found = {}
    for width, height in ((1280, 720), (1366, 625), (1024, 768), (768, 1024), (390, 844), (640, 360)):
        resize(page, width, height)
        found[width, height] = faults(page)
    assert {size: what for size, what in found.items() if what} == {}


@pytest.mark.slow
def test_seeds_show_all_their_digits(open_page: OpenPage) -> None:
    page = open_page("#dataSeed=4294967295&weightsSeed=4294967288")
    page.click('[data-action="advanced"]')
    for width, height in ((1280, 720), (1024, 768), (768, 1024), (390, 844), (320, 640)):
        resize(page, width, height)
        for seed in ("#dataSeed", "#weightsSeed"):
            assert hidden_pixels(page, seed) <= 0, (width, seed)


def hidden_pixels(page: Page, field: str) -> int:
    """Return by how much the text of a field is wider than the field."""
    pixels: int = page.locator(field).evaluate("(each) => each.scrollWidth - each.clientWidth")
    return pixels


@pytest.mark.slow
def test_the_ring_of_a_focused_slider_leaves_its_label_whole(open_page: OpenPage) -> None:
    page = open_page()
    page.focus("#trainPercent")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    gap = page.evaluate(
        """() => {
          const slider = document.activeElement;
          const { outlineOffset, outlineWidth } = getComputedStyle(slider);
          const { top } = slider.getBoundingClientRect();
          const ring = top - parseFloat(outlineOffset) - parseFloat(outlineWidth);
          return ring - slider.closest('.field').querySelector('.label').getBoundingClientRect().bottom;
        }"""
    )
    assert gap >= 0


@pytest.mark.slow
def test_a_tap_on_a_label_shows_its_help_and_opens_no_list(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    page.tap('label[for="learningRate"]')
    expect(page.locator("#tooltip")).to_be_visible()
    expect(page.locator("#learningRate")).to_have_attribute("aria-expanded", "false")
    page.tap('label[for="learningRate"]')
    expect(page.locator("#tooltip")).to_be_hidden()
    expect(page.locator("#learningRate")).to_have_attribute("aria-expanded", "false")
    page.tap("#learningRate")
    expect(page.locator("#learningRate")).to_have_attribute("aria-expanded", "true")
