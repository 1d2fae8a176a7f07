"""Accessibility as axe-core sees it: no rule of it is broken in any state of the playground."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage, resize, wait_for_epoch


def play_and_pause(page: Page) -> None:
    page.click(".play")
    wait_for_epoch(page, 3)
    page.click(".play")


def open_editor(page: Page) -> None:
    page.click('.node[data-layer="1"][data-neuron="0"]')
    expect(page.locator("#editor")).to_be_visible()


def open_advanced(page: Page) -> None:
    page.click('[data-action="advanced"]')
    expect(page.locator("#advanced")).to_be_visible()


def open_list(page: Page) -> None:
    page.click("#learningRate")


def open_dialog(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.keyboard.press("Escape")
        page.click(f'[data-action="{name}"]')
        expect(page.locator("dialog[open]")).to_be_visible()

    return act


def draw_own_points(page: Page) -> None:
    page.keyboard.press("Escape")  # closes the dialog; the panel stays open, in the place of the data
    page.click('[data-action="closeAdvanced"]')
    page.click('[data-dataset="own"]')
    expect(page.locator(".drawing")).to_be_visible()


def look_at_a_point(page: Page) -> None:
    page.locator("#inside-point-tab").click()
    page.locator(".point-phase").nth(3).click()
    expect(page.locator(".parameter").first).to_be_visible()


def look_inside(page: Page) -> None:
    page.click('[data-action="inside"]')
    expect(page.locator(".layer-table tbody tr")).not_to_have_count(0)


def look_at_quality(page: Page) -> None:
    page.click("#inside-quality-tab")
    expect(page.locator(".quality .matrix")).to_be_visible()


def descend(page: Page) -> None:
    page.click('.ways [data-action="descent"]')
    page.select_option("#descent-landscape", "ravine")
    page.click('[data-descent="step"]')
    expect(page.locator(".descent-picture").last).to_be_visible()


def choose_classes(page: Page) -> None:
    page.select_option("#problem", "multiclass")
    expect(page.locator(".class-key")).not_to_have_count(0)


TO_THE_END = """element => {
    while (element && element.scrollHeight <= element.clientHeight) element = element.parentElement;
    element?.scrollTo(0, element.scrollHeight);
}"""


def open_lesson(page: Page) -> None:
    page.click('.ways [data-section="what"]')
    page.locator("#what .try-it a").first.click()
    expect(page.locator(".lesson-conditions li").first).to_be_visible()
    # Axe counts what is behind the check at the foot as covered, though one can scroll to it.
    page.locator(".lesson-conditions").first.evaluate(TO_THE_END)


def show_a_message(page: Page) -> None:
    page.evaluate("location.hash = '#unknown=1'")
    expect(page.locator(".message")).to_be_visible()


def keep_a_model(page: Page) -> None:
    page.click("#share-models")
    page.click("#models-keep")
    expect(page.locator(".models tbody tr")).to_have_count(2)


STATES: dict[str, Callable[[Page], None]] = {
    "opened": lambda _: None,
    "trained": play_and_pause,
    "editor": open_editor,
    "advanced": open_advanced,
    "list": open_list,
    "share": open_dialog("share"),
    "models": keep_a_model,
    "help": open_dialog("help"),
    "own points": draw_own_points,
    "inside": look_inside,
    "one point": look_at_a_point,
    "quality": look_at_quality,
    "descent": descend,
    "classes": choose_classes,
    "lesson": open_lesson,
    "message": show_a_message,
    "phone": lambda page: resize(page, 390, 844),
}


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "theme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_axe_finds_nothing_in_any_state(open_page: OpenPage, locale: str, theme: Any) -> None:
    page = open_page(locale=locale, color_scheme=theme)
    found = {}
    for state, enter in STATES.items():
        enter(page)
        found[state] = violations(page)
    assert {state: what for state, what in found.items() if what} == {}


@pytest.mark.slow
def test_arrow_keys_announce_what_they_reach_in_picture_and_chart(open_page: OpenPage) -> None:
    page = open_page()
    play_and_pause(page)
    for view, place, key in (
        ("#picture", ".picture-frame", "ArrowRight"),
        ("#chart", "#chart canvas", "ArrowLeft"),
    ):
        reading = page.locator(f"{view} > [role=status]")
        expect(reading).to_have_attribute("aria-live", "polite")
        expect(reading).to_be_empty()
        page.focus(place)
        page.keyboard.press(key)
        expect(reading).not_to_be_empty()
        page.locator(place).blur()
        expect(reading).to_be_empty()


CONTRAST = """([selector, property]) => {
  const light = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const [edge, paper] = [getComputedStyle(document.querySelector(selector))[property],
    getComputedStyle(document.documentElement).backgroundColor].map(light);
  return (Math.max(edge, paper) + 0.05) / (Math.min(edge, paper) + 0.05);
}"""


@pytest.mark.slow
def test_the_borders_of_fields_can_be_told_from_the_page(open_page: OpenPage) -> None:
    page = open_page()
    for _ in range(2):
        for field in ("#activation", "#learningRate", '[data-action="regenerate"]'):
            assert page.evaluate(CONTRAST, [field, "borderTopColor"]) >= 3, field
        page.click('[data-action="theme"]')


@pytest.mark.slow
def test_forced_colours_keep_the_colours_that_are_values(open_page: OpenPage) -> None:
    page = open_page(forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for value in (".ramp", ".loss .label"):
        kept = page.evaluate(
            """(selector) => getComputedStyle(document.querySelector(selector),
              selector === '.ramp' ? null : '::before').forcedColorAdjust""",
            value,
        )
        assert kept == "none", value


@pytest.mark.slow
def test_play_keeps_its_name_while_it_is_pressed(open_page: OpenPage) -> None:
    page = open_page()
    play = page.get_by_role("button", name="Play", exact=True)
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
