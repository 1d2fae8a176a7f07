"""Layers of several kinds on the page: setting, seeing and sharing them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, resize, wait_for_epoch

DEEP = "#activation=sigmoid&dataset=circle&networkShape=4,4,4,4,4,4&learningRate=0.1"


def test_a_residual_network_is_built_in_the_panel_and_shared_by_its_link(open_page: OpenPage) -> None:
    page = open_page(DEEP)
    page.click('[data-action="advanced"]')
    page.get_by_label("Residual connections: All layers").select_option("2")
    expect(page.locator(".arc")).to_have_count(3)
    page.get_by_label("Normalization of each layer, layer 6").select_option("batch_norm_before")
    expect(page.locator(".norm")).to_have_count(1)
    expect(page).to_have_url(
        re.compile(r"normalization=none,none,none,none,none,batch_norm_before&residual=0,2,0,2,0,2")
    )
    page.keyboard.press("Escape")
    page.click('[data-action="play"]')
    wait_for_epoch(page, 2)
    page.get_by_role("img", name="Residual connection: outputs of layer 2 + outputs of layer 4").focus()
    expect(page.locator(".link-readout")).to_have_text(
        "Residual connection: outputs of layer 2 + outputs of layer 4"
    )
    page.get_by_role("button", name="Batch norm before activation, hidden layer 6").focus()
    expect(page.locator(".link-readout")).to_contain_text("scale")
    copy = open_page(page.url.partition("/#")[2].join(("#", "")))
    expect(copy.locator(".arc")).to_have_count(3)
    expect(copy.locator(".norm")).to_have_count(1)


@pytest.mark.slow
def test_what_does_not_fit_is_refused_and_nothing_is_lost(open_page: OpenPage) -> None:
    page = open_page(f"{DEEP}&normalization=batch_norm,batch_norm,batch_norm,none,none,none&batchSize=2")
    expect(page.locator(".norm")).to_have_count(3)
    page.locator("#batchSizeNumber").fill("1")
    page.locator("#batchSizeNumber").press("Enter")
    expect(page.locator("#messages")).to_contain_text("at least 2")
    expect(page.locator("#batchSizeNumber")).to_have_value("2")
    expect(page.locator(".norm")).to_have_count(3)


@pytest.mark.slow
def test_a_removed_layer_takes_its_connections_along_and_undo_brings_them_back(open_page: OpenPage) -> None:
    page = open_page("#networkShape=4,4&normalization=none,batch_norm&residual=0,2")
    expect(page.locator(".arc")).to_have_count(1)
    page.click('[data-action="removeLayer"]')
    expect(page.locator(".arc")).to_have_count(0)
    expect(page.locator(".norm")).to_have_count(0)
    page.click('[data-action="undo"]')
    expect(page.locator(".arc")).to_have_count(1)
    expect(page.locator(".norm")).to_have_count(1)


NUMBERS_COVERED = """() => [...document.querySelectorAll('.per-layer .cell')].filter((cell) => {
  const range = document.createRange();
  range.selectNodeContents(cell.firstElementChild);
  return range.getBoundingClientRect().right > cell.lastElementChild.getBoundingClientRect().left;
}).map((cell) => cell.firstElementChild.textContent)"""


@pytest.mark.slow
def test_the_numbers_of_twelve_layers_stand_beside_their_lists(open_page: OpenPage) -> None:
    page = open_page("#networkShape=2,2,2,2,2,2,2,2,2,2,2,2")
    page.click('[data-action="advanced"]')
    expect(page.get_by_label("Normalization of each layer, layer 12")).to_be_visible()
    assert page.evaluate(NUMBERS_COVERED) == []


CUT = """() => [...document.querySelectorAll('#advanced .per-layer select')].flatMap((select) => {
  const style = getComputedStyle(select);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [...select.options].map(({ text }) => text).filter((text) => pen.measureText(text).width > room);
})"""


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
def test_no_choice_of_a_layer_is_cut_in_its_list(open_page: OpenPage, locale: str) -> None:
    page = open_page("#networkShape=" + ",".join(["2"] * 12), locale=locale)
    page.click('[data-action="advanced"]')
    expect(page.locator("#advanced .per-layer.single select")).to_have_count(13)
    for width, height in ((1280, 720), (1024, 768), (390, 844)):
        resize(page, width, height)
        assert set(page.evaluate(CUT)) == set(), (width, height)
