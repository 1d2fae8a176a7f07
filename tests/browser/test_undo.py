"""Undo and redo take back and repeat what a person changed, by buttons and by keys."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, wait_for_frame, wait_for_hash


def test_changes_of_the_lab_are_undone_and_redone(open_page: OpenPage) -> None:
    page = open_page("#dataSeed=1&weightsSeed=1&networkShape=4,2")
    undo, redo = page.locator("[data-action=undo]"), page.locator("[data-action=redo]")
    expect(undo).to_have_attribute("aria-disabled", "true")

    page.select_option("#activation", "relu")
    wait_for_hash(page, "activation=relu")
    page.click("[data-action=addLayer]")
    wait_for_hash(page, "networkShape=4,2,2")
    page.click("[data-action=regenerate]")
    page.wait_for_function("!location.hash.includes('dataSeed=1&')")

    expect(undo).to_have_accessible_name(re.compile("Data seed"))
    undo.click()
    wait_for_hash(page, "dataSeed=1&")
    expect(undo).to_have_accessible_name(re.compile("Hidden layers"))
    page.keyboard.press("Control+z")  # the button has the focus
    page.wait_for_function("!location.hash.includes('networkShape=4,2,2')")
    page.focus("#activation")
    page.keyboard.press("Control+z")
    expect(page.locator("#activation")).to_have_value("tanh")
    expect(undo).to_have_attribute("aria-disabled", "true")

    redo.click()
    expect(page.locator("#activation")).to_have_value("relu")
    page.keyboard.press("Control+Shift+z")
    wait_for_hash(page, "networkShape=4,2,2")


def test_each_of_several_quick_presses_is_undone_by_itself(open_page: OpenPage) -> None:
    page = open_page("#dataSeed=1&weightsSeed=1&networkShape=2")
    page.locator('[data-help="control.addNeuron.help"]').last.dblclick()
    page.keyboard.press("Enter")
    wait_for_hash(page, "networkShape=5")
    page.keyboard.press("Control+z")
    wait_for_hash(page, "networkShape=4")
    page.keyboard.press("Control+z")
    wait_for_hash(page, "networkShape=3")


@pytest.mark.slow
def test_an_edited_weight_goes_back(open_page: OpenPage) -> None:
    page = open_page("#dataSeed=1&weightsSeed=1&networkShape=1")
    page.click('.bias[data-layer="2"]')
    field = page.locator("#editor input").first
    before = field.input_value()
    field.fill("2.5")
    field.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("[data-action=undo]")).to_have_accessible_name(re.compile("Bias"))
    page.keyboard.press("Control+z")
    wait_for_frame(page)
    page.click('.bias[data-layer="2"]')
    expect(page.locator("#editor input").first).to_have_value(before)
