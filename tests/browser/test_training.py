"""The main use: open the page, press play, watch a network learn."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, epoch, loss, pause, state, wait_for_epoch

CIRCLE = "#dataset=circle&networkShape=4,2&activation=tanh&dataSeed=1&weightsSeed=1&speed=max"


def test_the_circle_is_learned_within_a_few_hundred_epochs(open_page: OpenPage) -> None:
    page = open_page(CIRCLE)
    before = loss(page)
    page.click(".play")
    wait_for_epoch(page, 300)
    page.click(".play")
    assert loss(page) < 0.05 < before


def test_the_page_complies_with_its_content_security_policy(open_page: OpenPage) -> None:
    page = open_page(CIRCLE, bypass_csp=False, ready=False)
    expect(page.locator("#losses .value").first).to_have_text(re.compile("[0-9]"))
    page.click(".play")
    expect(page.locator("#epoch")).to_have_text(re.compile("[1-9]"))


@pytest.mark.slow
def test_three_relu_layers_of_eight_neurons_learn_the_spiral(open_page: OpenPage) -> None:
    page = open_page("#dataset=spiral&networkShape=8,8,8&activation=relu&dataSeed=3&weightsSeed=5&speed=max")
    page.click(".play")
    page.wait_for_function(
        "Number(document.querySelectorAll('#losses .value')[1].textContent) < 0.1", timeout=60_000
    )


@pytest.mark.slow
def test_heat_maps_change_while_playing_and_not_while_paused(open_page: OpenPage) -> None:
    page = open_page(CIRCLE)
    picture = "document.querySelector('.picture-frame canvas').toDataURL()"
    untrained = page.evaluate(picture)
    page.click(".play")
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "true")
    wait_for_epoch(page, 50)
    pause(page)
    assert page.evaluate(picture) != untrained
    at = epoch(page)
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, at + 1)
    assert epoch(page) == at + 1


@pytest.mark.slow
def test_one_mini_batch_changes_the_weights_and_not_the_epoch(open_page: OpenPage) -> None:
    page = open_page(CIRCLE)
    page.click('[data-action="stepBatch"]')
    expect(page.locator("#epoch")).to_have_attribute("data-batch", "1")
    assert epoch(page) == 0


@pytest.mark.slow
def test_reset_restores_the_initial_weights_and_new_weights_differ(open_page: OpenPage) -> None:
    page = open_page(CIRCLE)
    picture = "document.querySelector('.picture-frame canvas').toDataURL()"
    first, seed = page.evaluate(picture), state(page)["weightsSeed"]
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
    page.click('[data-action="reset"]')
    expect(page.locator("#epoch")).to_have_text("0")
    page.wait_for_function(f"first => {picture} === first", arg=first)
    page.click('[data-action="newWeights"]')
    page.wait_for_function(f"first => {picture} !== first", arg=first)
    page.wait_for_function("seed => !`${location.hash}&`.includes(`weightsSeed=${seed}&`)", arg=seed)


@pytest.mark.slow
def test_the_loss_chart_shows_the_values_under_the_pointer(open_page: OpenPage) -> None:
    page = open_page(CIRCLE)
    page.click(".play")
    wait_for_epoch(page, 100)
    page.click(".play")
    page.hover("#chart canvas")
    expect(page.locator(".chart-readout")).to_be_visible()
    number = r"\d[\d.]*(e-\d+)?"  # small ones as powers of ten
    expect(page.locator(".chart-readout")).to_have_text(
        re.compile(f"^Epoch [\\d,]+: training {number}, test {number}$")
    )


@pytest.mark.slow
def test_the_heat_map_shows_the_output_under_the_pointer(open_page: OpenPage) -> None:
    page = open_page("#dataset=gaussian&networkShape=&dataSeed=1&weightsSeed=1&speed=max")
    page.click(".play")
    wait_for_epoch(page, 50)
    page.click(".play")
    box = page.locator(".picture-frame").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.2)
    expect(page.locator(".readout-group .quiet")).to_contain_text("3.6")
    page.wait_for_function("/0\\.9|1\\.0/.test(document.querySelector('.readout').textContent)")
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.8)
    page.wait_for_function("/−0\\.9|−1\\.0/.test(document.querySelector('.readout').textContent)")
