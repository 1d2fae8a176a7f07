"""A Chromium that blocks the data of all sites: pages work as far as they can, and say what a seat needs."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import POLL_INTERVAL, wait_for_epoch, wait_for_frame
from tests.support.chromium import ARGUMENTS, find_chromium
from tests.support.process import ServerProcess

BLOCKING = {"profile": {"default_content_setting_values": {"cookies": 2}}}
REFUSED = "() => { try { return !localStorage; } catch (error) { return error.name === 'SecurityError'; } }"
FIREFOX = "BroadcastChannel = function () { throw new DOMException('', 'SecurityError'); }"
"""What Firefox does besides when it blocks site data."""


@pytest.mark.slow
def test_pages_work_without_site_data_and_leave_no_empty_seat(
    browser: Browser, server: ServerProcess, tmp_path: Path
) -> None:
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(BLOCKING))
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=find_chromium(shell=False), args=ARGUMENTS, bypass_csp=True
    )
    context.add_init_script(FIREFOX)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    assert page.evaluate(REFUSED)
    wait_for_frame(page)
    page.click(".play")
    wait_for_epoch(page, 3)

    page.goto(f"{server.url}lessons")
    expect(page.get_by_text("This browser keeps nothing of this page")).to_be_visible()
    page.locator(".lesson-open-link").first.click()
    expect(page.locator(".lesson-panel .lesson-not-kept")).to_be_visible()
    page.click(".play")
    expect(page.locator(".lesson-check.reached")).to_have_count(1)

    page.goto(f"{server.url}classroom")
    page.fill("#new-room", "9b")
    page.press("#new-room", "Enter")
    expect(page.locator(".toolbar .room-name")).to_have_text("9b")
    code = page.inner_text(".room-code").replace(" ", "")
    learner = context.new_page()
    learner.on("pageerror", lambda error: errors.append(str(error)))
    learner.goto(f"{server.url}join/{code}")
    learner.fill("#nickname", "Mei")
    learner.click("#join-form button")
    expect(learner.locator("#join-fault")).to_contain_text("cookie")
    enabled = "document.querySelector('#join-form button').disabled === false"
    learner.wait_for_function(enabled, polling=POLL_INTERVAL)
    expect(page.locator(".tile")).to_have_count(0)
    context.close()
    assert errors == []
