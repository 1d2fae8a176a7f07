"""What a step of a lesson locks looks the same alone and in a room, and tells the step's reason in both."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Join, OpenPage
from tests.browser.rest_teacher import Teacher
from tests.server.classroom.api.test_room_lessons import MINE

LOCKED = MINE.replace('lock = ["dataset"]', 'lock = ["dataset", "learning_rate", "hidden_layers"]')
LOOKS = """() => {
    const looks = (selector, pseudo) => {
        const style = getComputedStyle(document.querySelector(selector), pseudo);
        return [style.opacity, style.cursor, style.content !== "none" && style.maskImage !== "none"];
    };
    return {
        field: looks("#learningRate"),
        name: looks(".field:has(#learningRate) .label", "::after"),
        dataset: looks('[data-dataset="circle"]'),
        chosen: looks('[data-dataset="xor"]', "::after"),
        layers: looks(".layers-control", "::after"),
    };
}"""


def locked_page(teacher: Teacher, join: Join, open_page: OpenPage, *, alone: bool) -> Page:
    name = teacher.ask("PUT", "/lessons/mine", {"texts": {"en": LOCKED}})["lesson"]["name"]
    if alone:
        page = open_page(f"#lesson={name}&step=1")
    else:
        teacher.ask("PUT", "/task", {"title": "Mine", "lesson": name})
        page = join(teacher.code)
    expect(page.locator("#learningRate")).to_be_disabled()
    expect(page.locator('[data-dataset="xor"]')).to_have_attribute("aria-pressed", "true")
    return page


def test_locks_look_and_explain_themselves_alike_alone_and_in_a_room(
    teacher: Teacher, join: Join, open_page: OpenPage
) -> None:
    alone = locked_page(teacher, join, open_page, alone=True)
    inside = locked_page(teacher, join, open_page, alone=False)
    looks = alone.evaluate(LOOKS)
    assert looks == inside.evaluate(LOOKS)
    assert [looks[each][2] for each in ("name", "chosen", "layers")] == [True] * 3, "each has a padlock"
    assert looks["field"][:2] == ["0.6", "not-allowed"]
    for page in (alone, inside):
        assert page.get_attribute("#learningRate", "aria-description") == "XOR it is."
        page.locator('[data-action="addLayer"]').click(force=True)
        expect(page.locator("#messages .message").last).to_have_text("XOR it is.")


@pytest.mark.slow
@pytest.mark.parametrize("first", ["room", "lesson"])
def test_what_the_room_locks_besides_stays_locked_and_tells_its_own_reason(
    teacher: Teacher, join: Join, first: str
) -> None:
    locks = {"locks": ["noise"], "reason": "No noise today."}
    name = teacher.ask("PUT", "/lessons/mine", {"texts": {"en": LOCKED}})["lesson"]["name"]
    teacher.ask("PUT", "/task", {"title": "Mine", "lesson": name})  # which has no locks of its own
    if first == "room":
        teacher.ask("PATCH", "", locks)
    page = join(teacher.code)
    if first == "lesson":
        expect(page.locator("#learningRate")).to_be_disabled()
        teacher.ask("PATCH", "", locks)
    noise = page.locator("#noise")
    expect(noise).to_be_disabled()
    expect(page.locator("#learningRate")).to_be_disabled()
    assert noise.get_attribute("aria-description") == "Locked by your teacher: No noise today."
    assert page.get_attribute("#learningRate", "aria-description") == "XOR it is."
    page.locator('[data-action="addLayer"]').click(force=True)
    expect(page.locator("#messages .message").last).to_have_text("XOR it is.")
    teacher.ask("PATCH", "", {"locks": []})
    expect(noise).to_be_enabled()
    expect(page.locator("#learningRate")).to_be_disabled()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#learningRate")).to_be_enabled()
