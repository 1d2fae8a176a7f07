"""A learner's seat with its bar: tasks, locks, pauses, help, and the end of it."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Join, resize, wait_for_epoch, wait_for_frame
from tests.browser.rest_teacher import Teacher
from tests.browser.window_faults import faults
from tests.support.process import ServerProcess, running_server

TASK = {
    "title": "XOR with few weights",
    "text": "Find a **small** network.\n\n- two neurons\n- <img src=x onerror=alert(1)>",
    "config": {"dataset": "xor"},
    "locks": ["learning_rate"],
    "goal": {"most_weights": 9, "only_features": ["x1", "x2"]},
    "order": "fewest_weights",
}


def test_a_task_is_shown_with_its_goal_and_can_be_submitted(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    teacher.ask("PATCH", body={"leaderboard": "fewest_weights"})
    teacher.ask("PUT", "/task", TASK)
    panel = page.locator("#room-panel")
    expect(panel).to_be_visible()
    expect(panel.locator("strong")).to_have_text("small")
    expect(panel.locator(".room-words li").nth(1)).to_have_text("<img src=x onerror=alert(1)>")
    assert panel.locator("img").count() == 0
    expect(page.locator(".task-count")).to_have_text("1 of 2")
    page.click(".room-button.task")
    expect(panel).to_be_hidden()
    for _ in range(2):
        page.click('[data-action="removeLayer"]')
    expect(page.locator(".task-count")).to_have_text("Ready to hand in")
    page.click(".room-button.hand-in")
    expect(panel.locator(".room-goal .met")).to_have_count(2)
    expect(panel.locator(".room-result")).to_contain_text("The goal is reached.")
    expect(panel.locator(".room-ranks .mine")).to_contain_text("Mei")
    assert teacher.seat("Mei")["hand_in"]["reached"]
    expect(page.locator(".room-button.hand-in")).to_have_text("Handed in")
    expect(page.locator(".task-count")).to_have_text("Goal reached")
    panel.locator(".icon-button").click()
    expect(panel).to_be_hidden()
    page.reload()
    expect(page.locator(".task-count")).to_have_text("Goal reached")
    expect(panel).to_be_hidden()


@pytest.mark.slow
def test_the_open_task_covers_no_control_or_gives_way_when_work_begins(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    teacher.ask("PUT", "/task", TASK | {"config": {"dataset": "xor", "hidden_layers": [4] * 6}})
    panel = page.locator("#room-panel")
    expect(panel).to_be_visible()
    for width, height in ((1280, 720), (1366, 625), (1920, 1080)):
        resize(page, width, height)
        assert faults(page) == {}, (width, height)
        page.click('[data-action="stepEpoch"]')
        expect(panel).to_be_visible()
    for width, height in ((1024, 768), (390, 844)):
        resize(page, width, height)
        if panel.is_hidden():
            page.click(".room-button.task")
        expect(panel).to_be_visible()
        page.click(".play")
        expect(panel).to_be_hidden()


def test_locked_controls_are_disabled_and_explain_why(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    locks = ["learning_rate", "dataset", "features", "hidden_layers", "weights", "optimizer", "noise"]
    teacher.ask("PATCH", body={"locks": locks, "reason": "Only the activation today."})
    expect(page.locator("#learningRate")).to_be_disabled()
    expect(page.locator("#noise")).to_be_disabled()
    expect(page.locator("#learningRate")).to_have_attribute(
        "aria-description", "Locked by your teacher: Only the activation today."
    )
    message = page.locator(".message.warn")
    for place in ('[data-action="newWeights"]', '[data-action="addLayer"]', '[data-feature="x1_x2"]'):
        page.click(place, force=True)  # it is not enabled, and says so
        expect(message).to_contain_text("Only the activation today.")
        message.locator("button").click()
    expect(page.locator("#layers-count")).to_contain_text("2")
    page.hover('label[for="learningRate"]')
    expect(page.locator("#tooltip")).to_contain_text("Only the activation today.")
    page.keyboard.press("n")  # by the key the server is asked, and refuses
    expect(message).to_contain_text("locked")
    page.click('[data-action="advanced"]')
    expect(page.locator("#optimizer")).to_be_disabled()
    teacher.ask("PATCH", body={"locks": []})
    expect(page.locator("#learningRate")).to_be_enabled()
    expect(page.locator("#optimizer")).to_be_enabled()
    expect(page.locator("[data-locked]")).to_have_count(0)


@pytest.mark.slow
def test_a_pause_is_shown_and_training_continues_after_it(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    page.click(".play")
    wait_for_epoch(page, 3)
    teacher.ask("POST", "/do", {"action": "pause"})
    expect(page.locator(".room-paused")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator(".message.warn")).to_contain_text("paused")
    standing = int(re.sub(r"\D", "", page.inner_text("#epoch")))
    teacher.ask("POST", "/do", {"action": "resume"})
    expect(page.locator(".room-paused")).to_be_hidden()
    wait_for_epoch(page, standing + 5)


@pytest.mark.slow
def test_help_requests_hints_and_consent_reach_the_other_side(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    page.click(".room-button.help")
    expect(page.locator(".room-button.help")).to_have_attribute("aria-pressed", "true")
    assert teacher.seat("Mei")["help"]
    page.click(".room-button.done")
    expect(page.locator(".room-button.done")).to_have_attribute("aria-pressed", "true")
    teacher.ask("POST", "/hint", {"text": "Look at the **product**."})
    expect(page.locator(".room-card.hint strong").last).to_have_text("product")
    page.click(".room-card.hint button")
    expect(page.locator(".room-card.hint")).to_be_hidden()
    seat = f"/seats/{teacher.seat('Mei')['seat']}"
    teacher.ask("POST", seat, {"ask": True})
    page.click(".room-card.question .accent")
    expect(page.locator(".room-card.agreed")).to_be_visible()
    teacher.ask("PATCH", f"{seat}/config", {"changes": {"activation": "sigmoid"}})
    expect(page.locator("#activation")).to_have_value("sigmoid")
    page.click(".room-card.agreed button")
    expect(page.locator(".room-card.agreed")).to_be_hidden()
    assert not teacher.seat("Mei")["agreed"]


@pytest.mark.parametrize("how", ["removed", "ended"])
@pytest.mark.slow
def test_the_end_of_a_seat_is_explained(join: Join, server: ServerProcess, how: str) -> None:
    teacher = Teacher(server)
    page = join(teacher.code)
    if how == "ended":
        teacher.ask("DELETE")
    else:
        teacher.ask("DELETE", f"/seats/{teacher.seat('Mei')['seat']}")
    told = "class has ended" if how == "ended" else "no longer in this class"
    expect(page.locator(".room-gone h2")).to_contain_text(told)
    page.click(".room-gone .accent")
    page.wait_for_url(lambda url: "/seat" not in url)
    wait_for_frame(page)
    expect(page.locator("#room-bar")).to_have_count(0)


@pytest.mark.slow
def test_learners_keep_their_seats_through_a_server_restart(join: Join) -> None:
    with running_server() as server:
        teacher = Teacher(server)
        page = join(teacher.code, at=server)
        page.click(".play")
        wait_for_epoch(page, 5)
        server.stop()
        server.start()
        teacher.ask("POST", "/hint", {"text": "Welcome back"})
        expect(page.locator(".room-card.hint")).to_contain_text("Welcome back")
        wait_for_epoch(page, 6)
        teacher.ask("PATCH", body={"locks": ["learning_rate"]})
        expect(page.locator("#learningRate")).to_be_disabled()


@pytest.mark.slow
def test_a_shared_link_opens_the_playground_outside_the_room(
    join: Join, server: ServerProcess, teacher: Teacher
) -> None:
    page = join(teacher.code)
    page.click('[data-action="share"]')
    expect(page.locator("#share-link")).to_have_value(re.compile(f"^{re.escape(server.url)}#.*dataset="))


@pytest.mark.slow
def test_share_tells_the_key_with_which_a_learners_programs_change_their_training(
    join: Join, teacher: Teacher
) -> None:
    page = join(teacher.code)
    page.click('[data-action="share"]')
    page.click("text=For your own programs")
    address, key = (page.locator(f"#share-{name}").input_value() for name in ("address", "key"))
    for headers, status in (({}, 403), ({"X-Session-Key": key}, 200)):
        answer = httpx.patch(address, json={"config": {"noise": 20}}, headers=headers, timeout=30)
        assert answer.status_code == status, answer.text
    page.keyboard.press("Escape")
    page.wait_for_function("location.hash.includes('noise=20')")


@pytest.mark.slow
def test_a_lost_connection_reconnects_to_the_same_seat(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    page.click(".play")
    wait_for_epoch(page, 5)
    page.context.set_offline(True)
    page.evaluate("0")
    teacher.ask("POST", "/hint", {"text": "While you were away"})
    page.context.set_offline(False)
    expect(page.locator(".room-card.hint")).to_contain_text("While you were away")
    wait_for_epoch(page, 20)
    assert len(teacher.ask("GET")["seats"]) == 1


@pytest.mark.slow
def test_the_whole_playground_fits_below_the_bar(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code)
    teacher.ask("PUT", "/task", TASK)
    expect(page.locator(".task-count")).to_be_visible()
    page.click(".room-button.task")
    expect(page.locator(".room-panel")).to_be_hidden()
    down = page.evaluate("document.querySelector('#toggles').getBoundingClientRect().bottom")
    assert down <= 720
    found = {}
    for width, height in (
        (1280, 720),
        (1366, 625),
        (1024, 768),
        (720, 720),
        (390, 844),
        (360, 720),
        (640, 360),
    ):
        resize(page, width, height)
        found[width, height] = faults(page)
    wrong = {size: what for size, what in found.items() if what}
    assert wrong == {}, wrong
    resize(page, 390, 780)
    expect(page.locator(".room-button.help")).to_be_in_viewport()


@pytest.mark.slow
def test_the_seat_is_translated_into_chinese(join: Join, teacher: Teacher) -> None:
    page = join(teacher.code, "小梅", locale="zh-CN")
    expect(page.locator(".room-button.help")).to_have_text("我需要帮助")
    assert page.evaluate("!/room\\.|join\\./.test(document.body.innerText)")
