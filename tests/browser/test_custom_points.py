"""Custom points: pens, eraser, undo, keyboard and text, during training."""

import re
from itertools import pairwise
from time import perf_counter

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, epoch, resize, wait_for_epoch
from tests.browser.drawing_page import (
    WATCH_SOCKET,
    linked_points,
    open_drawing,
    open_text,
    sent_points,
    stroke,
    tool,
    wait_for_more,
    wait_for_points,
)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return a page with a few points of one's own."""
    return open_drawing(open_page)


@pytest.mark.slow
def test_custom_points_start_with_a_few_of_each_class(page: Page) -> None:
    points = sent_points(page)[0]
    assert {target for _, _, target in points} == {-1, 1}
    page.wait_for_function("location.hash.includes('dataset=own')")


def test_a_tap_adds_a_point_and_a_stroke_adds_several_with_gaps(page: Page) -> None:
    start = len(sent_points(page)[0])
    page.click('.pen[data-target="-1"]')
    stroke(page, (4, 4))
    points = wait_for_points(page, start + 1)
    assert points[-1] == pytest.approx([4, 4, -1], abs=0.05)
    page.click('.pen[data-target="1"]')
    stroke(page, (-5, -5), (5, -5))
    wait_for_more(page, start + 10)
    painted = sent_points(page)[-1][start + 1 :]
    assert {target for _, _, target in painted} == {1}
    steps = [later[0] - earlier[0] for earlier, later in pairwise(painted)]
    assert min(steps) >= 0.44


@pytest.mark.slow
def test_a_stroke_that_leaves_the_heat_map_adds_no_points_at_its_edge(page: Page) -> None:
    start = len(sent_points(page)[0])
    stroke(page, (0, 4), (0, 5.9), (0, 7), (4, 7))
    wait_for_more(page, start + 1)
    assert max(abs(x1) for x1, _, _ in sent_points(page)[-1][start:]) < 0.1


def test_drawing_points_during_training_keeps_the_weights(page: Page) -> None:
    page.click(".play")
    wait_for_epoch(page, 10)
    before, known, began = epoch(page), len(sent_points(page)), perf_counter()
    stroke(page, (-5, 0), (0, -5), (5, 0))
    messages = len(sent_points(page)) - known
    assert messages <= 5 * (perf_counter() - began) + 1  # a few a second, not one a point
    wait_for_epoch(page, before + 10)
    assert {each["type"] for each in page.evaluate("sent")} <= {"configure", "play", "ack", "probe", "watch"}


@pytest.mark.slow
def test_the_eraser_removes_points_and_undo_restores_them(page: Page) -> None:
    start = sent_points(page)[0]
    tool(page, "erase").click()
    x1, x2, _ = start[0]
    stroke(page, (x1, x2))
    left = wait_for_points(page, len(start) - 1)
    assert start[0] not in left
    tool(page, "undo").click()
    assert wait_for_points(page, len(start)) == start
    expect(tool(page, "undo")).to_be_disabled()


@pytest.mark.slow
def test_fewer_than_two_points_are_never_sent(page: Page) -> None:
    start = len(sent_points(page)[0])
    tool(page, "clear").click()
    hint = page.locator(".draw-hint")
    expect(hint).to_be_visible()
    stroke(page, (1, 1))
    expect(hint).to_be_visible()
    stroke(page, (-2, -2))
    expect(hint).not_to_contain_text("at least two")
    wait_for_points(page, 2)
    assert {len(each) for each in sent_points(page)} == {start, 2}
    expect(page.locator(".message")).to_have_count(0)


@pytest.mark.slow
def test_points_can_be_drawn_by_keyboard(page: Page) -> None:
    start = len(sent_points(page)[0])
    page.click('.pen[data-target="-1"]')
    page.focus(".picture-frame")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert wait_for_points(page, start + 1)[-1] == [0, 0.25, -1]
    page.keyboard.press("Delete")
    wait_for_points(page, start)
    page.keyboard.press("Control+z")
    wait_for_points(page, start + 1)


@pytest.mark.slow
def test_points_can_be_edited_as_text(page: Page) -> None:
    start = sent_points(page)[0]
    field = open_text(page)
    x1, x2, target = start[0]
    assert field.input_value().split("\n")[0] == f"{x1:g}, {x2:g}, {target:g}"
    field.fill("x1,x2,target\n1,2,1\n2,3,7")
    page.click('[data-points="use"]')
    expect(page.locator(".fault")).to_contain_text("Line 3")
    assert page.evaluate("getSelection().toString()") in {"2,3,7", ""}
    field.fill("x1,x2,target\n1,2,1\n2,3,-1\n-2,-3,-1\n")
    page.click('[data-points="use"]')
    expect(field).to_be_hidden()
    assert wait_for_points(page, 3) == [[1, 2, 1], [2, 3, -1], [-2, -3, -1]]


@pytest.mark.slow
def test_a_thousand_points_can_be_pasted(page: Page) -> None:
    field = open_text(page)
    rows = [f"{index % 40 / 8},{index / 200},{1 if index % 2 else -1}" for index in range(1000)]
    field.fill("\n".join(rows))
    page.click('[data-points="use"]')
    wait_for_points(page, 1000)
    assert len(open_text(page).input_value().split("\n")) == 1000


@pytest.mark.parametrize(
    ("problem", "targets"),
    [
        ("regression", ["-1", "-0.5", "0", "0.5", "1"]),
        pytest.param("multiclass&classes=4", ["0", "1", "2", "3"], marks=pytest.mark.slow),
    ],
)
@pytest.mark.slow
def test_the_pens_match_the_problem(open_page: OpenPage, problem: str, targets: list[str]) -> None:
    page = open_page(f"#problem={problem}")
    page.click('[data-dataset="own"]')
    pens = page.locator(".pen")
    expect(pens).to_have_count(len(targets))
    assert [pen.get_attribute("data-target") for pen in pens.all()] == targets
    page.click('.pen[data-target="0"]')
    stroke(page, (0, 0), (2, 2))
    page.wait_for_function("document.querySelector('[data-tool=undo]').disabled === false")


@pytest.mark.slow
def test_the_drawing_tools_are_hidden_with_other_datasets(page: Page) -> None:
    page.click('[data-dataset="circle"]')
    expect(page.locator(".drawing")).to_be_hidden()
    messages = len(sent_points(page))
    stroke(page, (0, 0), (3, 3))
    page.click('[data-dataset="own"]')
    expect(page.locator(".drawing")).to_be_visible()
    assert len(sent_points(page)) == messages


@pytest.mark.slow
def test_fewer_classes_remove_their_pens_and_points(open_page: OpenPage) -> None:
    page = open_page("#problem=multiclass&classes=4")
    page.evaluate(WATCH_SOCKET)
    page.click('[data-dataset="own"]')
    expect(page.locator(".pen")).to_have_count(4)
    page.fill("#classesNumber", "3")
    page.keyboard.press("Enter")
    expect(page.locator(".pen")).to_have_count(3)
    points = sent_points(page)[-1]
    assert {target for _, _, target in points} == {0, 1, 2}


@pytest.mark.slow
def test_drawn_points_are_kept_after_a_reload(page: Page) -> None:
    before = linked_points(page)
    stroke(page, (4, -4))
    linked_points(page, before)
    page.reload()
    expect(page.locator(".drawing")).to_be_visible()
    x1, x2, target = map(float, open_text(page).input_value().split("\n")[-1].split(","))
    assert [x1, x2, target] == pytest.approx([4, -4, 1], abs=0.05)


@pytest.mark.slow
def test_typed_points_are_unchanged_by_a_shared_link(page: Page, open_page: OpenPage) -> None:
    typed = "2.6, 1.5, 1\n-0.01, 3.33, -1\n4, -5.97, 1"
    before = linked_points(page)
    open_text(page).fill(typed)
    page.click('[data-points="use"]')
    linked_points(page, before)
    again = open_page(page.evaluate("location.hash"))
    expect(again.locator(".drawing")).to_be_visible()
    expect(open_text(again)).to_have_value(typed)


@pytest.mark.slow  # each pen in each window
def test_eight_pens_fit_on_a_touch_screen(open_page: OpenPage) -> None:
    page = open_page("#problem=multiclass&classes=8", width=360, height=1100, has_touch=True)
    page.locator('[data-dataset="own"]').tap()
    expect(page.locator(".pen")).to_have_count(8)
    for width in (360, 390, 720, 820, 1024):
        resize(page, width, 1100)
        for each in page.locator(".drawing button").all():
            box = each.bounding_box()
            assert box
            assert box["width"] >= 24
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


@pytest.mark.slow
def test_points_of_one_class_are_told_and_can_still_be_trained_on(page: Page) -> None:
    page.click('[data-tool="clear"]')
    expect(page.locator(".draw-hint")).to_contain_text("at least two")
    frame = page.locator(".picture-frame")
    for x, y in ((40, 40), (90, 60)):
        frame.click(position={"x": x, "y": y})
    expect(page.locator(".draw-hint")).to_contain_text("of one class")
    page.click(".pen[data-target='-1']")
    frame.click(position={"x": 150, "y": 150})
    expect(page.locator(".draw-hint")).to_be_hidden()
    wait_for_points(page, 3)


@pytest.mark.slow
def test_points_that_were_erased_are_not_in_the_address_or_in_a_shared_link(page: Page) -> None:
    linked_points(page)
    tool(page, "clear").click()
    page.wait_for_function("!location.hash.includes('points=') && !location.hash.includes('dataset=own')")
    page.click('[data-action="share"]')
    expect(page.locator("#share-link")).to_have_value(re.compile(r"#(?!.*points=).*networkShape="))
    page.keyboard.press("Escape")
    tool(page, "undo").click()
    assert linked_points(page)
    expect(page.locator('[data-dataset="own"]')).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
def test_a_dataset_of_another_problem_is_refused_with_the_link_that_has_it(open_page: OpenPage) -> None:
    page = open_page("#problem=regression&dataset=elnino")
    message = page.locator("#messages")
    expect(message).to_contain_text("“problem=regression&regDataset=elnino”")
    expect(message).to_contain_text("“Regression”")
    page = open_page("#dataset=own")
    expect(page.locator("#messages")).to_contain_text("names custom points, but has none")
