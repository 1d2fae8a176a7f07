"""A REST client and a page that use the same session."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, epoch, state, wait_for_epoch, wait_for_hash
from tests.support.process import ServerProcess


def test_a_page_shows_live_the_changes_made_over_rest(open_page: OpenPage, server: ServerProcess) -> None:
    with httpx.Client(base_url=server.url, timeout=30) as program:
        new = program.post("api/sessions", json={"config": {"dataset": "xor", "hidden_layers": [5]}}).json()
        page = open_page(new["url"].removeprefix(server.url))
        expect(page.locator(".message")).to_have_count(0)
        wait_for_epoch(page, 0)
        expect(page.locator('[data-dataset="xor"]')).to_have_attribute("aria-pressed", "true")
        program.post(f"api/sessions/{new['id']}/train", json={"epochs": 40})
        wait_for_epoch(page, 40)
        program.patch(f"api/sessions/{new['id']}", json={"config": {"learning_rate": 0.1}})
        expect(page.locator("#learningRate")).to_have_value("0.1")
        assert "session" not in page.url, "the address can be shared without the training"
        page.wait_for_function("location.hash !== ''")
        assert state(page)["networkShape"] == "5"
        page.reload()
        wait_for_epoch(page, 40)
        assert epoch(page) == 40


@pytest.mark.slow
def test_the_epoch_at_which_a_program_has_it_pause_is_shown_and_can_be_cleared(
    open_page: OpenPage,
) -> None:
    page = open_page("#dataset=xor")
    page.click('[data-action="share"]')
    page.click("text=For your own programs")
    address = page.locator("#share-address").input_value()
    page.keyboard.press("Escape")
    with httpx.Client(timeout=30) as program:
        for epoch_ in (1_000_000, 2_000_000):  # also changed while it plays
            program.patch(address, json={"playing": True, "until_epoch": epoch_}).raise_for_status()
            expect(page.locator(".epoch .label")).to_have_text(f"Epoch (until {epoch_:,})")
        wait_for_hash(page, "stopAt=2000000")
        page.click('[data-action="advanced"]')
        expect(page.locator("#stopAt")).to_have_value("2000000")
        page.fill("#stopAt", "")
        page.press("#stopAt", "Enter")
        expect(page.locator(".epoch .label")).to_have_text("Epoch")
        assert program.get(address).json()["until_epoch"] is None
        assert program.get(address).json()["playing"]
        program.patch(address, json={"playing": False}).raise_for_status()


@pytest.mark.slow
def test_share_gives_the_owner_the_address_for_programs_and_others_one_that_only_looks(
    open_page: OpenPage,
) -> None:
    page = open_page("#dataset=gauss&networkShape=3")
    page.click('[data-action="share"]')
    link = page.locator("#share-watch").input_value()
    expect(page.locator("#share-address")).to_be_hidden()
    page.click("text=For your own programs")
    address = page.locator("#share-address").input_value()
    expect(page.locator("#share-key")).to_be_hidden()
    found = httpx.get(address, timeout=30).json()
    assert (found["config"]["dataset"], found["shape"], found["url"]) == ("gaussian", [2, 3, 1], link)
    assert found["id"] not in link
    httpx.post(f"{address}/train", json={"epochs": 5}, timeout=30)
    wait_for_epoch(page, 5)
    guest = open_page("?" + link.partition("?")[2])
    wait_for_epoch(guest, 5)
    guest.click('[data-action="share"]')
    assert guest.locator("#share-watch").input_value() == link
    guest.click("text=For programs")
    reading = guest.locator("#share-address").input_value()
    assert httpx.get(reading, timeout=30).json()["url"] == link
    assert httpx.post(f"{reading}/reset", timeout=30).json()["code"] == "view_only"
    assert found["id"] not in guest.content()
