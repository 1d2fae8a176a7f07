"""Access: the password form, a full server, and pages under the content security policy."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, state, wait_for_frame
from tests.support.process import running_server

pytestmark = pytest.mark.slow  # servers are started and ended

ONE_NUMBER = re.compile("[0-9]")


def test_the_password_form_leads_to_the_requested_link(open_page: OpenPage) -> None:
    with running_server(TINKERNET_SITE_PASSWORD="open 芝麻") as server:
        link = "#dataset=xor&networkShape=3"
        page = open_page(link, at=server, locale="zh-CN", ready=False, bypass_csp=False)
        field = page.locator("#password")
        expect(field).to_be_focused()
        expect(page.locator("label")).to_have_text("密码")
        field.fill("wrong")
        field.press("Enter")
        expect(page.locator("[role=alert]")).to_be_visible()
        page.locator("#password").fill("open 芝麻")
        page.locator("button").click()
        expect(page.locator("#losses .value").first).to_have_text(ONE_NUMBER)
        assert (state(page)["dataset"], state(page)["networkShape"]) == ("xor", "3")
        page.reload()
        expect(page.locator("#losses .value").first).to_have_text(ONE_NUMBER)


def test_a_page_waits_at_a_full_server_until_a_session_is_free(open_page: OpenPage) -> None:
    with running_server("--max-sessions", "1", "--session-grace", "0") as server:
        inside = open_page("#dataset=xor", at=server)
        newcomer = open_page("#dataset=gauss", at=server, ready=False, bypass_csp=False)
        expect(newcomer.locator("h1")).to_have_text("The server is full")
        inside.reload()
        wait_for_frame(inside)
        assert httpx.get(server.url, timeout=30).status_code == 503
        inside.context.close()
        expect(newcomer.locator("#losses .value").first).to_have_text(ONE_NUMBER, timeout=40_000)
        assert state(newcomer)["dataset"] == "gauss"


def test_the_rest_documentation_works_under_the_content_security_policy(open_page: OpenPage) -> None:
    page = open_page("api/docs", ready=False, bypass_csp=False)
    expect(page.locator(".opblock-summary-path").first).to_be_visible()
    expect(page.locator(".info .title").first).to_contain_text("Tinkernet")


def test_opening_rooms_asks_for_the_teachers_password_which_lists_and_enters_all(open_page: OpenPage) -> None:
    with running_server("--teacher-password", "chalk") as server:
        page = open_page("classroom", at=server, ready=False)
        expect(page.get_by_label("Room name")).to_be_hidden()
        page.get_by_label("Teachers’ password").fill("sponge")
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("#messages")).to_contain_text("password is incorrect")
        page.get_by_label("Teachers’ password").fill("chalk")
        page.keyboard.press("Enter")
        page.get_by_label("Room name").fill("Class 9b")
        page.get_by_label("Remember this room").uncheck()
        page.get_by_role("button", name="Open room").click()
        expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
        other = open_page("classroom", at=server, ready=False)
        other.get_by_label("Teachers’ password").fill("chalk")
        other.keyboard.press("Enter")
        other.get_by_role("button", name="Class 9b").click()
        expect(other.locator(".toolbar .room-name")).to_have_text("Class 9b")
        other.locator(".toolbar").get_by_role("button", name="Room", exact=True).click()
        expect(other.get_by_label("Your teacher link")).to_have_count(0)
        other.get_by_role("button", name="Back to my rooms").click()
        other.get_by_role("button", name="Log out").click()
        expect(other.get_by_label("Teachers’ password")).to_be_visible()
        other.reload()
        expect(other.get_by_label("Teachers’ password")).to_be_visible()
