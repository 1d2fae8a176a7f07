"""A page on which points are drawn: what it sends, and strokes on its picture."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage

PLAIN = "#dataSeed=1&weightsSeed=1&speed=60"
WATCH_SOCKET = """() => {
  window.sent = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string') window.sent.push(JSON.parse(data));
    return send.call(this, data);
  };
}"""


def open_drawing(open_page: OpenPage) -> Page:
    """Return a page with the dataset of custom points and the few points that it starts with."""
    page = open_page(PLAIN)
    page.evaluate(WATCH_SOCKET)
    page.click('[data-dataset="own"]')
    expect(page.locator(".drawing")).to_be_visible()
    return page


def sent_points(page: Page) -> list[list[list[float]]]:
    """Return every list of points that the page has sent."""
    sent: list[dict[str, Any]] = page.evaluate("sent")
    return [each["changes"]["points"] for each in sent if "points" in each.get("changes", {})]


def wait_for_points(page: Page, count: int) -> list[list[float]]:
    """Wait until the last list sent has `count` points, and return it."""
    page.wait_for_function(
        "count => sent.findLast(({changes}) => changes?.points)?.changes.points.length === count", arg=count
    )
    return sent_points(page)[-1]


def wait_for_more(page: Page, count: int) -> None:
    """Wait until a list of more than `count` points was sent."""
    page.wait_for_function(
        "count => sent.some(({changes}) => (changes?.points?.length ?? 0) > count)", arg=count
    )


def linked_points(page: Page, before: str | None = None) -> str:
    """Wait until the URL's points are set and differ from `before`, and return them."""
    read = "new URLSearchParams(location.hash.slice(1)).get('points')"
    script = f"before => [{read}].find((points) => points && points !== before)"
    found: str = page.wait_for_function(script, arg=before).json_value()
    return found


def tool(page: Page, name: str) -> Locator:
    """Return a drawing tool."""
    return page.locator(f'.drawing [data-tool="{name}"]')


def open_text(page: Page) -> Locator:
    """Open the dialog that edits points as text; it is loaded on first use."""
    tool(page, "text").click()
    field = page.locator("#points-text")
    expect(field).to_be_visible()
    return field


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """Draw a stroke through points of the plane with the button down."""
    box = page.locator(".picture-frame").bounding_box()
    assert box is not None
    for index, (x1, x2) in enumerate(points):
        x, y = box["x"] + (x1 + 6) / 12 * box["width"], box["y"] + (6 - x2) / 12 * box["height"]
        page.mouse.move(x, y, steps=1 if index == 0 else 20)
        if index == 0:
            page.mouse.down()
    page.mouse.up()
