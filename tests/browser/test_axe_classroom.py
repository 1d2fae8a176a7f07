"""Accessibility of the classroom's pages as axe-core sees it: no rule of it is broken on any of them."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.classroom_page import Room
from tests.browser.conftest import OpenPage, resize, wait_for_frame
from tests.support.process import ServerProcess

Found = dict[str, dict[str, list[str]]]
LOOKS = [("en-US", "light"), ("en-US", "dark"), ("zh-TW", "dark")]
TASK = {
    "title": "XOR",
    "text": "Find a **small** network.\n\n- two neurons",
    "config": {"dataset": "xor"},
    "goal": {"most_weights": 9, "only_features": ["x1", "x2"]},
}


def faults(found: Found) -> list[str]:
    """Return a line for each rule that is broken in a state."""
    return [f"{state}: {rule}: {where}" for state, broken in found.items() for rule, where in broken.items()]


def open_room(open_page: OpenPage, server: ServerProcess, locale: str, theme: Any) -> tuple[Room, Found]:
    """Open a room with two learners at the entrance; return it, and what is wrong with the entrance."""
    page = open_page("classroom", ready=False, locale=locale, color_scheme=theme)
    expect(page.locator("#new-room")).to_be_visible()
    found = {"entrance": violations(page)}
    page.fill("#new-room", "Class 9b")
    page.press("#new-room", "Enter")
    expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
    room = Room(page, server)
    ask(room, server, "PUT", "/task", TASK)
    (mei, _) = room.join("Mei", "Bo")
    mei.ask("POST", "api/seat", {"help": True})
    expect(page.locator(".tile.help, .tile .help")).not_to_have_count(0)
    return room, found


def ask(room: Room, server: ServerProcess, method: str, path: str, body: object = None) -> Any:
    """Send a request as the room's teacher."""
    room_id, key = room.secret.split(".")
    url = f"{server.url}api/rooms/{room_id}{path}"
    answer = httpx.request(method, url, headers={"X-Room-Key": key}, json=body, timeout=60)
    return answer.raise_for_status().json()


def open_learners_pages(
    open_page: OpenPage, server: ServerProcess, room: Room, locale: str, theme: Any
) -> Found:
    """Join the room on the page, and show it on the projector; return what is wrong with these pages."""
    page = open_page(f"join/{room.code}", ready=False, locale=locale, color_scheme=theme)
    expect(page.locator("#nickname")).to_be_visible()
    found = {"join": violations(page)}
    page.click("#join-form button")
    page.wait_for_url("**/seat")
    wait_for_frame(page)
    expect(page.locator("#room-panel")).to_be_visible()  # the task
    found["seat with its task"] = violations(page)
    page.keyboard.press("Escape")
    page.click(".room-button.help")
    expect(page.locator(".room-button.help")).to_have_attribute("aria-pressed", "true")
    found["seat"] = violations(page)
    page.click(".room-button.who")
    found["menu of the seat"] = violations(page)
    page.goto(f"{server.url}join")
    expect(page.locator("#join-back")).to_be_visible()
    found["join again"] = violations(page)
    page.goto(ask(room, server, "GET", "")["projector_url"].replace("localhost", "127.0.0.1"))
    expect(page.locator(".projector-code")).not_to_be_empty()
    found["projector"] = violations(page)
    return found


def select_a_learner(page: Page) -> None:
    page.locator(".tile").first.click()
    expect(page.locator(".learner .picture-frame")).to_be_visible()


def open_dialog(page: Page, number: int) -> None:
    """Close the open dialog, and press the toolbar's button with this number, which opens another."""
    page.evaluate("document.querySelectorAll('dialog[open]').forEach((each) => each.close())")
    page.locator(".toolbar button").nth(number).click()
    expect(page.locator("dialog[open]")).to_be_visible()


@pytest.mark.slow
def test_axe_finds_nothing_on_the_pages_of_a_class(open_page: OpenPage, server: ServerProcess) -> None:
    room, found = open_room(open_page, server, "en-US", "light")
    found["wall"] = violations(room.page)
    found |= open_learners_pages(open_page, server, room, "en-US", "light")
    room.end()
    assert faults(found) == []


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_axe_finds_nothing_in_any_state_of_a_class(
    open_page: OpenPage, server: ServerProcess, locale: str, theme: Any
) -> None:
    room, found = open_room(open_page, server, locale, theme)
    select_a_learner(room.page)
    found["learner"] = violations(room.page)
    dialogs = {"reset": 4, "hint": 5, "start": 6, "locks": 7, "task": 8, "results": 10, "room": 11}
    for name, number in dialogs.items():
        open_dialog(room.page, number)
        found[name] = violations(room.page)
    room.page.keyboard.press("Escape")
    resize(room.page, 390, 844)
    found["phone"] = violations(room.page)
    found |= open_learners_pages(open_page, server, room, locale, theme)
    room.end()
    assert faults(found) == []
