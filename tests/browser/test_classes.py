"""Several classes: the class map, heat maps of single classes, and the probabilities at a point."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, loss, pause, wait_for_epoch

CLASSES = (
    "#problem=multiclass&classDataset=spirals&classes=8&networkShape=8,8&optimizer=adam&learningRate=0.01"
    "&speed=max&dataSeed=1&weightsSeed=1"
)
BLOBS = "#problem=multiclass&classDataset=blobs&classes=3&networkShape=4&speed=max&dataSeed=1&weightsSeed=1"

# The number of colours in the large heat map, rounded so that similar shades count once.
COLOURS = """() => {
  const plane = document.querySelector('.picture-frame canvas');
  const {data} = plane.getContext('2d').getImageData(0, 0, plane.width, plane.height);
  const found = new Set();
  for (let i = 0; i < data.length; i += 4) found.add([0, 1, 2].map((at) => data[i + at] >> 5).join());
  return found.size;
}"""

PICTURE = "() => document.querySelector('.picture-frame canvas').toDataURL()"

# The displayed probabilities of all classes and the text beside them, read at the same time.
DISPLAYED = """() => [
  [...document.querySelectorAll('.class-key .percent')].map((each) => each.innerText),
  document.querySelector('.readout').innerText,
]"""


def output(page: Page, neuron: int) -> Locator:
    """Return the output node of a class."""
    return page.locator(f'.node:has(.class-chip)[data-neuron="{neuron}"]')


@pytest.mark.slow
def test_a_spiral_of_eight_classes_is_learned_live(open_page: OpenPage) -> None:
    page = open_page(CLASSES)
    expect(page.locator(".node:has(.class-chip)")).to_have_count(8)
    expect(page.locator(".class-key")).to_have_count(8)
    before = loss(page, 0)
    page.click(".play")
    wait_for_epoch(page, 300)
    pause(page)
    assert loss(page, 0) < before / 4
    assert float(page.locator("#losses .value").nth(2).inner_text().rstrip("%")) > 80
    assert page.evaluate(COLOURS) >= 8


@pytest.mark.slow
def test_a_class_is_shown_alone_while_the_pointer_is_over_it(open_page: OpenPage) -> None:
    page = open_page(BLOBS)
    page.click(".play")
    wait_for_epoch(page, 50)
    pause(page)
    watching = page.locator("#watching")
    several = ""
    for place in (output(page, 0), output(page, 2), page.locator(".class-key").nth(2)):
        place.hover()
        expect(watching).not_to_have_text("")
        alone = page.evaluate(PICTURE)
        assert alone != several
        page.hover("#network-title")
        expect(watching).to_have_text("")
        several = several or page.evaluate(PICTURE)
        assert page.evaluate(PICTURE) == several


@pytest.mark.slow
def test_a_class_shown_alone_is_named_and_marked(open_page: OpenPage) -> None:
    page = open_page(BLOBS)
    watching = page.locator("#watching")
    for place in (output(page, 2), page.locator(".class-key").nth(2)):
        place.hover()
        expect(watching).to_have_text("Class 2")
        expect(page.locator(".class-key").nth(2)).to_have_class(re.compile("watched"))
        expect(output(page, 2)).to_have_class(re.compile("watched"))
        page.hover("#network-title")
        expect(watching).to_have_text("")


@pytest.mark.slow
def test_a_class_is_shown_alone_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(BLOBS)
    page.focus(".picture-frame")
    page.keyboard.press("Tab")
    expect(page.locator("#watching")).to_have_text("Class 0")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#watching")).to_have_text("")


@pytest.mark.slow
def test_a_point_under_the_pointer_shows_the_likeliest_class_and_all_probabilities(
    open_page: OpenPage,
) -> None:
    page = open_page(BLOBS)
    page.click(".play")
    wait_for_epoch(page, 50)
    pause(page)
    page.hover(".picture-frame", position={"x": 160, "y": 20})
    expect(page.locator(".readout")).to_have_text(re.compile(r"^Class [0-2]: \d+%$"))
    expect(page.locator(".class-key .percent").first).to_have_text(re.compile(r"^\d+$"))
    shares, said = page.evaluate(DISPLAYED)
    numbers = [int(text) for text in shares]
    assert abs(sum(numbers) - 100) <= 2
    assert [int(each) for each in re.findall(r"\d+", said)] == [numbers.index(max(numbers)), max(numbers)]
    page.hover("#network-title")
    expect(page.locator(".readout")).to_have_text("")


@pytest.mark.slow
def test_discrete_output_without_a_decision_line_has_only_flat_colours(open_page: OpenPage) -> None:
    page = open_page(BLOBS + "&decisionLine=false&discretize=true")
    page.click(".play")
    wait_for_epoch(page, 20)
    pause(page)
    assert page.evaluate(COLOURS) == 3


@pytest.mark.parametrize("classes", [pytest.param(2, marks=pytest.mark.slow), 8])
@pytest.mark.slow
def test_the_network_fits_into_the_window(open_page: OpenPage, classes: int) -> None:
    more = "&cosX=true&cosY=true&xCubed=true&yCubed=true&xPlusY=true"
    page = open_page(f"#problem=multiclass&classes={classes}&networkShape=8{more}")
    boxes = [box for each in page.locator(".node:visible").all() if (box := each.bounding_box())]
    assert len(boxes) == 12 + 8 + classes
    for box in boxes:
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 720
    for one, other in pairwise(boxes):
        assert other["x"] != one["x"] or other["y"] >= one["y"] + one["height"]


@pytest.mark.slow
def test_an_advanced_input_disappears_when_it_is_switched_off(open_page: OpenPage) -> None:
    page = open_page("#cosX=true")
    cosine = page.locator('.node[data-feature="cos_x1"]')
    usual = page.locator('.node[data-feature="sin_x1"]')
    expect(page.locator('.node[data-feature="cos_x2"]')).to_be_hidden()
    expect(usual).to_be_visible()
    expect(cosine).to_be_visible()
    cosine.click()
    expect(cosine).to_be_hidden()
    expect(usual).to_be_visible()


@pytest.mark.slow
def test_a_tap_shows_a_class_and_another_ends_it(open_page: OpenPage) -> None:
    page = open_page(BLOBS, has_touch=True, width=390, height=844)
    key = page.locator(".class-key").nth(1)
    key.tap()
    expect(page.locator("#watching")).to_have_text("Class 1")
    expect(page.locator("#tooltip")).to_be_hidden()
    key.tap()
    expect(page.locator("#watching")).to_have_text("")
