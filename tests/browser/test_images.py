"""Handwritten digits on the page: training, looking, drawing, changing layers, and going back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.classroom_page import Room
from tests.browser.conftest import Join, OpenPage, state, wait_for_epoch, wait_for_hash
from tests.browser.rest_teacher import Teacher

SMALL = (
    "#problem=images&layers=conv-4,max_pool,dense-16&activation=relu&optimizer=adam&learningRate=0.01"
    "&batchSize=32&percTrainData=80&initializer=he_uniform&weightsSeed=3&dataSeed=3"
)
"""A network that is quickly trained."""

SEVEN = [(0.25, 0.2), (0.5, 0.19), (0.75, 0.2), (0.62, 0.45), (0.5, 0.65), (0.42, 0.88)]
ACCURACY = "Number(document.querySelectorAll('#losses .value')[2].textContent.replace('%', ''))"


def open_digits(open_page: OpenPage, hash_: str = SMALL, **options: object) -> Page:
    """Open a page with a network for images, and wait until its maps are drawn."""
    page = open_page(hash_, **options)
    expect(page.locator(".score-list .answer")).to_have_count(1)
    return page


def draw(page: Page, places: list[tuple[float, float]]) -> None:
    """Draw a stroke on the pad."""
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def test_choosing_handwriting_turns_the_lab_and_going_back_restores_the_plane(open_page: OpenPage) -> None:
    page = open_page("#dataset=spiral&networkShape=5,3&learningRate=0.1")
    page.select_option("#problem", "images")
    expect(page.locator(".map-place")).to_have_count(7)
    wait_for_hash(page, "layers=conv-8,max_pool,conv-16,max_pool,dense-32")
    settings = state(page)
    assert settings["optimizer"] == "adam"
    assert settings["batchSize"] == "32"
    assert settings["percTrainData"] == "80"
    expect(page.locator("#picture")).to_be_hidden()
    expect(page.locator("#datasets")).to_be_hidden()
    expect(page.locator(".digit-text").first).to_contain_text("Test digit 1 of 360")
    page.get_by_role("button", name="Next digit").click()
    expect(page.locator(".digit-text").first).to_contain_text("Test digit 2 of 360")
    page.click('[data-action="stepBatch"]')
    expect(page.locator("#epoch")).to_have_attribute("data-batch", "1")
    page.select_option("#problem", "classification")
    expect(page.locator("#picture")).to_be_visible()
    wait_for_hash(page, "dataset=spiral")
    assert state(page)["networkShape"] == "5,3"
    assert state(page)["learningRate"] == "0.1"
    page.click('[data-action="undo"]')
    expect(page.locator(".map-place")).to_have_count(7)


@pytest.mark.slow
def test_digits_are_learned_and_one_that_is_wrong_goes_through_the_network(open_page: OpenPage) -> None:
    page = open_digits(open_page)
    page.click(".play")
    page.wait_for_function(f"{ACCURACY} > 90", polling=100)
    page.click(".play")
    page.click('[data-tab="matrix"]')
    page.hover(".matrix tbody tr:nth-child(4) td:nth-child(5)")
    expect(page.locator(".matrix-read")).to_have_text(re.compile(r"True 3, predicted 3: \d+ of \d+"))
    page.focus(".matrix table")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator('.matrix [role="status"]')).to_have_text(
        re.compile(r"True 4, predicted 5: \d+ of \d+")
    )
    page.click('[data-tab="wrong"]')
    wrong = page.locator(".gallery button").first
    said = re.match(r"A (\d), taken for a (\d)", wrong.get_attribute("aria-label") or "")
    assert said is not None
    wrong.click()
    expect(wrong).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".digit-picker .digit-text")).to_contain_text(f"Label {said[1]}")
    page.click('[data-tab="scores"]')
    expect(page.locator(".digit-scores .verdict")).to_have_text(f"Wrong: it is a {said[1]}.")
    expect(page.locator(".digit-scores strong")).to_have_text(re.compile(rf"^{said[2]}, \d+% sure"))


@pytest.mark.slow
def test_a_seven_is_drawn_on_a_phone_and_followed(open_page: OpenPage) -> None:
    page = open_digits(open_page, width=390, height=844, has_touch=True)
    page.click(".play")
    page.wait_for_function(f"{ACCURACY} > 94", polling=100)
    page.get_by_role("button", name="Draw a digit").click()
    draw(page, SEVEN)
    expect(page.locator(".digit-scores strong")).to_have_text(re.compile("^7, "))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("The digit that it shows").select_option("7")
    page.get_by_label("To which data it is added").select_option("test")
    page.get_by_role("button", name="Add to the data").click()
    expect(page.locator(".digit-drawings li")).to_have_count(1)
    wait_for_hash(page, "drawings=7b")
    page.get_by_role("button", name="Remove own digit 1").click()
    expect(page.locator(".digit-drawings li")).to_have_count(0)


@pytest.mark.slow
def test_a_digit_is_drawn_with_the_keyboard_and_an_empty_one_is_refused(open_page: OpenPage) -> None:
    page = open_digits(open_page)
    page.get_by_role("button", name="Draw a digit").click()
    page.get_by_role("button", name="Add to the data").click()
    expect(page.locator("#messages")).to_contain_text("Nothing is drawn yet")
    page.focus(".pad")
    for key in ("ArrowDown", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator('.digit-pad [role="status"]')).to_have_text("Row 5, column 4: ink")
    expect(page.locator(".digit-scores .verdict")).to_be_empty()
    page.get_by_role("button", name="Add to the data").click()
    expect(page.locator("#messages")).to_contain_text("Choose which digit it is")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.get_by_role("button", name="Draw a digit")).to_be_focused()


@pytest.mark.slow
def test_a_map_and_a_filter_are_chosen_and_shown_large(open_page: OpenPage) -> None:
    page = open_digits(open_page)
    page.focus('.map-place[data-drawn="1"]')
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".map-title strong")).to_have_text("Convolution, layer 1: feature map 2")
    expect(page.locator('.maps-board > [role="status"]')).to_contain_text("feature map 2, from")
    page.keyboard.press("Enter")
    expect(page.locator(".map-title strong")).to_have_text("Convolution, layer 1: filter 2")
    page.focus(".map-large canvas")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".map-large .readout")).to_have_text(re.compile(r"row 1, column 2: −?\d\.\d\d"))
    page.keyboard.press("Escape")
    expect(page.locator(".digit-scores")).to_be_visible()


@pytest.mark.slow
def test_layers_are_changed_in_place_and_what_does_not_fit_is_refused_with_its_reason(
    open_page: OpenPage,
) -> None:
    page = open_digits(open_page)
    page.get_by_role("button", name="More filters in layer 1").click()
    page.get_by_role("button", name="More filters in layer 1").click()
    wait_for_hash(page, "layers=conv-8,")
    page.get_by_role("button", name="Max pool, layer 2: change").click()
    page.get_by_label("Window").select_option("8")
    page.get_by_label("Add a layer after it").select_option("max_pool")
    expect(page.locator(".layer-problem")).to_contain_text("the maps before it have a single value")
    wait_for_hash(page, "max_pool-8,dense-16")
    page.get_by_label("Kind").select_option("average_pool")
    wait_for_hash(page, "average_pool-8")
    page.keyboard.press("Escape")
    page.get_by_label("Add a layer", exact=True).select_option("max_pool")
    expect(page.locator("#messages")).to_contain_text("a single value")
    wait_for_hash(page, "average_pool-8,dense-16")
    page.get_by_label("Add a layer", exact=True).select_option("dropout")
    wait_for_hash(page, "dense-16,dropout-0.2")
    expect(page.locator(".layer-bar")).to_have_text("Dropout 20%")
    page.click('[data-action="undo"]')
    expect(page.locator(".layer-bar")).to_have_count(0)
    page.get_by_role("button", name="Three convolutions").click()
    wait_for_hash(page, "layers=conv-4,conv-8,conv-16,max_pool,dense-128")
    settings = state(page)
    assert (settings["optimizer"], settings["schedule"], settings["batchSize"]) == (
        "nesterov",
        "inverse_time",
        "100",
    )
    expect(page.locator(".map-place")).to_have_count(7)
    assert page.locator(".network-frame").evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")
    copy = open_digits(open_page, page.url.partition("/#")[2].join(("#", "")))
    expect(copy.locator(".map-place")).to_have_count(7)


@pytest.mark.slow
def test_a_link_whose_layers_do_not_fit_says_so_and_opens_what_is_usual(open_page: OpenPage) -> None:
    page = open_page("#problem=images&layers=conv-4,max_pool,max_pool,max_pool,max_pool,dense-8")
    expect(page.locator("#messages")).to_contain_text("Layer 5, Max pooling: ")
    expect(page.locator("#picture")).to_be_visible()
    page.click(".play")
    wait_for_epoch(page, 2)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken(open_page: OpenPage, theme: str) -> None:
    page = open_digits(open_page, color_scheme=theme)
    found: dict[str, object] = {"scores": violations(page)}
    for name in ("matrix", "wrong"):
        page.click(f'[data-tab="{name}"]')
        found[name] = violations(page)
    page.focus('.map-place[data-drawn="1"]')
    page.keyboard.press("Enter")
    found["map"] = violations(page)
    page.get_by_role("button", name="Dense, layer 3: change").click()
    found["layer"] = violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Draw a digit").click()
    draw(page, SEVEN)
    found["pad"] = violations(page)
    page.set_viewport_size({"width": 390, "height": 844})
    found["phone"] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.slow
def test_a_room_begins_with_digits_and_its_lock_on_layers_reaches_theirs(
    join: Join, teacher: Teacher
) -> None:
    layers = [{"kind": "conv", "filters": 4}, {"kind": "max_pool"}, {"kind": "dense", "neurons": 16}]
    config = {"problem": "images", "layers": layers, "activation": "relu", "train_percent": 80}
    teacher.ask("POST", "/start", {"config": config, "apply": "new"})
    teacher.ask("PATCH", body={"locks": ["hidden_layers"], "reason": "Watch first."})
    page = join(teacher.code)
    expect(page.locator(".map-place")).to_have_count(5)
    more = page.get_by_role("button", name="More filters in layer 1")
    expect(more).to_have_attribute("aria-disabled", "true")
    more.click(force=True)
    expect(page.locator(".message.warn")).to_contain_text("Watch first.")
    page.get_by_role("button", name="Next digit").click()
    expect(page.locator(".digit-picker .digit-text")).to_contain_text("Test digit 2 of 360")
    teacher.ask("PATCH", body={"locks": []})
    more.click()
    expect(page.locator(".map-count .count").first).to_have_text("6")


@pytest.mark.slow
def test_a_teacher_sees_the_answers_and_the_confusion_matrix_of_a_learner(join: Join, room: Room) -> None:
    learner = join(room.code)
    learner.select_option("#problem", "images")
    expect(learner.locator(".map-place")).to_have_count(7)
    learner.click(".play")
    wait_for_epoch(learner, 1)
    room.tiles.first.click()
    panel = room.page.locator("aside.learner")
    expect(panel.locator(".digit-scores .answer")).to_have_count(1)
    expect(panel.locator(".matrix td.right").first).not_to_be_empty()
    expect(panel.locator(".picture")).to_be_hidden()
