"""The teacher's page in Chromium: pauses, locks, hints, set-ups, tasks and the projector."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.classroom_page import Room
from tests.browser.conftest import wait_for_frame
from tests.support.process import ServerProcess


@pytest.mark.slow
def test_pause_locks_and_hints_reach_the_learners(room: Room) -> None:
    [ada] = room.join("Ada")
    room.press("Pause all")
    expect(room.page.get_by_role("button", name="Continue")).to_be_visible()
    assert ada.seat()["room"]["paused"]
    room.press("Continue")
    expect(room.page.get_by_role("button", name="Pause all")).to_be_visible()

    room.press("Locks")
    room.dialog().get_by_label("Inputs", exact=True).check()
    room.dialog().get_by_label("Reason").fill("We compare sizes.")
    room.dialog().get_by_role("button", name="Save").click()
    expect(room.dialog()).to_have_count(0)
    told = ada.seat()["room"]
    assert (told["locks"], told["reason"]) == (["features"], "We compare sizes.")
    assert ada.refusal("PATCH", f"api/sessions/{ada.session}", {"config": {"features": ["x1"]}}) == 409

    room.press("Hint")
    room.dialog().locator("textarea").fill("Try ReLU.")
    room.dialog().get_by_role("button", name="Send").click()
    expect(room.dialog()).to_have_count(0)
    assert ada.seat()["hint"]["text"] == "Try ReLU."


@pytest.mark.slow
def test_the_start_can_be_set_by_a_link(room: Room) -> None:
    [ada] = room.join("Ada")
    room.press("Starting point")
    room.dialog().locator("input").fill("http://elsewhere/#dataset=xor&networkShape=3")
    room.dialog().get_by_role("button", name="Apply to all now").click()
    room.go_ahead("Apply to all now")
    expect(room.dialog()).to_have_count(0)
    expect(room.tiles.first.locator(".tile-details")).to_have_text("3 neurons")
    config = ada.ask("GET", f"api/sessions/{ada.session}")["config"]
    assert (config["dataset"], config["hidden_layers"]) == ("xor", [3])


@pytest.mark.slow
def test_the_start_can_be_set_from_the_teachers_playground(room: Room, server: ServerProcess) -> None:
    [ada] = room.join("Ada")
    playground = room.page.context.new_page()
    playground.goto(server.url + "#dataset=spiral&networkShape=8,8")
    wait_for_frame(playground)
    playground.close()
    room.press("Starting point")
    room.dialog().get_by_role("button", name="Use my playground").click()
    expect(room.dialog().get_by_role("status").first).to_contain_text("Spiral")
    room.dialog().get_by_role("button", name="Apply to all now").click()
    room.go_ahead("Apply to all now")
    expect(room.tiles.first.locator(".tile-details")).to_have_text("8–8")
    assert ada.ask("GET", f"api/sessions/{ada.session}")["config"]["dataset"] == "spiral"


def test_a_task_is_set_solved_and_submitted(room: Room) -> None:
    ada, bob = room.join("Ada", "Bob")
    room.press("Task")
    room.dialog().get_by_role("button", name="New task", exact=True).click()
    room.dialog().get_by_label("Title").fill("Be good")
    room.dialog().get_by_label("Instructions").fill("Be **good**, <i>please</i>.")
    part = room.dialog().locator(".part", has_text="Score (error on test data) at most")
    part.locator("input[type=text]").fill("much")
    room.dialog().get_by_role("button", name="Assign to all").click()
    expect(room.dialog().get_by_role("alert")).to_have_text("The marked fields are not valid.")
    part.locator("input[type=text]").fill("100")
    room.dialog().get_by_label("Leaderboard").select_option("fewest_weights")
    room.dialog().get_by_role("button", name="Save").click()
    expect(room.dialog().locator(".task-words")).to_have_text("Be good, <i>please</i>.")
    room.dialog().get_by_role("button", name="Assign to all").click()
    question = room.page.locator("dialog.confirm[open]")
    expect(question).to_contain_text("2 learners return to the starting point")
    question.get_by_role("button", name="Cancel").click()
    assert ada.seat()["task"] is None
    room.dialog().get_by_role("button", name="Assign to all").click()
    room.go_ahead("Assign to all")
    expect(room.dialog()).to_have_count(0)
    expect(room.page.locator(".wall-task")).to_have_text("Task: Be good")

    assert ada.seat()["task"]["goal"]["test_loss_at_most"] == 100
    bob.ask("POST", f"api/sessions/{bob.session}/train", {"epochs": 1, "wait": 10})
    bob.ask("POST", "api/seat/hand-in")
    expect(room.tiles.nth(1)).to_have_class(re.compile("is-goal"))
    with room.page.context.expect_page() as opened:
        room.page.keyboard.press("p")
    opened.value.get_by_role("button", name="Leaderboard").click()
    expect(opened.value.locator(".ranking .rank-name").first).to_have_text("Bob")
    room.press("Room")
    room.dialog().get_by_label("Leaderboard without names").check()
    room.page.keyboard.press("Escape")
    room.press("Results")
    expect(room.dialog().locator(".rank-name").first).to_have_text("Learner 2")


@pytest.mark.slow
def test_the_projector_shows_how_to_join(room: Room) -> None:
    with room.page.context.expect_page() as opened:
        room.press("Projector")
    page = opened.value
    assert room.secret.split(".")[1] not in page.url
    shown = page.locator(".projector")
    expect(shown.locator(".projector-code")).to_have_text(re.compile(r"^[A-Z2-9]{3} [A-Z2-9]{3}$"))
    expect(shown.locator(".projector-address")).to_have_text(re.compile(r"/join$"))
    expect(shown.get_by_text("Only this computer can open that address")).to_be_visible()
    expect(shown.locator(".projector-count")).to_have_text("0 learners have joined")
    expect(shown.locator(".projector-qr")).to_have_js_property("complete", value=True)
    page.wait_for_function("document.querySelector('.projector-qr').naturalWidth > 0")
