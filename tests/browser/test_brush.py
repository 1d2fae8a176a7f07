"""The brush of drawn points: sprays, and further points like those that are there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.drawing_page import open_drawing, stroke, wait_for_more, wait_for_points


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return a page with a few points of one's own."""
    return open_drawing(open_page)


@pytest.mark.slow
def test_points_are_sprayed_as_many_as_chosen_undone_and_drawn_again(page: Page) -> None:
    page.click('[data-tool="spray"]')
    expect(page.locator(".brush")).to_be_visible()
    page.locator("#brush-amount").fill("9")
    page.locator("#brush-spread").fill("0.5")
    box = page.locator(".picture-frame").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    expect(page.locator(".spray-ring")).to_be_visible()
    page.mouse.down()
    page.mouse.up()
    points = wait_for_points(page, 12 + 9)
    assert all(abs(x1 + 3) < 2.5 and abs(x2 - 3) < 2.5 for x1, x2, _ in points[12:])
    page.click('[data-tool="undo"]')
    wait_for_points(page, 12)
    page.click('[data-tool="redo"]')
    assert wait_for_points(page, 12 + 9) == points
    stroke(page, (-4, 4), (4, 4))
    wait_for_more(page, 12 + 9 * 5)
    page.locator(".picture-frame").focus()
    page.keyboard.press("Control+z")
    assert wait_for_points(page, 12 + 9) == points


def test_more_points_like_those_are_drawn_by_keyboard_and_undone(page: Page) -> None:
    page.focus('[data-tool="spray"]')
    page.keyboard.press("Enter")
    page.focus("#brush-more")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.focus("#brush-width")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    points = wait_for_points(page, 12 + 2 * 22)
    added = points[12:]
    assert sorted({target for _, _, target in added}) == [-1, 1]
    distances = [
        min((x1 - a) ** 2 + (x2 - b) ** 2 for a, b, c in points[:12] if c == target)
        for x1, x2, target in added
    ]
    assert max(distances) < 0.5**2  # of width 0.1
    expect(page.locator('.drawing [role="status"]')).to_have_text("44 points were added.")
    page.focus(".picture-frame")
    page.keyboard.press("Enter")  # sprays at the middle
    wait_for_points(page, 12 + 44 + 5)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    wait_for_points(page, 12)
    page.focus('[data-brush="add"]')
    page.keyboard.press("Enter")
    assert wait_for_points(page, 12 + 44) == points  # the same points give the same further ones
    page.keyboard.press("Escape")
    expect(page.locator(".brush")).to_be_hidden()
    expect(page.locator('[data-tool="spray"]')).to_be_focused()
