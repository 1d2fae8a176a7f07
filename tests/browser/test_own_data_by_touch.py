"""Custom points on a phone, by touch events; links that name many points, by touch and by keyboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.conftest import OpenPage, wait_for_epoch
from tests.browser.drawing_page import (
    PLAIN,
    WATCH_SOCKET,
    sent_points,
    wait_for_more,
    wait_for_points,
)

PHONE: dict[str, Any] = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
TABLE = "\n".join(["left,right,kind", *(f"{at % 37},{at * 7 % 41},{'abc'[at % 3]}" for at in range(600))])


def phone(open_page: OpenPage) -> Page:
    """Return a phone's page with custom points."""
    page = open_page(PLAIN, **PHONE)
    page.evaluate(WATCH_SOCKET)
    page.locator('[data-dataset="own"]').tap()
    expect(page.locator(".drawing")).to_be_visible()
    page.locator(".picture-frame").scroll_into_view_if_needed()
    return page


@contextmanager
def finger(page: Page) -> Iterator[Any]:
    """A finger that touches places of the plane: down with the first, up at the end."""
    box = page.locator(".picture-frame").bounding_box()
    assert box is not None
    client = page.context.new_cdp_session(page)
    touched = False

    def move(x1: float, x2: float) -> None:
        nonlocal touched
        x, y = box["x"] + (x1 + 6) / 12 * box["width"], box["y"] + (6 - x2) / 12 * box["height"]
        kind = "touchMove" if touched else "touchStart"
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        touched = True

    yield move
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def draw_line(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 30) -> None:
    """Draw a stroke from one place of the plane to another with a finger."""
    with finger(page) as move:
        for step in range(steps + 1):
            share = step / steps
            move(start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))


def tap_after_stroke(page: Page, name: str, kind: str = "tool") -> None:
    """Tap a tool once: Chromium takes no tap for one that comes within moments of a stroke's end."""
    tool = page.locator(f'[data-{kind}="{name}"]')
    tool.evaluate("tool => tool.addEventListener('click', () => tool.dataset.heard = 'yes', {once: true})")
    for _ in range(10):
        tool.tap()
        with suppress(PlaywrightTimeoutError):
            page.wait_for_selector(f'[data-{kind}="{name}"][data-heard]', timeout=1000)
            break
    tool.evaluate("tool => delete tool.dataset.heard")


@pytest.mark.slow
def test_a_finger_draws_erases_and_sprays_on_a_phone(open_page: OpenPage) -> None:
    page = phone(open_page)
    start = len(sent_points(page)[0])
    page.locator('.pen[data-target="-1"]').tap()
    with finger(page) as move:
        move(4, 4)
    points = wait_for_points(page, start + 1)
    assert points[-1] == pytest.approx([4, 4, -1], abs=0.15)
    scrolled = page.evaluate("scrollY")
    draw_line(page, (-5, -5), (5, -5))
    wait_for_more(page, start + 12)
    painted = sent_points(page)[-1][start + 1 :]
    assert {target for _, _, target in painted} == {-1}
    assert page.evaluate("scrollY") == scrolled  # the stroke draws, and does not scroll the page
    draw_line(page, (-5, 5), (-5, -2), 10)  # down the page too
    assert page.evaluate("scrollY") == scrolled
    tap_after_stroke(page, "undo")
    page.locator('[data-tool="undo"]').tap()
    wait_for_points(page, start + 1)
    tap_after_stroke(page, "erase")
    with finger(page) as move:
        move(4, 4)
    wait_for_points(page, start)
    tap_after_stroke(page, "spray")
    expect(page.locator(".brush")).to_be_visible()
    with finger(page) as move:
        move(-3, 3)
    wait_for_points(page, start + 5)
    tap_after_stroke(page, "add", "brush")
    wait_for_points(page, start + 5 + 2 * 20)
    page.locator('[data-tool="undo"]').tap()
    wait_for_points(page, start + 5)
    expect(page.locator(".message")).to_have_count(0)


@pytest.mark.slow
def test_the_brush_covers_neither_picture_nor_tools_on_a_phone(open_page: OpenPage) -> None:
    page = phone(open_page)
    page.locator('[data-tool="spray"]').tap()
    brush = page.locator(".brush").bounding_box()
    assert brush is not None
    for part in (".picture-frame", ".drawing"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= brush["y"] + 1
    for each in page.locator(".brush :is(input, select, button:not(.small))").all():
        box = each.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.slow
def test_a_link_that_names_points_is_made_and_opened_by_touch(open_page: OpenPage) -> None:
    page = phone(open_page)
    page.locator('[data-action="table"]').tap()
    page.fill("#table-text", TABLE)
    page.locator('[data-table="use"]').tap()
    expect(page.locator(".own-columns")).to_contain_text("right")
    page.locator('[data-action="share"]').tap()
    field = page.locator("#share-link")
    expect(field).to_have_value(re.compile(r"&data=[\w-]{22}$"))
    link = field.input_value()
    other = open_page(link[link.index("#") :], **PHONE)
    expect(other.locator(".own-columns")).to_contain_text("right")
    other.locator(".play").tap()
    wait_for_epoch(other, 3)
    with finger(other) as move:
        move(5.5, -5.5)
    other.wait_for_function("location.hash.includes('points=')")


@pytest.mark.slow
def test_a_link_that_names_points_is_made_and_opened_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(PLAIN)
    page.focus('[data-dataset="own"]')
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-action="table"]')
    page.focus('[data-action="table"]')
    page.keyboard.press("Enter")
    expect(page.locator("#table-text")).to_be_focused()
    page.keyboard.insert_text(TABLE)
    expect(page.locator('[data-table="use"]')).to_be_enabled()
    page.focus('[data-table="use"]')
    page.keyboard.press("Enter")
    expect(page.locator(".own-columns")).to_contain_text("right")
    page.focus('[data-action="share"]')
    page.keyboard.press("Enter")
    field = page.locator("#share-link")
    expect(field).to_have_value(re.compile(r"&data=[\w-]{22}$"))
    expect(field).to_be_focused()
    assert page.evaluate("getSelection().toString()").endswith(field.input_value()[-22:])
    link = field.input_value()
    page.keyboard.press("Escape")
    other = open_page()
    other.evaluate("hash => location.hash = hash", link[link.index("#") :])
    expect(other.locator(".own-columns")).to_contain_text("right")
    other.focus(".picture-frame")
    other.keyboard.press("Enter")
    expect(other.locator('[data-tool="undo"]')).to_be_enabled()
