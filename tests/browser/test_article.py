"""The article below the lab: its contents, its figures, and the room that it takes."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, resize

RIGHT = """Math.max(...[...document.querySelectorAll('.article p')].map((each) =>
  each.getBoundingClientRect().right))"""


@pytest.mark.parametrize("locale", ["en-US", pytest.param("zh-CN", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_the_contents_lead_to_each_part_and_the_figures_are_drawn(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale)
    page.locator(".contents").scroll_into_view_if_needed()
    figures = page.locator(".figure")
    expect(page.locator(".figure > svg")).to_have_count(figures.count())
    assert figures.count() == 7
    for figure in figures.all():
        assert figure.locator(":is(polyline, circle, rect, line)").count() > 5
    names = page.locator(".figure text").all_text_contents()
    assert all(names)
    assert not any("choice." in name for name in names)
    for name in ("controls", "play", "try"):
        page.click(f'.contents [data-section="{name}"]')
        heading = page.locator(f"#{name} h2").first
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()


@pytest.mark.slow
def test_the_article_uses_the_width_of_the_window_and_never_scrolls_sideways(open_page: OpenPage) -> None:
    page = open_page()
    page.locator(".contents").scroll_into_view_if_needed()
    expect(page.locator(".figure > svg").first).to_be_visible()
    for width, height in ((1280, 720), (1024, 768), (768, 1024), (320, 640)):
        resize(page, width, height)
        assert page.evaluate(RIGHT) > 0.9 * width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
