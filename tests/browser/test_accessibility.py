"""Accessibility: languages, keyboard, touch and themes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, epoch, wait_for_epoch


def test_the_language_follows_the_browser_and_can_be_changed(open_page: OpenPage) -> None:
    page = open_page(locale="zh-HK")
    expect(page.locator("html")).to_have_attribute("lang", "zh-TW")
    expect(page.locator('label[for="learningRate"]')).to_have_text("學習率")
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
    page.select_option("#language", "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator('label[for="learningRate"]')).to_have_text("Learning rate")
    wait_for_epoch(page, 1)


@pytest.mark.slow
def test_every_text_is_translated(open_page: OpenPage) -> None:
    for locale in ("en-US", "zh-CN"):
        page = open_page(locale=locale)
        text = page.evaluate(
            """() => [document.body.innerText, ...[...document.querySelectorAll('[aria-label],[title]')].map(
                (each) => `${each.getAttribute('aria-label')} ${each.title}`)].join(' ')"""
        )
        for prefix in (
            "control.",
            "readout.",
            "choice.",
            "article.",
            "keys.",
            "share.",
            "message.",
            "hint.",
            "try.",
        ):
            assert prefix not in text.replace("e.g.", ""), prefix


LANDMARKS = """() => {
  const nameOf = (element) => element.getAttribute('aria-label')
    ?? document.getElementById(element.getAttribute('aria-labelledby'))?.textContent.trim();
  const all = (selector) => [...document.querySelectorAll(selector)];
  const fields = all('select, input, .transport button').flatMap((each) =>
    [each.getAttribute('aria-label'), ...[...each.labels ?? []].map((label) => label.textContent.trim())]);
  return all('main, nav, aside, section, [role=region], .transport').map(nameOf)
    .filter((name) => name && fields.includes(name));
}"""


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "classroom"])
def test_no_landmark_has_the_name_of_one_of_its_controls(open_page: OpenPage, path: str) -> None:
    page = open_page(path, ready=not path)
    if path:
        page.fill("#new-room", "9b")
        page.press("#new-room", "Enter")
        expect(page.locator(".wall-controls select")).to_be_visible()
    assert page.evaluate(LANDMARKS) == []


@pytest.mark.slow
def test_keyboard_shortcuts_do_what_their_list_says(open_page: OpenPage) -> None:
    page = open_page("#dataSeed=1&weightsSeed=1")
    press = page.keyboard.press
    press("s")
    wait_for_epoch(page, 1)
    press("r")
    expect(page.locator("#epoch")).to_have_text("0")
    press("Space")
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "true")
    press("Space")
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    press("t")
    expect(page.locator("#showTest")).to_be_checked()
    press("d")
    expect(page.locator("#discretize")).to_be_checked()
    press("l")
    expect(page.locator("#logScale")).to_be_checked()
    press("+")
    expect(page.locator("#speed")).to_have_value("250")
    press("-")
    expect(page.locator("#speed")).to_have_value("60")
    press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()


@pytest.mark.slow
def test_shortcuts_do_not_apply_in_a_focused_field_or_button(open_page: OpenPage) -> None:
    page = open_page()
    page.focus("#learningRate")
    page.keyboard.press("s")
    page.keyboard.press("Space")
    page.focus('[data-action="share"]')
    page.keyboard.press("Space")
    expect(page.locator("#share-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    assert epoch(page) == 0


def test_the_whole_playground_can_be_used_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("#dataSeed=1&weightsSeed=1")
    expect(page.locator("#chart canvas")).to_be_visible()
    page.evaluate(
        """() => {
          window.reached = [];
          document.addEventListener('focusin', ({ target: e }) => reached.push(e.id || e.dataset.action
            || e.dataset.dataset || e.dataset.feature || (e.classList.contains('node') ? 'neuron' : '')
            || (e.classList.contains('picture-frame') ? 'picture' : '')
            || (e.closest('#chart') ? 'chart' : '') || (e.closest('.layer-control') ? 'layer' : '')));
        }"""
    )
    for _ in range(120):
        page.keyboard.press("Tab")
    reached = set(page.evaluate("reached"))
    wanted = {
        *("play", "reset", "stepEpoch", "stepBatch", "newWeights", "speed", "learningRate", "activation"),
        *(
            "regularization",
            "regularizationRate",
            "problem",
            "advanced",
            "share",
            "language",
            "theme",
            "help",
        ),
        *("circle", "spiral", "trainPercent", "noise", "batchSize", "regenerate", "x1", "sin_x2", "neuron"),
        *("layer", "addLayer", "removeLayer", "picture", "chart", "showTest", "discretize", "logScale"),
    }
    assert wanted - reached == set()


@pytest.mark.slow
def test_every_control_has_a_name_and_a_tooltip(open_page: OpenPage) -> None:
    page = open_page()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, select, input')]
          .filter((each) => each.checkVisibility() && !each.getAttribute('aria-hidden')
            && !each.getAttribute('aria-label') && !each.labels?.length
          && !each.innerText.trim()).map((each) => each.outerHTML)"""
    )
    assert nameless == []
    page.hover('label[for="noise"]')
    expect(page.locator("#tooltip")).to_be_visible()
    page.hover(".brand")
    expect(page.locator("#tooltip")).to_be_hidden()


@pytest.mark.slow
def test_progress_is_announced_in_a_polite_live_region(open_page: OpenPage) -> None:
    page = open_page("#speed=max")
    page.click(".play")
    wait_for_epoch(page, 20)
    page.click(".play")
    expect(page.locator("#summary")).to_contain_text("test loss", ignore_case=True)
    expect(page.locator("#summary")).to_have_attribute("aria-live", "polite")


def texts_overlap(page: Page) -> list[str]:
    """Return the labels of the toolbar and the panels whose text is cut off."""
    cut: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.label, .text-button span, .toggle span, h2, .count, .quiet')]
          .filter((each) => each.checkVisibility() && !each.matches('.visually-hidden')
            && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline')
          .map((each) => each.textContent)"""
    )
    return cut


@pytest.mark.parametrize("locale", ["en-US", "zh-TW", pytest.param("zh-CN", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_no_text_is_cut_off(open_page: OpenPage, locale: str) -> None:
    assert texts_overlap(open_page(locale=locale)) == []


@pytest.mark.slow
def test_the_theme_can_be_changed_and_is_remembered(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.click('[data-action="theme"]')
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = open_page(color_scheme="dark")
    expect(dark.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.slow
def test_touch_can_do_what_a_mouse_can(open_page: OpenPage) -> None:
    page = open_page("#networkShape=3", width=390, height=844, has_touch=True, is_mobile=True)
    watching = page.locator("#watching")
    page.tap(".play")
    wait_for_epoch(page, 3)
    page.tap(".play")
    page.tap('.node[data-layer="1"][data-neuron="1"]')
    expect(page.locator("#editor")).to_be_visible()
    expect(watching).to_contain_text("2")
    page.tap("#network-title")
    expect(page.locator("#editor")).to_be_hidden()
    page.tap(".picture-frame")
    expect(page.locator(".readout")).not_to_be_empty()
    page.tap('label[for="noise"]')
    expect(page.locator("#tooltip")).to_be_visible()


@pytest.mark.slow
def test_on_a_phone_the_output_stays_visible(open_page: OpenPage) -> None:
    page = open_page("#networkShape=4,2", width=390, height=844, has_touch=True, is_mobile=True)
    page.locator("#noise").scroll_into_view_if_needed()
    box = page.locator(".picture-frame").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] < 844


@pytest.mark.slow
def test_reduced_motion_is_respected(open_page: OpenPage) -> None:
    page = open_page("#speed=60", reduced_motion="reduce")
    page.click(".play")
    wait_for_epoch(page, 5)
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
