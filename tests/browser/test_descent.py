"""The laboratory of gradient descent: its steps, pictures and formulas, by mouse, touch and keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.slow


def open_laboratory(page: Page) -> Locator:
    """Open the laboratory from the foot of the lab, and return its panel."""
    page.locator(".ways").get_by_role("button", name="Gradient descent").click()
    panel = page.get_by_role("group", name="Gradient descent")
    expect(panel).to_be_focused()
    return panel


def place_in(picture: Locator, across: float, down: float) -> tuple[float, float]:
    """Return the place of the window at these shares of a picture."""
    box = picture.bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def test_a_parabola_is_descended_step_by_step_with_its_numbers(open_page: OpenPage) -> None:
    page = open_page()
    panel = open_laboratory(page)
    expect(panel).to_contain_text("Step 0: w = 5, loss 8")
    expect(panel).to_contain_text("New w = 5 minus 0.1 times 8 = 4.2.")
    expect(panel.locator("math").first).to_be_visible()
    panel.get_by_role("button", name="Step", exact=True).click()
    expect(panel).to_contain_text("Step 1: w = 4.2, loss 2.88")
    expect(panel.locator(".descent-outcome")).to_contain_text("Downhill")
    rate = panel.get_by_role("combobox", name="Learning rate")
    for value, said in (("0.3", "Overshot"), ("0.5", "To and fro"), ("0.55", "Too far")):
        panel.get_by_role("button", name="Restart").click()
        rate.fill(value)
        rate.press("Enter")
        panel.get_by_role("button", name="Step", exact=True).click()
        expect(panel.locator(".descent-outcome")).to_contain_text(said)
    rate.fill("5")
    rate.press("Enter")
    panel.get_by_role("button", name="Play").click()
    expect(panel.locator(".descent-outcome")).to_contain_text("Diverged")
    expect(panel.get_by_role("button", name="Step", exact=True)).to_be_disabled()
    expect(panel.get_by_role("button", name="Play")).to_be_visible()


def test_the_start_is_chosen_by_mouse_keys_and_numbers(open_page: OpenPage) -> None:
    page = open_page()
    panel = open_laboratory(page)
    picture = panel.get_by_role("application")
    page.mouse.move(*place_in(picture, 0.2, 0.5))
    page.mouse.down()
    page.mouse.move(*place_in(picture, 0.5, 0.5))
    page.mouse.up()
    expect(panel).to_contain_text("Step 0: w = 3, loss 0")
    expect(panel.locator(".descent-outcome")).to_contain_text("Arrived at the minimum")
    expect(picture).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(panel).to_contain_text("w = 3.1")
    page.keyboard.press("Shift+ArrowLeft")
    expect(panel).to_contain_text("w = 2.6")
    panel.get_by_label("Loss", exact=True).select_option("bowl")
    picture.press("ArrowUp")
    expect(panel).to_contain_text("w₁ = −4, w₂ = 3.1")
    panel.get_by_label("Start w₁").fill("2,5")
    panel.get_by_label("Start w₁").press("Enter")
    expect(panel).to_contain_text("w₁ = 2.5, w₂ = 3.1")
    panel.get_by_label("Start w₁").fill("far")
    panel.get_by_label("Start w₁").press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("far")
    expect(panel).to_contain_text("w₁ = 2.5, w₂ = 3.1")


def test_the_whole_descent_is_walked_by_keyboard_and_the_focus_is_never_lost(open_page: OpenPage) -> None:
    page = open_page()
    panel = open_laboratory(page)
    panel.get_by_role("combobox", name="Learning rate").fill("0.2")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Step", exact=True).focus()
    for _ in range(6):
        page.keyboard.press("Enter")
    expect(panel.locator(".descent-outcome")).to_contain_text("Arrived at the minimum")
    expect(panel.get_by_role("button", name="Restart")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Step 0: w = 5, loss 8")


def test_an_earlier_path_stays_in_sight_when_another_optimizer_starts(open_page: OpenPage) -> None:
    page = open_page()
    panel = open_laboratory(page)
    panel.get_by_label("Loss", exact=True).select_option("minima")
    panel.get_by_role("button", name="Play").click()
    expect(panel.locator(".descent-outcome")).to_contain_text("Stuck in a local minimum")
    earlier = panel.locator("path.earlier")
    assert not earlier.get_attribute("d")
    panel.get_by_label("Optimizer").select_option("momentum")
    expect(earlier).to_have_attribute("d", re.compile(r"^M.*L.*L"))
    panel.get_by_role("button", name="Play").click()
    expect(panel.locator(".descent-outcome")).to_contain_text("Arrived at the minimum", timeout=40_000)


def test_it_opens_from_the_article_and_takes_the_place_of_other_panels(open_page: OpenPage) -> None:
    page = open_page()
    page.click('[data-action="inside"]')
    expect(page.locator("#inside")).to_be_visible()
    page.get_by_role("button", name="Gradient descent step by step").click()
    panel = page.get_by_role("group", name="Gradient descent")
    expect(panel).to_be_in_viewport()
    expect(page.locator("#inside")).to_be_hidden()
    page.click('[data-action="advanced"]')
    expect(panel).to_be_hidden()
    page.locator(".ways").get_by_role("button", name="Gradient descent").press("Enter")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".ways").get_by_role("button", name="Gradient descent")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768), (390, 844), (640, 360)])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_laboratory_fits_the_window_and_a_finger_chooses_the_start(
    open_page: OpenPage, width: int, height: int, locale: str
) -> None:
    page = open_page(width=width, height=height, locale=locale, has_touch=True)
    page.locator('.ways [data-action="descent"]').tap()
    panel = page.locator("#descent")
    expect(panel).to_be_visible()
    page.locator("#descent-landscape").select_option("minima")  # it has the longest formula
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")
    page.locator("#descent-landscape").select_option("ravine")
    picture = panel.get_by_role("application")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    mark = picture.locator(".goals circle")  # the minimum, at 0 and 0
    page.touchscreen.tap(*place_in(mark, 0.5, 0.5))
    for field in ("#descent-start-0", "#descent-start-1"):
        expect(page.locator(field)).to_have_value(re.compile(r"^-?0(\.0[1-4]\d*)?$"))
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
