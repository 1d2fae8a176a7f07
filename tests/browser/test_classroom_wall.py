"""The teacher's wall in Chromium: who is there, how they do, and help for one of them."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.classroom_page import Room
from tests.browser.conftest import OpenPage
from tests.support.process import ServerProcess

NAMES = ["Ada", "<b>Bob</b>", "小明"]


@pytest.mark.slow
def test_the_wall_shows_the_learners_and_their_trainings(room: Room) -> None:
    learners = room.join(*NAMES)
    assert room.page.locator(".tile-name").all_inner_texts() == NAMES  # markup in a nickname stays text
    expect(room.tiles.first.locator(".tile-loss")).to_have_text(re.compile(r"\d"))
    learners[1].ask("PATCH", f"api/sessions/{learners[1].session}", {"config": {"learning_rate": 0.1}})
    expect(room.tiles.nth(1).locator(".tile-details")).to_contain_text("rate 0.1")
    learners[2].ask("POST", "api/seat", {"help": True})
    expect(room.tiles.nth(2)).to_have_class(re.compile("is-help"))
    room.page.get_by_role("button", name=re.compile("Need help")).click()
    expect(room.tiles).to_have_count(1)


@pytest.mark.slow
def test_keys_hide_nicknames_and_move_between_tiles(room: Room) -> None:
    room.join(*NAMES)
    room.page.locator(".tile").first.focus()
    room.page.keyboard.press("n")
    expect(room.page.locator(".tile-name").first).to_have_text("Learner 1")
    room.page.keyboard.press("ArrowRight")
    expect(room.tiles.nth(1)).to_be_focused()
    room.page.keyboard.press("Enter")
    expect(room.page.locator(".learner h2")).to_have_text("Learner 2")
    room.page.keyboard.press("Escape")
    expect(room.page.locator(".learner")).to_be_hidden()
    expect(room.tiles.nth(1)).to_be_focused()
    assert "Ada" not in room.page.inner_text("body")


def test_a_learner_can_be_monitored_helped_and_projected(room: Room) -> None:
    ada, _ = room.join("Ada", "Bob")
    ada.ask("POST", "api/seat", {"help": True})
    room.tiles.first.click()
    side = room.page.locator(".learner")
    expect(side.locator(".losses .value").first).to_have_text(re.compile(r"\d"))
    side.get_by_role("button", name="Mark as seen").click()
    expect(room.tiles.first).not_to_have_class(re.compile("is-help"))
    assert not ada.seat()["help"]

    side.get_by_role("button", name="Ask to make changes").click()
    expect(side.get_by_role("button", name="Cancel request")).to_be_visible()
    ada.ask("POST", "api/seat", {"agreed": True})
    side.get_by_label("Learning rate").fill("0,3")
    side.get_by_role("button", name="Change", exact=True).click()
    expect(side.locator("dl")).to_contain_text("0.3")
    assert ada.ask("GET", f"api/sessions/{ada.session}")["config"]["learning_rate"] == 0.3

    with room.page.context.expect_page() as opened:
        side.get_by_role("button", name="Show on projector").click()
    projector = opened.value
    expect(projector.locator(".projector-room")).to_have_text("Ada")
    expect(projector.locator(".losses .value").first).to_have_text(re.compile(r"\d"))
    room.page.keyboard.press("n")
    expect(projector.locator(".projector-room")).to_have_text("Learner 1")
    projector.get_by_role("button", name="Hide names").click()
    expect(projector.locator(".projector-room")).to_have_text("Ada")
    expect(room.page.locator(".tile-name").first).to_have_text("Ada")
    assert projector.evaluate("sessionStorage.length") == 0, "the teacher's key stays in the teacher's tab"
    assert ada.session not in projector.content()
    side.get_by_role("button", name="Remove from projector").click()
    expect(projector.locator(".projector-code")).to_be_visible()
    projector.close()

    side.get_by_role("button", name="Rename").click()
    side.get_by_label("Rename").fill("Grace")
    side.get_by_role("button", name="Save").click()
    expect(side.locator("h2")).to_have_text("Grace")
    side.get_by_role("button", name="Remove").click()
    room.dialog().get_by_role("button", name="Remove").click()
    expect(room.tiles).to_have_count(1)


@pytest.mark.slow
def test_the_teacher_admits_waiting_learners(room: Room) -> None:
    room.press("Room")
    room.tick("Learners wait until I let them in")
    room.page.keyboard.press("Escape")
    room.enter("Ada")
    eve = room.enter("Eve")
    expect(room.page.locator(".waiting-learners")).to_contain_text("2 learners are waiting to be admitted")
    room.page.get_by_role("button", name="Reject Eve").click()
    room.page.get_by_role("button", name="Admit Ada").click()
    expect(room.tiles).to_have_count(1)
    assert eve.refusal("GET", "api/seat") == 401


@pytest.mark.slow
def test_the_teacher_removes_all_who_are_not_here(room: Room) -> None:
    room.join("Ada", "Bob")
    room.press("Room")
    away = room.dialog().get_by_role("button", name="Remove offline learners")
    expect(away).to_be_disabled()
    room.leave()
    expect(room.page.locator(".room-count")).to_have_text("0 of 2 online")
    away.click()
    expect(room.dialog()).to_contain_text("2 learners are offline")
    room.dialog().get_by_role("button", name="Remove", exact=True).click()
    expect(room.tiles).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forty_learners_fit_on_one_screen_in_chinese(
    open_page: OpenPage, server: ServerProcess, theme: Any
) -> None:
    page = open_page("classroom", ready=False, locale="zh-CN", color_scheme=theme)
    page.get_by_role("button", name="开课堂").click()
    expect(page.locator(".wall-empty")).to_be_visible()
    room = Room(page, server)
    room.join(*(f"学生{each}" for each in range(40)))
    wall = page.locator(".wall")
    assert wall.evaluate("wall => wall.scrollHeight <= wall.clientHeight")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    assert page.locator(".wall-grid").get_attribute("data-density") == "medium"
    room.end()
