"""A race at the page: two set-ups learn side by side from the same points."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import POLL_INTERVAL, OpenPage, epoch, resize, wait_for_hash
from tests.support.process import ServerProcess

RUN = "#dataset=circle&activation=sigmoid&networkShape=3&dataSeed=1&weightsSeed=1&speed=max&stopAt=120"


def race_of(page: Page) -> None:
    """Begin a race in which this network has other activations, and run it to its end."""
    page.click('[data-action="race"]')
    expect(page.locator(".race-standing")).to_contain_text("is a copy so far")
    page.select_option("#activation", "tanh")
    expect(page.locator(".race-caption.own .race-values")).to_have_text("Tanh")
    expect(page.locator(".race-caption.other .race-values")).to_have_text("Sigmoid")
    expect(page.locator(".race-standing")).to_contain_text("Press play")
    page.click('[data-action="play"]')
    expect(page.locator(".counter")).to_have_text("120")


def losses(page: Page, of: str) -> list[str]:
    """Return losses and accuracy as the page shows them."""
    return page.locator(f"{of} .value").all_inner_texts()


def test_two_set_ups_race_and_the_learner_keeps_one(open_page: OpenPage) -> None:
    page = open_page(RUN)
    expect(page.locator(".rival-frame")).to_have_count(0)
    race_of(page)
    expect(page.locator(".race-standing")).to_contain_text("This network is ahead: test loss")
    own, rival = losses(page, "#losses"), losses(page, ".rival-losses")
    assert float(own[1]) < float(rival[1])
    boxes = [
        page.locator(f"{each} >> visible=true").bounding_box()
        for each in ("#picture .picture-frame", ".rival-frame")
    ]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["y"] == pytest.approx(boxes[1]["y"], abs=1)
    assert boxes[0]["width"] == pytest.approx(boxes[1]["width"], abs=1)
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]

    page.click('[data-action="swapRival"]')
    expect(page.locator("#activation")).to_have_value("sigmoid")
    expect(page.locator(".race-standing")).to_contain_text("The rival is ahead")
    assert (losses(page, "#losses"), losses(page, ".rival-losses")) == (rival, own)
    assert epoch(page) == 120
    page.click('[data-action="keepRival"]')
    expect(page.locator(".rival-frame")).to_be_hidden()
    expect(page.locator("#activation")).to_have_value("tanh")
    assert losses(page, "#losses") == own
    expect(page.locator('[data-action="race"]')).to_have_attribute("aria-pressed", "false")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_race_breaks_no_rule_of_accessibility(open_page: OpenPage, scheme: str) -> None:
    page = open_page(RUN, color_scheme=scheme)
    race_of(page)
    page.keyboard.press("Escape")
    expect(page.locator(".chart-time")).to_be_visible()
    assert violations(page) == {}
    page.focus('[data-action="swapRival"]')
    page.keyboard.press("Enter")
    expect(page.locator(".race-standing")).to_contain_text("The rival is ahead")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".race")).to_be_hidden()


@pytest.mark.slow
def test_a_race_of_another_page_is_seen_and_may_not_be_changed_by_who_only_looks(
    open_page: OpenPage, server: ServerProcess
) -> None:
    page = open_page(RUN)
    session = page.evaluate("JSON.parse(sessionStorage.getItem(Object.keys(sessionStorage)[0]) ?? '{}')")
    assert session
    race_of(page)
    with httpx.Client(base_url=server.url) as api:
        url = api.get(f"api/sessions/{session['session']}").json()["url"]
    other = open_page(url.split("/", 3)[3])
    expect(other.locator(".race-standing")).to_have_text(page.inner_text(".race-standing"))
    assert losses(other, ".rival-losses") == losses(page, ".rival-losses")
    expect(other.locator('[data-action="endRace"]')).to_be_disabled()
    other.click('[data-action="endRace"]', force=True)
    expect(other.locator("#messages")).to_contain_text("only watch")
    page.click('[data-action="endRace"]')
    expect(other.locator(".race")).to_be_hidden()


@pytest.mark.slow
def test_a_link_opens_a_race_and_names_what_it_cannot_read(open_page: OpenPage) -> None:
    page = open_page(RUN + "&rival=activation:relu;learningRate:0.1")
    expect(page.locator(".race-caption.other .race-values")).to_have_text("ReLU · Learning rate: 0.1")
    expect(page.locator(".race-caption.own .race-values")).to_have_text("Sigmoid · Learning rate: 0.03")
    page.select_option("#activation", "relu")
    wait_for_hash(page, "rival=learningRate:0.1")
    page.click('[data-action="endRace"]')
    page.wait_for_function("!location.hash.includes('rival')", polling=POLL_INTERVAL)
    again = open_page(RUN + "&rival=noise:30;colour:red")
    expect(again.locator("#messages")).to_contain_text("rival=noise:30")
    expect(again.locator("#messages")).to_contain_text("rival=colour:red")
    expect(again.locator(".race-standing")).to_contain_text("is a copy so far")


@pytest.mark.slow
def test_a_race_goes_on_after_a_reload_and_a_change_of_the_data_is_for_both(open_page: OpenPage) -> None:
    page = open_page(RUN)
    race_of(page)
    before = losses(page, ".rival-losses")
    page.reload()
    expect(page.locator(".race-standing")).to_contain_text("This network is ahead")
    assert losses(page, ".rival-losses") == before
    page.click('[data-dataset="xor"]')
    expect(page.locator(".race-standing")).to_contain_text("Press play")
    page.select_option("#problem", "images")
    expect(page.locator("#messages")).to_contain_text("The race is over")
    expect(page.locator(".race-standing")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
def test_nothing_of_a_race_is_cut_or_covered_in_any_window(open_page: OpenPage, locale: str) -> None:
    page = open_page(RUN, locale=locale)
    page.click('[data-action="race"]')
    page.select_option("#activation", "relu")
    page.click('[data-action="stepEpoch"]')
    expect(page.locator(".race-values").first).to_have_text("ReLU")
    for width, height in (
        (1280, 720),
        (1366, 625),
        (1024, 768),
        (768, 1024),
        (640, 360),
        (390, 844),
        (320, 640),
    ):
        resize(page, width, height)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        parts = (
            "#picture .picture-frame",
            ".rival-frame",
            ".race",
            "#losses",
            ".rival-losses",
            "#chart",
            "#toggles",
        )
        boxes = [page.locator(each).bounding_box() for each in parts]
        found = [
            (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]) for box in boxes if box
        ]
        assert len(found) == len(parts)
        for at, one in enumerate(found):
            assert one[0] >= 0
            assert one[2] <= width + 1
            for other in found[at + 1 :]:
                apart = (
                    one[2] <= other[0] + 1
                    or other[2] <= one[0] + 1
                    or one[3] <= other[1] + 1
                    or other[3] <= one[1] + 1
                )
                assert apart, (width, height, parts[at], one, other)


@pytest.mark.slow
def test_the_chart_tells_both_and_looking_back_shows_both(open_page: OpenPage) -> None:
    page = open_page(RUN)
    race_of(page)
    last = losses(page, ".rival-losses")
    chart = page.locator("#chart canvas")
    chart.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".chart-readout")).to_have_text(re.compile(r"test [\d.e−-]+; rival [\d.]+, [\d.]+"))
    page.focus(".chart-time")
    page.keyboard.press("Home")
    expect(page.locator(".counter")).to_have_text("0")
    assert losses(page, ".rival-losses") != last
    page.keyboard.press("End")
    expect(page.locator(".counter")).to_have_text("120")
    assert losses(page, ".rival-losses") == last
