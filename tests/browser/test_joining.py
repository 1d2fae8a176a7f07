"""A learner joins by a code and a nickname, comes back to their seat, and leaves it."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Join, OpenPage, wait_for_epoch, wait_for_frame, wait_for_seat
from tests.browser.rest_teacher import Teacher
from tests.support.process import ServerProcess


def test_a_code_in_either_case_and_a_nickname_open_a_seat(open_page: OpenPage, teacher: Teacher) -> None:
    page = open_page("join", ready=False)
    code = teacher.code.lower()
    page.fill("#code", f"{code[:3]}-{code[3:]} ")
    page.fill("#nickname", "<b>Mei</b>")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/seat"))
    wait_for_frame(page)
    expect(page.locator(".room-name")).to_have_text("Physics <10b>")
    expect(page.locator(".room-button.who")).to_have_text("<b>Mei</b>")
    assert teacher.seat("<b>Mei</b>")["session"]


@pytest.mark.slow
def test_mistakes_when_joining_are_explained(open_page: OpenPage, join: Join, teacher: Teacher) -> None:
    join(teacher.code, "Ada")
    page = open_page("join", ready=False)
    fault = page.locator("#join-fault")
    page.click("#join-form button")
    expect(fault).to_contain_text("six letters")
    page.fill("#code", "ZZZ ZZZ")
    page.fill("#nickname", "ada")
    page.click("#join-form button")
    expect(fault).to_contain_text("No class uses this code")
    page.fill("#code", teacher.code)
    page.click("#join-form button")
    expect(fault).to_contain_text("already")
    expect(page.locator("#nickname")).to_have_attribute("aria-invalid", "true")
    page.fill("#nickname", "\u202e")
    page.click("#join-form button")
    expect(fault).to_contain_text("Type a nickname")
    teacher.ask("PATCH", body={"joining": False})
    page.fill("#nickname", "Mei")
    page.click("#join-form button")
    expect(fault).to_contain_text("accepts no new learners")


@pytest.mark.slow
def test_a_room_can_generate_nicknames(join: Join, server: ServerProcess) -> None:
    teacher = Teacher(server, nicknames="generated")
    page = join(teacher.code, "")
    expect(page.locator(".room-button.who")).to_have_text(teacher.ask("GET")["seats"][0]["nickname"])


@pytest.mark.slow
def test_a_waiting_learner_is_admitted_without_further_action(join: Join, server: ServerProcess) -> None:
    teacher = Teacher(server, approval=True)
    page = join(teacher.code, ready=False)
    expect(page.locator("#join-waiting h1")).to_contain_text("Mei")
    page.goto(f"{server.url}seat")
    expect(page.locator("#join-waiting h1")).to_contain_text("Mei")
    teacher.ask("POST", f"/seats/{teacher.seat('Mei')['seat']}", {"approve": True})
    page.wait_for_url(re.compile("/seat"))
    expect(page.locator(".room-button.who")).to_have_text("Mei")


@pytest.mark.slow
def test_when_too_many_join_at_once_the_page_asks_again_by_itself(
    open_page: OpenPage, teacher: Teacher
) -> None:
    page = open_page(f"join/{teacher.code}", ready=False)
    refusal = {"status": 429, "json": {"code": "too_many_joins"}}
    page.route("**/api/seats", lambda route: route.fulfill(**refusal), times=1)
    page.clock.install()
    page.fill("#nickname", "Mei")
    page.click("#join-form button")
    expect(page.locator("#join-fault")).to_contain_text("it continues automatically")
    page.clock.fast_forward("01:00")
    wait_for_seat(page)
    expect(page.locator(".room-button.who")).to_have_text("Mei")


@pytest.mark.slow
def test_the_seat_is_the_same_after_a_reload_and_by_the_link(
    join: Join, server: ServerProcess, teacher: Teacher
) -> None:
    page = join(teacher.code)
    page.click(".play")
    wait_for_epoch(page, 5)
    page.reload()
    wait_for_epoch(page, 5)
    page.goto(f"{server.url}join/{teacher.code}")
    wait_for_seat(page)
    wait_for_epoch(page, 5)
    page.goto(f"{server.url}join")
    page.click("#join-back .accent")
    wait_for_seat(page)
    wait_for_epoch(page, 5)
    assert len(teacher.ask("GET")["seats"]) == 1
    page.goto(server.url)
    wait_for_frame(page)
    expect(page.locator("#room-bar")).to_have_count(0)
    expect(page.locator("#epoch")).to_have_text("0")


@pytest.mark.slow
def test_after_leaving_another_learner_can_join(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    page.click(".room-button.who")
    page.click(".room-menu .text-button")
    page.click(".room-sure .accent")
    page.wait_for_url(re.compile("/join"))
    page.fill("#code", teacher.code)
    page.fill("#nickname", "Lin")
    page.click("#join-form button")
    page.wait_for_url(re.compile("/seat"))
    expect(page.locator(".room-button.who")).to_have_text("Lin")


@pytest.mark.slow
def test_a_seat_whose_script_did_not_get_through_comes_later(open_page: OpenPage, teacher: Teacher) -> None:
    page = open_page(f"join/{teacher.code}", ready=False)
    asked = []

    def fail_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/learner/seat.js", fail_once)
    page.fill("#nickname", "Mei")
    page.click("#join-form button")
    wait_for_seat(page)
    assert len(asked) > 1
