"""How good the network is: numbers of both sets, confusion matrix, and the points that it gets wrong."""

import re

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser.conftest import OpenPage, wait_for_epoch

pytestmark = pytest.mark.slow


def open_quality(page: Page) -> Locator:
    """Open the part of the panel, and return it."""
    page.click('[data-action="inside"]')
    page.get_by_role("tab", name="How good is it?").click()
    part = page.locator(".quality")
    expect(part).to_be_visible()
    return part


def wrong_count(part: Locator) -> int:
    heading = part.get_by_role("heading", name=re.compile("^Wrong: "))
    expect(heading).to_be_visible()
    return int(re.findall(r"\d+", heading.inner_text())[0])


def test_both_sets_have_their_numbers_and_the_wrong_points_are_ringed(open_page: OpenPage) -> None:
    page = open_page("#noise=50&dataset=xor&dataSeed=1&weightsSeed=1")
    part = open_quality(page)
    expect(part.locator(".quality-table tbody td")).to_have_text([re.compile(r"^\d+\.\d%$")] * 2)
    expect(part.locator(".quality-table tbody td").last).to_have_text(
        page.locator(".losses").inner_text()[-5:]
    )
    number = wrong_count(part)
    cells = part.locator(".matrix td:not(.corner)")
    counts = [int(text or 0) for text in cells.all_inner_texts()]
    assert sum(counts) == 250
    assert counts[1] + counts[2] == number
    expect(page.locator(".wrong-marks circle")).to_have_count(min(number, 100))
    part.get_by_role("button", name="Training points").click()
    expect(part.get_by_role("button", name="Training points")).to_have_attribute("aria-pressed", "true")
    part.get_by_role("button", name=re.compile(r"^Point at \(.*predicted")).first.focus()
    expect(page.locator(".wrong-marks .pointed")).to_have_count(1)
    page.get_by_role("tab", name="Training").click()
    expect(page.locator(".wrong-marks")).to_have_count(0)


def test_a_wrong_point_is_worked_through_by_hand_from_the_list_and_from_the_picture(
    open_page: OpenPage,
) -> None:
    page = open_page("#noise=50&dataset=xor&dataSeed=1&weightsSeed=1")
    part = open_quality(page)
    first = part.locator(".wrong-points button").first
    x1 = re.findall(r"\((.*?),", first.inner_text())[0].replace("−", "-")
    first.press("Enter")
    tab = page.get_by_role("tab", name="One point, by hand")
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("x₁", exact=True)).to_have_value(re.compile(f"^{re.escape(x1[:2])}"))
    expect(page.locator(".point-name")).to_contain_text("Test point")
    page.get_by_role("tab", name="How good is it?").click()
    ring = page.locator(".wrong-marks circle").last
    index = ring.get_attribute("data-index")
    assert index is not None
    ring.click(force=True)
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.locator(".wrong-marks")).to_have_count(0)


def test_the_numbers_are_live_and_a_closed_panel_asks_for_nothing(open_page: OpenPage) -> None:
    page = open_page("#speed=60&dataSeed=1&weightsSeed=1")
    asked: list[str] = []

    def note(sent: str | bytes) -> None:
        if isinstance(sent, str) and "measure_quality" in sent:
            asked.append(sent)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    page.on("websocket", listen)
    page.reload()
    page.click('[data-action="play"]')
    wait_for_epoch(page, 3)
    assert asked == []
    part = open_quality(page)
    expect(part.get_by_role("heading", name="All 250 are right")).to_be_visible()
    expect(part.locator(".quality-table tbody td").last).to_have_text("100%")
    expect(page.locator(".wrong-marks circle")).to_have_count(0)
    assert len(asked) > 0
    page.get_by_role("button", name="Close", exact=True).click()
    before = len(asked)
    epoch = int(page.locator("#epoch").inner_text().replace(",", ""))
    wait_for_epoch(page, epoch + 30)
    assert len(asked) == before


def test_several_classes_and_regression_have_their_own_numbers(open_page: OpenPage) -> None:
    page = open_page("#noise=50&dataSeed=1&weightsSeed=1")
    page.select_option("#problem", "multiclass")
    part = open_quality(page)
    expect(part.locator(".matrix tbody tr")).to_have_count(page.locator(".class-key").count())
    table = part.locator(".matrix table")
    table.focus()
    page.keyboard.press("ArrowRight")
    expect(part.locator(".matrix-read")).to_have_text(re.compile(r"^True 0, predicted 0: \d+ of \d+$"))
    page.select_option("#problem", "regression")
    expect(part.locator(".quality-table tbody th")).to_have_text(["R²", "RMSE"])
    expect(part.locator(".matrix")).to_be_hidden()
    expect(part.get_by_role("heading", name="Largest errors")).to_be_visible()
    expect(part.locator(".wrong-points li")).to_have_count(12)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844), (640, 360)])
def test_the_part_fits_the_window(open_page: OpenPage, width: int, height: int) -> None:
    page = open_page("#noise=50&dataset=xor&dataSeed=1&weightsSeed=1", width=width, height=height)
    part = open_quality(page)
    expect(part.locator(".wrong-points li").first).to_be_attached()
    panel = page.locator("#inside")
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    part.locator(".wrong-points button").first.scroll_into_view_if_needed()
    expect(part.locator(".wrong-points button").first).to_be_in_viewport()
