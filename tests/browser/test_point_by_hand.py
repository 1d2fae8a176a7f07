"""One point by hand: walked through forward and back, and its step applied."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Join, OpenPage, wait_for_epoch
from tests.browser.rest_teacher import Teacher

pytestmark = pytest.mark.slow

SEEDS = "dataSeed=1&weightsSeed=1"


def open_point(page: Page) -> Locator:
    page.click('[data-action="inside"]')
    page.get_by_role("tab", name="One point").click()
    panel = page.locator(".point-part")
    expect(panel.get_by_role("heading", name="Forward · Neuron 1, layer 1")).to_be_visible()
    return panel


def loss_in(text: str) -> float:
    found = re.search(r"L : ([\d.]+) becomes ([\d.]+)", text)
    assert found, text
    assert float(found[2]) < float(found[1])
    return float(found[2])


def test_a_point_is_walked_forward_and_back_and_its_step_applied(open_page: OpenPage) -> None:
    page = open_page(f"#learningRate=0.3&{SEEDS}")
    panel = open_point(page)
    expect(panel.locator(".point-name")).to_have_text("Training point 1 of 250")
    expect(panel.locator("math").first).to_be_visible()
    spoken = panel.locator(".formula .visually-hidden")
    expect(spoken.nth(1)).to_have_text(re.compile("^z equals .* times .* plus"))
    expect(page.locator(".point-values .value")).to_have_count(2 + 4 + 2 + 1)
    assert page.locator(".point-values text").count() >= 16  # of 8 + 8 + 2, as far as there is room
    expect(page.locator(".point-values path")).to_have_count(2)
    count = panel.locator(".point-count")
    for _ in range(7):
        panel.get_by_role("button", name="One forward").click()
    expect(count).to_have_text("8 of 23")
    expect(panel.get_by_role("heading", name="Loss")).to_be_visible()
    panel.get_by_role("button", name="One forward").click()
    expect(panel.get_by_role("heading", name="Back · Output")).to_be_visible()
    expect(panel).to_contain_text("says how the loss L changes")
    page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("heading", name="Back · Neuron 1, layer 2")).to_be_visible()
    panel.get_by_role("button", name="Update").click()
    panel.get_by_role("button", name="w₂").click()
    expect(panel.locator(".updates + .point-lines")).to_contain_text("from the other points")
    expect(panel).to_contain_text("the mean over its 10 points")
    expect(panel).to_contain_text("η = 0.3: learning rate")
    page.keyboard.press("End")
    expect(panel).to_contain_text("the next mini-batch, 10 points with this one among them")
    told = loss_in(panel.inner_text())
    panel.get_by_role("button", name="Apply this step").click()
    expect(panel).to_contain_text("Applied. For this point it changed")
    expect(page.locator(".counter-batch").first).to_contain_text("1 of 25")
    assert loss_in(panel.inner_text()) == told
    panel.get_by_role("button", name="Take the next step apart").click()
    panel.get_by_role("button", name="Apply", exact=True).click()
    expect(panel).to_contain_text("a mini-batch of this point alone")
    expect(spoken.filter(has_text=f"L : {told:g} becomes")).to_have_count(1)


OVERLAPS = """() => {
  const texts = [...document.querySelectorAll('.point-values text')];
  const boxes = texts.map((each) => each.getBoundingClientRect());
  return boxes.flatMap((a, index) => boxes.slice(index + 1).filter((b) =>
    a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2)).length;
}"""


def test_numbers_of_links_never_run_together_and_nothing_is_cut_off(open_page: OpenPage) -> None:
    page = open_page(f"#{SEEDS}")
    panel = open_point(page)
    inside = page.locator("#inside")
    for phase in ("Back", "Update"):
        panel.get_by_role("button", name=phase, exact=True).click()
        for _ in range(7):
            assert page.locator(".point-values text").count() > 8
            assert page.evaluate(OVERLAPS) == 0
            assert inside.evaluate("element => element.scrollWidth <= element.clientWidth")
            page.keyboard.press("ArrowRight")


def test_a_click_on_the_large_picture_chooses_its_point_and_shows_its_numbers(open_page: OpenPage) -> None:
    page = open_page(f"#{SEEDS}")
    panel = open_point(page)
    frame = page.locator(".picture-frame")
    box = frame.bounding_box()
    assert box is not None
    frame.click(position={"x": box["width"] * 0.02, "y": box["height"] * 0.02})
    expect(panel.locator(".point-name")).to_have_text("A place of your own")
    expect(panel.get_by_label("x₁")).to_have_value(re.compile(r"-5\.\d+"))
    expect(page.locator(".point-values .value").first).to_have_text(re.compile("^−5"))
    panel.get_by_label("x₁").fill("1.5")
    panel.get_by_label("x₁").press("Enter")
    expect(page.locator(".point-values .value").first).to_have_text("1.5")
    panel.get_by_role("button", name="Next point").click()
    expect(panel.locator(".point-name")).to_have_text("Training point 1 of 250")
    panel.get_by_role("button", name="Previous point").click()
    expect(panel.locator(".point-name")).to_have_text("Training point 250 of 250")
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("document.querySelector('.colour-scale') !== null")
    page.keyboard.press("Escape")
    expect(page.locator("#inside")).to_be_hidden()
    expect(page.locator(".point-values")).to_have_count(0)
    expect(page.locator(".point-mark")).to_have_count(0)


def test_the_numbers_follow_the_training_until_a_step_is_applied(open_page: OpenPage) -> None:
    page = open_page(f"#speed=10&{SEEDS}")
    panel = open_point(page)
    panel.get_by_role("button", name="Loss").click()
    line = panel.locator(".formula .visually-hidden").last
    before = line.inner_text()
    page.click('[data-action="play"]')
    wait_for_epoch(page, 5)
    expect(line).not_to_have_text(before)
    panel.get_by_role("button", name="Apply", exact=True).click()
    panel.get_by_role("button", name="Apply this step").click()
    expect(panel).to_contain_text("Applied.")
    expect(page.locator('[data-action="play"]')).to_have_attribute("aria-pressed", "false")


def test_by_touch_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(f"#{SEEDS}", width=390, height=844, has_touch=True, is_mobile=True)
    page.locator('[data-action="inside"]').tap()
    page.get_by_role("tab", name="One point").tap()
    panel = page.locator(".point-part")
    expect(panel.locator(".point-count")).to_have_text("1 of 23")
    page.locator(".picture-frame").tap(position={"x": 4, "y": 4})
    expect(panel.locator(".point-name")).to_have_text("A place of your own")
    panel.get_by_role("button", name="One forward").tap()
    expect(panel.locator(".point-count")).to_have_text("2 of 23")
    near = panel.locator(".neighbourhood")  # the network is out of view
    expect(near).to_be_in_viewport()
    expect(near.locator("rect")).to_have_count(2 + 1)
    panel.get_by_role("button", name="Back", exact=True).tap()
    panel.get_by_role("button", name="One forward").tap()
    expect(near.locator("rect")).to_have_count(4 + 1 + 1)
    expect(near).to_contain_text("δ")
    panel.get_by_role("button", name="Apply", exact=True).tap()
    panel.get_by_role("button", name="Apply this step").tap()
    expect(panel).to_contain_text("Applied.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_shown_digit_is_worked_through_pixel_by_pixel(open_page: OpenPage) -> None:
    page = open_page(f"#problem=images&layers=conv-8,max_pool,conv-16,max_pool,dense-32&{SEEDS}")
    page.click('[data-action="inside"]')
    page.get_by_role("tab", name="One point").click()
    panel = page.locator(".point-part")
    expect(panel.locator(".point-name")).to_have_text("Test digit 1")
    expect(panel.locator(".kernel")).to_have_count(2)
    expect(page.locator(".map-mark .ring.pixel")).to_be_visible()
    expect(panel.get_by_role("heading")).to_contain_text("Filter 1, layer 1: pixel in row")
    panel.get_by_label("Row of the pixel").fill("2")
    panel.get_by_label("Column of the pixel").fill("3")
    panel.get_by_label("Column of the pixel").press("Enter")
    expect(panel.get_by_role("heading")).to_contain_text("pixel in row 2, column 3")
    panel.get_by_role("button", name="Brightest").click()
    expect(panel.get_by_role("button", name="Brightest")).to_be_hidden()
    panel.get_by_role("button", name="Back", exact=True).click()
    expect(panel.get_by_role("heading", name="Back · Output for class 0")).to_be_visible()


def test_the_focus_is_never_lost_on_the_way_and_after_the_step(open_page: OpenPage) -> None:
    page = open_page(f"#{SEEDS}")
    panel = open_point(page)
    panel.get_by_role("button", name="Apply", exact=True).click()
    panel.get_by_role("button", name="One back").click()
    ahead = panel.get_by_role("button", name="One forward")
    ahead.focus()
    page.keyboard.press("Enter")
    expect(panel.locator(".point-count")).to_have_text("23 of 23")
    expect(ahead).to_be_focused()
    panel.get_by_role("button", name="Apply this step").focus()
    page.keyboard.press("Enter")
    again = panel.get_by_role("button", name="Take the next step apart")
    expect(again).to_be_focused()
    page.keyboard.press("Space")
    expect(panel.locator(".point-count")).to_have_text("1 of 23")
    expect(ahead).to_be_focused()
    expect(page.locator('[data-action="play"]')).to_have_attribute("aria-pressed", "false")


def test_a_test_point_is_trained_on_only_after_a_clear_word(open_page: OpenPage) -> None:
    page = open_page(f"#problem=images&layers=dense-16&{SEEDS}")
    page.click('[data-action="inside"]')
    page.get_by_role("tab", name="One point").click()
    panel = page.locator(".point-part")
    panel.get_by_role("button", name="Apply", exact=True).click()
    expect(panel).to_contain_text("this is a test point")
    expect(panel.get_by_role("button", name="Apply this step")).to_have_count(0)
    expect(panel.get_by_role("button", name="Train on this test point anyway")).to_be_visible()


def test_the_neuron_that_is_explained_is_in_view_in_a_deep_network(open_page: OpenPage) -> None:
    page = open_page(f"#networkShape={','.join(['4'] * 12)}&{SEEDS}", width=1024, height=768)
    panel = open_point(page)
    panel.get_by_role("button", name="Back", exact=True).click()
    expect(page.locator(".point-values .ring")).to_be_in_viewport()
    panel.get_by_role("button", name="Forward", exact=True).click()
    expect(page.locator(".point-values .ring")).to_be_in_viewport()


def test_a_neuron_that_is_pressed_is_explained_instead_of_edited(open_page: OpenPage) -> None:
    page = open_page(f"#{SEEDS}")
    panel = open_point(page)
    panel.get_by_role("button", name="Back", exact=True).click()
    node = page.locator('#network .node[data-layer="2"][data-neuron="1"]')
    node.click()
    expect(panel.get_by_role("heading", name="Back · Neuron 2, layer 2")).to_be_visible()
    expect(page.locator("#editor")).to_be_hidden()
    page.get_by_role("tab", name="Training").click()
    node.click()
    expect(page.locator("#editor")).to_be_visible()


def test_a_pause_of_the_teacher_refuses_the_step(teacher: Teacher, join: Join) -> None:
    page = join(teacher.code)
    panel = open_point(page)
    teacher.ask("POST", "/do", {"action": "pause"})
    panel.get_by_role("button", name="Apply", exact=True).click()
    panel.get_by_role("button", name="Apply this step").click()
    expect(page.locator(".message.warn")).to_contain_text("paused")
    expect(panel).not_to_contain_text("Applied.")
