"""Experiments: the lab shows that they lie below it, and keeps the text of the one that is open."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, resize, wait_for_frame
from tests.browser.window_faults import faults

TEXTS = json.loads((Path(__file__).parents[2] / "static/i18n/en.json").read_text("utf-8"))


def opened(page: Page) -> str:
    """Return the title of the experiment whose text is shown in the lab."""
    expect(page.locator(".lesson-open")).to_be_in_viewport()
    return page.locator(".lesson-open strong").inner_text()


@pytest.mark.slow
def test_the_lab_shows_that_experiments_lie_below_and_leads_to_them(open_page: OpenPage) -> None:
    page = open_page()
    way = page.locator('.lesson [data-section="try"]')
    expect(way).to_be_in_viewport()
    way.click()
    expect(page.locator("#try h2")).to_be_in_viewport()
    expect(page.locator("#try h2")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")
    page.click('[data-action="help"]')
    page.click('#keys-dialog [data-section="try"]')
    expect(page.locator("#keys-dialog")).to_be_hidden()
    expect(page.locator("#try h2")).to_be_in_viewport()


def test_an_opened_experiment_keeps_its_text_in_the_lab_until_it_is_closed(open_page: OpenPage) -> None:
    page = open_page()
    page.click('.lesson [data-section="try"]')
    page.get_by_role("link", name=TEXTS["try.vanishing.title"]).click()
    assert opened(page) == TEXTS["try.vanishing.title"]
    expect(page.locator(".lesson-open")).to_contain_text(TEXTS["try.vanishing.text"])
    expect(page.locator(".layer-control .count")).to_have_text(["8", "8", "8"])
    assert page.evaluate("scrollY") == 0
    found = {}
    for width, height in ((1280, 720), (1366, 625), (1024, 768), (768, 1024), (390, 844), (640, 360)):
        resize(page, width, height)
        found[width, height] = faults(page)
    assert {size: what for size, what in found.items() if what} == {}
    resize(page, 1280, 720)
    page.reload()
    wait_for_frame(page)
    assert opened(page) == TEXTS["try.vanishing.title"]
    page.click(f'[aria-label="{TEXTS["lesson.next"]}"]')
    expect(page.locator(".lesson-open strong")).to_have_text(TEXTS["try.deep.title"])
    expect(page.locator("#activation")).to_have_value("sigmoid")
    page.click(f'[aria-label="{TEXTS["lesson.close"]}"]')
    expect(page.locator(".lesson-open")).to_be_hidden()
    page.reload()
    wait_for_frame(page)
    expect(page.locator('.lesson [data-section="try"]')).to_be_visible()


@pytest.mark.slow
def test_a_link_that_hides_the_article_hides_the_ways_to_it(open_page: OpenPage) -> None:
    page = open_page("#hideText=true")
    expect(page.locator(".article")).to_be_hidden()
    expect(page.locator('.lesson [data-section="try"]')).to_be_hidden()
