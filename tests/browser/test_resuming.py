"""Sessions are resumed after a reload, a server restart, and at a full server."""

import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, epoch, state, wait_for_epoch, wait_for_frame, wait_for_hash
from tests.support.process import running_server

pytestmark = pytest.mark.slow  # servers are started and ended


def test_a_reload_resumes_the_training(open_page: OpenPage) -> None:
    page = open_page("#dataset=xor&networkShape=5&speed=60")
    page.click(".play")
    wait_for_epoch(page, 30)
    page.wait_for_function("sessionStorage.length > 0")
    before = epoch(page)
    page.reload()
    wait_for_epoch(page, before)
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "true")
    assert state(page)["networkShape"] == "5"


def test_a_change_just_before_a_reload_is_kept(open_page: OpenPage) -> None:
    page = open_page("#dataset=xor&networkShape=5", ready=False)
    page.wait_for_selector("#activation option", state="attached")
    page.select_option("#activation", "relu")
    page.wait_for_selector('[data-hint="hint.activation.relu"]')  # the server knows; the address not yet
    page.reload()
    page.wait_for_selector('[data-hint="hint.activation.relu"]')
    wait_for_frame(page)
    expect(page.locator("#activation")).to_have_value("relu")


def test_another_link_starts_another_session(open_page: OpenPage) -> None:
    page = open_page("#dataset=xor&networkShape=5")
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
    page.evaluate("location.hash = '#dataset=spiral&networkShape=3,3'")
    expect(page.locator("#epoch")).to_have_text("0")
    expect(page.locator('[data-dataset="spiral"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".layer-control")).to_have_count(2)


def test_after_a_restart_of_the_server_the_training_continues_by_itself(open_page: OpenPage) -> None:
    with running_server() as server:
        page = open_page("#dataset=xor&networkShape=6,3&learningRate=0.1&speed=60", at=server)
        page.click(".play")
        wait_for_epoch(page, 150)
        server.stop(signal.SIGKILL)
        expect(page.locator(".message")).to_be_visible()
        seen = epoch(page)
        server.start()
        expect(page.locator(".message")).not_to_contain_text("has restarted")
        wait_for_epoch(page, seen + 10)
        expect(page.locator(".play")).to_have_attribute("aria-pressed", "true")
        assert state(page)["networkShape"] == "6,3"


def test_a_page_whose_session_is_lost_creates_it_again(open_page: OpenPage) -> None:
    with running_server() as server:
        page = open_page("#dataset=xor&networkShape=6,3&learningRate=0.1", at=server)
        page.click('[data-action="stepEpoch"]')
        wait_for_epoch(page, 1)
        server.stop(signal.SIGKILL)
        expect(page.locator(".message")).to_be_visible()
        for part in Path(server.data.name).glob("*.sqlite3*"):
            part.unlink()
        server.start()
        expect(page.locator("#epoch")).to_have_text("0")
        expect(page.locator(".message")).to_contain_text("has restarted")
        assert state(page)["networkShape"] == "6,3"
        expect(page.locator("#learningRate")).to_have_value("0.1")
        page.click('[data-action="stepEpoch"]')
        wait_for_epoch(page, 1)


def test_a_second_tab_at_a_full_server_says_so_and_waits(open_page: OpenPage) -> None:
    with running_server(TINKERNET_MAX_SESSIONS="1", TINKERNET_SESSION_GRACE="0") as server:
        first = open_page(at=server)
        mine = first.context.cookies()  # they admit the second tab to the full server
        second = open_page(at=server, ready=False, storage_state={"cookies": mine, "origins": []})
        expect(second.locator(".message.warn")).to_be_visible()
        first.click('[data-action="stepEpoch"]')
        wait_for_epoch(first, 1)
        first.close()
        wait_for_frame(second)
        expect(second.locator(".message.warn")).to_have_count(0)


def test_two_pages_have_separate_sessions(open_page: OpenPage) -> None:
    one, other = open_page("#networkShape=3"), open_page("#networkShape=4")
    one.click('[data-action="stepEpoch"]')
    wait_for_epoch(one, 1)
    wait_for_frame(other)
    assert epoch(other) == 0


def test_a_duplicated_tab_gets_a_copy_of_its_own(open_page: OpenPage) -> None:
    page = open_page("#dataset=xor&networkShape=5")
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
    page.wait_for_function("sessionStorage.getItem('tinkernet.tab') !== null")
    wait_for_hash(page, "weightsSeed=")  # the address follows after a short while
    with page.expect_popup() as opened:
        page.evaluate("window.open(location.href)")  # copies the tab's storage, as duplicating does
    copy = opened.value
    copy.wait_for_selector("#losses .value")
    wait_for_frame(copy)
    wait_for_epoch(copy, 1)
    copy.click('[data-action="stepEpoch"]')
    wait_for_epoch(copy, 2)
    assert epoch(page) == 1
    page.click('[data-action="reset"]')
    expect(page.locator("#epoch")).to_have_text("0")
    assert epoch(copy) == 2
    copy.reload()
    wait_for_epoch(copy, 2)
