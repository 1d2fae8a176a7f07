"""The place of the advanced panel: it covers nothing that one watches, and fits into each window."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.advanced_panel import ALL_SETTINGS, DEFAULT, open_advanced
from tests.browser.conftest import OpenPage, resize, wait_for_epoch

WINDOWS = ((1280, 720), (1366, 625), (1920, 1080), (1024, 768), (768, 1024), (390, 844), (640, 360))


def test_training_is_visible_while_the_panel_is_open(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    panel = open_advanced(page)
    page.click(".play")
    wait_for_epoch(page, 5)
    page.hover(".picture-frame")
    page.select_option("#activation", "relu")
    expect(panel).to_be_visible()
    page.click("[data-action=addLayer]")
    expect(panel).to_be_visible()
    page.hover('.node[data-layer="1"]')
    expect(page.locator("#watching")).not_to_be_empty()
    page.locator('.node[data-layer="1"]').first.click()  # its editor takes the panel's place
    expect(page.locator("#editor")).to_be_visible()
    expect(panel).to_be_hidden()


@pytest.mark.slow
def test_the_panel_covers_neither_the_network_nor_the_output(open_page: OpenPage) -> None:
    page = open_page("#networkShape=8,8,8,8,8,8")
    open_advanced(page)
    for width, height in WINDOWS:
        resize(page, width, height)
        page.evaluate("scrollTo(0, 0)")
        covered = page.evaluate(
            """() => {
              const panel = document.querySelector('#advanced').getBoundingClientRect();
              return [...document.querySelectorAll('.network, .output, .settings > :not(.advanced-field)')]
                .map((each) => [each.className, each.getBoundingClientRect()])
                .filter(([, box]) => box.left < panel.right && panel.left < box.right
                  && box.top < panel.bottom && panel.top < box.bottom)
                .map(([name]) => name);
            }"""
        )
        assert covered == [], (width, height)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (width, height)


@pytest.mark.parametrize("locale", ["en-US", pytest.param("zh-TW", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_the_panel_fits_into_the_window_and_can_be_scrolled(open_page: OpenPage, locale: str) -> None:
    page = open_page(DEFAULT + ALL_SETTINGS, locale=locale)
    panel = open_advanced(page)
    for width, height in ((1280, 720), (1920, 1080), (1024, 768), (800, 600), (390, 844), (360, 640)):
        resize(page, width, height)
        assert_reachable(page, panel, width, height)


def assert_reachable(page: Page, panel: Locator, width: int, height: int) -> None:
    """Assert that the panel is inside the window and its last field with its list can be scrolled to."""
    page.locator("#l1Ratio").scroll_into_view_if_needed()
    box = panel.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    if width < 720:
        assert box["width"] == width
        expect(page.locator("#l1Ratio")).to_be_in_viewport()  # the panel is a part of the page
    else:
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    expect(page.locator('[data-action="closeAdvanced"] .icon')).to_be_visible()
    cut = page.evaluate(
        """() => [...document.querySelectorAll('#advanced :is(.label, h3, .text-button, .chip)')]
          .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
          .map((each) => each.textContent)"""
    )
    assert cut == []
    page.click("#l1Ratio")
    option = page.locator("#advanced .combo:has(#l1Ratio) li").last
    expect(option).to_be_in_viewport()
    page.locator("#l1Ratio").blur()
