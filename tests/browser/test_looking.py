"""The page of a view link: it shows a training live, offers nothing that is refused, and makes a copy."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, state, wait_for_epoch
from tests.support.process import ServerProcess


def _new_session(server: ServerProcess, **config: object) -> dict[str, str]:
    new: dict[str, str] = httpx.post(f"{server.url}api/sessions", json={"config": config}, timeout=30).json()
    return new


def _state_of(server: ServerProcess, session: str) -> dict[str, object]:
    found: dict[str, object] = httpx.get(f"{server.url}api/sessions/{session}", timeout=30).json()
    return found


def _usable(page: Page) -> list[str]:
    """Return what can be pressed or changed on the playground, but for what changes only the display."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(':is(.bar, .lab) :is(button, input, select)')]
          .filter((each) => each.checkVisibility() && !each.disabled && each.ariaDisabled !== 'true')
          .filter((each) => !each.dataset.section)  // these lead to the article
          .map((each) => each.id || each.dataset.action || each.className)"""
    )
    return found


def test_a_view_link_says_that_one_only_watches_and_offers_only_what_looks(
    open_page: OpenPage, server: ServerProcess
) -> None:
    new = _new_session(server, hidden_layers=[3], dataset="own", points=[[0, 0, 1], [1, 1, -1]])
    page = open_page(new["url"].removeprefix(server.url))
    expect(page.locator(".looking-bar")).to_contain_text("You are watching this training")
    expect(page.locator("#first-hint")).to_be_hidden()
    page.click('[data-action="advanced"]')
    expect(page.locator("#optimizer")).to_be_disabled()
    expect(page.locator('[data-action="restore"]')).to_be_hidden()
    page.click('[data-action="closeAdvanced"]')
    display = {
        "advanced",
        "inside",
        "descent",
        "showTrain",
        "showTest",
        "discretize",
        "decisionLine",
        "logScale",
    }
    assert set(_usable(page)) - display == {"node", "bias"}  # to be read
    page.locator('.node[data-layer="1"]').first.click()
    expect(page.locator("#editor input").first).to_be_disabled()
    assert page.locator("#editor input").first.input_value() != ""


@pytest.mark.slow
def test_keys_and_presses_that_would_change_it_say_why_they_do_not(
    open_page: OpenPage, server: ServerProcess
) -> None:
    new = _new_session(server, hidden_layers=[3])
    page = open_page(new["url"].removeprefix(server.url))
    before = _state_of(server, new["id"])
    told = page.locator("#messages .message", has_text="only watching")
    for key in ("Space", "s", "b", "r", "n", "g", "+"):
        page.keyboard.press(key)
        expect(told).to_be_visible()
        page.locator("#messages button").click()
        expect(told).to_have_count(0)
    for place in ('[data-feature="sin_x1"]', '[data-dataset="xor"]', ".layer-control button >> nth=1"):
        page.locator(place).click(force=True)
        expect(told).to_be_visible()
        page.locator("#messages button").click()
    page.keyboard.press("t")
    expect(page.locator("#showTest")).to_be_checked()
    assert _state_of(server, new["id"]) == before


@pytest.mark.slow
def test_make_it_mine_opens_a_copy_that_one_can_change(open_page: OpenPage, server: ServerProcess) -> None:
    new = _new_session(server, hidden_layers=[3], dataset="xor")
    httpx.post(f"{server.url}api/sessions/{new['id']}/train", json={"epochs": 7}, timeout=30)
    page = open_page(new["url"].removeprefix(server.url))
    wait_for_epoch(page, 7)
    page.click(".looking-bar button")
    expect(page.locator(".looking-bar")).to_be_hidden()
    expect(page.locator("#messages")).to_contain_text("This copy is yours")
    expect(page.locator("#learningRate")).to_be_enabled()
    page.select_option("#activation", "relu")
    page.wait_for_function("location.hash.includes('activation=relu')")
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
    kept = _state_of(server, new["id"])
    assert (kept["config"], kept["metrics"]["epoch"]) == (new["config"], 7)  # type: ignore[index]
    page.reload()
    expect(page.locator(".play")).to_be_enabled()
    assert state(page)["activation"] == "relu"


@pytest.mark.slow
def test_a_view_link_without_its_training_opens_a_new_one_and_says_so(
    open_page: OpenPage, server: ServerProcess
) -> None:
    new = _new_session(server)
    httpx.delete(f"{server.url}api/sessions/{new['id']}", timeout=30)
    page = open_page(new["url"].removeprefix(server.url))
    expect(page.locator("#messages")).to_contain_text("no longer exists")
    expect(page.locator(".looking-bar")).to_be_hidden()
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
