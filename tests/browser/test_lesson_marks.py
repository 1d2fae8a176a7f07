"""What a step of a lesson points out is marked where a person sees it, and no edge cuts the mark."""

import pytest

from tests.browser.conftest import OpenPage, resize
from tests.browser.rest_teacher import Teacher
from tests.server.classroom.api.test_room_lessons import MINE

CUT = """() => [...document.querySelectorAll(".layers-control, .layer-control")].flatMap(element => {
    const style = getComputedStyle(element);
    const grown = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth);
    if (style.outlineStyle !== "solid") return [element.className + " is not marked"];
    const box = element.getBoundingClientRect();
    const frame = (element.closest(".network-frame") ?? document.body).getBoundingClientRect();
    const below = element.matches(".layers-control")
        ? document.querySelector(".network-frame").getBoundingClientRect().top : frame.bottom;
    const isWhole = box.top - grown >= frame.top && box.bottom + grown <= below + 1;
    return isWhole ? [] : [element.className + " is cut"];
})"""


@pytest.mark.parametrize("name", ["neurons", "hidden_layers"])
def test_the_buttons_of_the_neurons_can_be_pointed_out(
    open_page: OpenPage, teacher: Teacher, name: str
) -> None:
    text = MINE.replace('lock = ["dataset"]', f'highlight = ["{name}", "layers"]')
    lesson = teacher.ask("PUT", "/lessons/marks", {"texts": {"en": text}})["lesson"]["name"]
    page = open_page(f"#lesson={lesson}&step=1")
    page.locator(".lesson-panel .lesson-text").wait_for()
    for width, height in ((1280, 720), (1024, 768), (390, 844)):
        resize(page, width, height)
        assert page.evaluate(CUT) == [], (width, height)
