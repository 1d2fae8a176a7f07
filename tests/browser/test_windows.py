"""The playground in the windows that people have: nothing is covered or cut, and play is always in reach."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Join, OpenPage, resize
from tests.browser.rest_teacher import Teacher
from tests.browser.window_faults import faults

LAPTOPS = ((1280, 720), (1366, 625), (1920, 1080))
TABLETS = ((1024, 768), (768, 1024), (1000, 640), (720, 1000))
PHONES = ((390, 844), (320, 640))
LOW = (
    (640, 360),
    (667, 375),
    (568, 320),
    (1280, 500),
    (800, 480),
)  # enlarged pages, phones on their side, frames
DEEP = "#networkShape=8,8,8,8,8,8&showTestData=true"
CLASSES = "#problem=multiclass&classes=8&networkShape=8,8&showTestData=true"

STUCK = """() => [...document.querySelectorAll('.playground *')]
  .filter((each) => getComputedStyle(each).position === 'sticky' && each.checkVisibility())
  .reduce((sum, each) => sum + each.offsetHeight, 0)"""


@pytest.mark.parametrize(
    ("locale", "hash_"),
    [
        ("en-US", DEEP),
        pytest.param("zh-TW", DEEP, marks=pytest.mark.slow),
        pytest.param("zh-CN", CLASSES, marks=pytest.mark.slow),
    ],
)
def test_nothing_is_covered_or_cut_in_any_window(open_page: OpenPage, locale: str, hash_: str) -> None:
    page = open_page(hash_, locale=locale, color_scheme="dark" if locale == "zh-TW" else "light")
    page.click('[data-action="stepBatch"]')
    expect(page.locator(".counter-batch")).to_be_visible()
    found = {}
    for width, height in (*LAPTOPS, *TABLETS, *PHONES, *LOW):
        resize(page, width, height)
        found[width, height] = faults(page)
    assert {size: what for size, what in found.items() if what} == {}


@pytest.mark.slow
def test_a_touch_screen_has_room_for_its_larger_controls(open_page: OpenPage) -> None:
    page = open_page(DEEP, has_touch=True, is_mobile=True)
    found = {}
    for width, height in ((1180, 820), (1024, 768), (768, 1024), (390, 844), (320, 640), (640, 360)):
        resize(page, width, height)
        found[width, height] = faults(page)
    assert {size: what for size, what in found.items() if what} == {}


@pytest.mark.parametrize("locale", ["en-US", pytest.param("zh-CN", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_the_whole_lab_is_visible_on_a_laptop(open_page: OpenPage, locale: str) -> None:
    page = open_page(DEEP, locale=locale)
    for width, height in (*LAPTOPS, (1024, 768)):
        resize(page, width, height)
        assert outside(page) == [], (width, height)


SIX_LAYERS = {"dataset": "xor", "hidden_layers": [8] * 6}
EIGHT_CLASSES = {"problem": "multiclass", "dataset": "blobs", "classes": 8, "hidden_layers": [8, 8]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "config", "layers"),
    [("en-US", SIX_LAYERS, 6), ("zh-TW", SIX_LAYERS, 6), ("zh-CN", EIGHT_CLASSES, 2)],
)
def test_a_seat_fits_where_the_playground_does(
    teacher: Teacher, join: Join, locale: str, config: dict[str, object], layers: int
) -> None:
    page = join(teacher.code, locale=locale)
    task = {"title": "XOR", "text": "Find it.", "config": config, "goal": {"most_weights": 900}}
    teacher.ask("PUT", "/task", task)
    expect(page.locator(".layer-control")).to_have_count(layers)
    expect(page.locator("#room-panel")).to_be_visible()
    page.keyboard.press("Escape")
    found = {}
    for width, height in (*LAPTOPS, *TABLETS, *PHONES, *LOW):
        resize(page, width, height)
        found[width, height] = faults(page)
        if (width, height) in (*LAPTOPS, (1024, 768)):
            assert outside(page) == [], (width, height)
        if (width, height) in ((768, 1024), (720, 1000)) and config is SIX_LAYERS:
            assert lower_edge(page, ".network-board *") <= height, (width, height)
    assert {size: what for size, what in found.items() if what} == {}


def lower_edge(page: Page, selector: str) -> float:
    """Return the lower edge of the lowest element of a selector, in pixels of the window."""
    found: float = page.evaluate(
        """(wanted) => Math.max(...[...document.querySelectorAll(wanted)]
          .map((each) => each.getBoundingClientRect().bottom))""",
        selector,
    )
    return found


@pytest.mark.parametrize("locale", ["en-US", pytest.param("zh-CN", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [(768, 1024, ".network-board *"), (720, 1000, ".network-board *"), (640, 360, ".picture, .chart")],
)
@pytest.mark.slow
def test_nothing_that_one_watches_ends_below_the_fold(
    open_page: OpenPage, locale: str, width: int, height: int, shown: str
) -> None:
    page = open_page(DEEP, locale=locale)
    resize(page, width, height)
    expect(page.locator(".network-board .node").last).to_be_attached()
    assert lower_edge(page, shown) <= height


@pytest.mark.slow
def test_the_colour_scale_can_be_read_while_one_points_at_a_small_picture(open_page: OpenPage) -> None:
    page = open_page()
    resize(page, 1366, 625)
    page.hover(".picture-frame")
    expect(page.locator(".readout-group")).to_contain_text("at (")
    width = page.locator(".ramp").evaluate("(scale) => scale.getBoundingClientRect().width")
    assert width >= 80
    assert faults(page) == {}


def outside(page: Page) -> list[str]:
    """Return the elements of the lab that are outside the window or the network's frame."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(':is(.bar, .lab) *')].filter((each) => each.checkVisibility()
          && !each.closest('.popover, svg, [hidden], .visually-hidden')).filter((each) => {
            const box = each.getBoundingClientRect();
            const frame = each.closest('.network-frame')?.getBoundingClientRect();
            const [right, bottom] = frame ? [frame.right, frame.bottom] : [innerWidth, innerHeight];
            return box.width > 0 && (box.bottom > Math.min(innerHeight, bottom) + 1
              || box.right > Math.min(innerWidth, right) + 1 || box.left < -1);
          }).map((each) => each.outerHTML.slice(0, 120))"""
    )
    return found


@pytest.mark.slow
def test_only_a_small_bar_stays_in_view_in_a_low_window(open_page: OpenPage) -> None:
    page = open_page()
    for width, height in LOW:
        resize(page, width, height)
        assert page.evaluate(STUCK) <= 56, (width, height)
    resize(page, 390, 844)
    assert 200 < page.evaluate(STUCK) < 422
