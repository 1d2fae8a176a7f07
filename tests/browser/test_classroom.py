"""The teacher's page in Chromium: a room is opened, found again, forgotten and ended."""

import re
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.classroom_page import Room
from tests.browser.conftest import OpenPage
from tests.support.process import ServerProcess, running_server


def test_a_room_is_reopened_by_a_reload_its_link_and_from_the_browsers_storage(
    room: Room, server: ServerProcess
) -> None:
    page, name = room.page, room.page.locator(".toolbar .room-name")
    page.reload()
    expect(name).to_have_text("Class 9b")
    page.goto(f"{server.url}classroom#{room.secret}")
    expect(name).to_have_text("Class 9b")
    room.press("Room")
    room.dialog().get_by_role("button", name="Back to my rooms").click()
    page.get_by_role("button", name="Class 9b").click()
    expect(name).to_have_text("Class 9b")


@pytest.mark.slow
def test_the_teachers_key_is_neither_in_the_address_nor_on_the_page(
    room: Room, server: ServerProcess
) -> None:
    page, key = room.page, room.secret.split(".")[1]
    before = page.evaluate("history.length")
    page.goto(f"{server.url}classroom#{room.secret}")
    expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
    expect(page).to_have_url(f"{server.url}classroom")
    assert page.evaluate("history.length") <= before + 1
    room.press("Room")
    expect(room.dialog().get_by_label("Your teacher link")).to_have_attribute("type", "password")
    assert key not in page.inner_text("body")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    room.dialog().get_by_role("button", name="Copy", exact=True).click()
    expect(room.dialog()).to_contain_text("The link was copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{server.url}classroom#{room.secret}"


@pytest.mark.slow
def test_a_room_is_forgotten_on_this_computer_but_its_link_opens_it(
    room: Room, server: ServerProcess
) -> None:
    page, secret = room.page, room.secret
    room.press("Room")
    room.dialog().get_by_role("button", name="Forget on this computer").click()
    room.dialog().get_by_role("button", name="Forget here").click()
    expect(page.locator("#entrance")).to_be_visible()
    key = secret.split(".")[1]
    assert key not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.reload()
    expect(page.locator("#entrance")).to_be_visible()
    page.goto(f"{server.url}classroom#{secret}")
    expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
    assert key not in page.evaluate("JSON.stringify({...localStorage})")  # a link alone remembers nothing
    room.press("Room")
    room.dialog().get_by_label("Remember this room").check()
    assert key in page.evaluate("JSON.stringify({...localStorage})")


@pytest.mark.slow
def test_results_are_saved_and_the_room_ends(room: Room) -> None:
    [ada] = room.join("Ada")
    room.press("Results")
    for name, ending in [("Table (CSV)", "csv"), ("Data (JSON)", "json"), ("Picture (PNG)", "png")]:
        with room.page.expect_download() as saved:
            room.dialog().get_by_role("button", name=name).click()
        assert saved.value.suggested_filename == f"Class-9b.{ending}"
    room.page.keyboard.press("Escape")
    room.press("Room")
    room.dialog().get_by_role("button", name="End the room…").click()
    expect(room.dialog()).to_contain_text("cannot be undone")
    room.dialog().get_by_role("button", name="Remove everything").click()
    expect(room.page.locator("#entrance")).to_be_visible()
    assert "#" not in room.page.url
    expect(room.page.get_by_role("button", name="Class 9b")).to_have_count(0)
    assert not room.secret
    assert ada.refusal("GET", "api/seat") == 401


@pytest.mark.slow
def test_a_lesson_continues_after_a_server_restart(open_page: OpenPage) -> None:
    with running_server() as server:
        page = open_page("classroom", at=server, ready=False)
        page.get_by_role("button", name="Open room").click()
        room = Room(page, server)
        expect(page.locator(".toolbar .room-code")).to_have_text(re.compile(r"\S"))
        [ada] = room.join("Ada")
        code, before = room.code, ada.session
        server.stop(signal.SIGKILL)
        expect(page.locator("#messages")).to_contain_text("Connection to the server lost")
        server.start()
        expect(page.locator("#messages")).to_be_empty()
        assert (room.code, ada.seat()["session"]) == (code, before)
        room.join("Bob")
        room.end()


@pytest.mark.slow
def test_a_wrong_key_opens_nothing(room: Room, open_page: OpenPage) -> None:
    room_id = room.secret.split(".")[0]
    page = open_page(f"classroom#{room_id}.{'x' * 32}", ready=False)
    expect(page.locator("#messages")).to_contain_text("does not open the room")
    expect(page.locator("#entrance")).to_be_visible()
    assert "#" not in page.url
