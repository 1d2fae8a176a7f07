"""A training of handwritten digits over a real websocket, as the page sees it."""

import asyncio
from typing import Any

import numpy as np
import pytest

from engine.data import images
from server.protocol.frames import Tag
from tests.server.frame_reader import ReadFrame
from tests.server.live import Live, Page

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

CONFIG: dict[str, Any] = {
    "problem": "images",
    "layers": [
        {"kind": "conv", "filters": 2, "activation": "relu"},
        {"kind": "batch_norm"},
        {"kind": "max_pool"},
    ],
    "train_percent": 80,
    "batch_size": 100,
    "learning_rate": 0.1,
}
SEVEN = [0] * 9 + [16] * 6 + [0, 0, 0, 0, 0, 16, 0, 0, 0] + [0, 0, 0, 0, 8, 9, 0, 0] * 5
OF_IMAGES = {Tag.IMAGE, Tag.MAPS, Tag.FILTERS, Tag.CONFUSION}


def _sizes(state: dict[str, Any]) -> list[int]:
    return [each["channels"] * each["height"] * each["width"] for each in state["images"]["layers"]]


@pytest.mark.parametrize("packing", [False, True])
async def test_a_page_watches_the_digits_being_learned(live: Live, *, packing: bool) -> None:
    async with live.page() as page:
        state = await page.open(config=CONFIG, playing=True, speed=None, packing=packing)
        first = await page.frame()
        assert first.tags == OF_IMAGES | {Tag.HISTORY}
        assert len(first.sections[Tag.MAPS].values) == sum(_sizes(state))
        assert len(first.sections[Tag.FILTERS].values) == 18
        later = await page.frame(lambda frame: frame.epoch >= 8 and Tag.CONFUSION in frame.sections)
        assert later.test_accuracy > first.test_accuracy + 0.2
        await page.send("pause")
        await page.state_where(playing=False)
        await page.receive_for(0.5)
        matrix, *wrong = page.parts[Tag.CONFUSION].values
        assert sum(matrix) == 360
        assert len(wrong) == min(48, 360 - sum(matrix[::11]))
        scores = page.parts[Tag.MAPS].values[-10:]
        assert page.parts[Tag.MAPS].scales[-1] * sum(scores) / 127 == pytest.approx(1, abs=0.05)


async def _shown(page: Page, **chosen: Any) -> Any:
    await page.send("show_image", **chosen)

    def shows_it(frame: ReadFrame) -> bool:
        image = frame.sections.get(Tag.IMAGE)
        return image is not None and image.values[0] == chosen.get("index", 0)

    return (await page.frame(shows_it)).sections


async def test_a_page_chooses_what_goes_through_the_network(live: Live) -> None:
    async with live.page() as page, live.page() as other:
        await page.open(config=CONFIG)
        await page.frame()
        sections = await _shown(page, set="test", index=359)
        assert sections[Tag.IMAGE].values[0] == 359
        drawn = await _shown(page, pixels=SEVEN)
        assert set(drawn) == {Tag.IMAGE, Tag.MAPS}
        assert drawn[Tag.IMAGE].values[1:] == list(np.rint(255 * np.array(SEVEN) / 16))
        await other.open(session=page.welcome["view"])  # who only looks chooses for itself, too
        assert (await other.frame()).sections[Tag.IMAGE].values[0] == 0
        assert (await _shown(other, set="train", index=5))[Tag.IMAGE].values[0] == 5


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"set": "test", "index": 360}, "index"),
        ({"set": "test", "index": -1}, "index"),
        ({"set": "other"}, "set"),
        ({"pixels": SEVEN[1:]}, "pixels"),
        ({"pixels": [*SEVEN, 0]}, "pixels"),
        ({"pixels": [17, *SEVEN[1:]]}, "pixels"),
        ({"pixels": [0.5, *SEVEN[1:]]}, "pixels"),
        ({"pixels": [0] * 64}, "pixels"),
        ({"pixels": SEVEN, "set": "test"}, "set"),
        ({}, None),
    ],
)
async def test_an_image_that_cannot_be_shown_is_refused(
    live: Live, chosen: dict[str, Any], field: str | None
) -> None:
    async with live.page() as page:
        await page.open(config=CONFIG)
        await page.frame()
        await page.send("show_image", ref=3, **chosen)
        error = await page.error()
        assert (error["code"], error["field"], error["ref"]) == ("invalid_value", field, 3)
        assert (await _shown(page, set="test", index=1))[Tag.IMAGE].values[0] == 1


async def test_drawings_are_added_while_it_trains(live: Live) -> None:
    drawing = {"label": 7, "pixels": SEVEN, "use": "test"}
    async with live.page() as page:
        await page.open(config=CONFIG, playing=True, speed=None)
        await page.frame(lambda frame: frame.epoch >= 1)
        await page.send("configure", changes={"drawings": [drawing] * 200})
        state = await page.message("state")
        assert len(state["config"]["drawings"]) == 200
        assert state["playing"]
        assert (await _shown(page, set="test", index=559))[Tag.IMAGE].a == 7
        frame = await page.frame(lambda frame: Tag.CONFUSION in frame.sections)
        assert sum(frame.sections[Tag.CONFUSION].values[0]) == 560
        assert frame.epoch >= 1
        await page.send("configure", changes={"drawings": [{**drawing, "pixels": [0] * 64}]})
        error = await page.error()
        assert (error["code"], error["field"]) == ("invalid_value", "drawings")


CONV = {"kind": "conv", "filters": 2}
DENSE = {"kind": "dense", "neurons": 3}


@pytest.mark.parametrize(
    ("layers", "expected", "reason"),
    [
        (
            [CONV, *[{"kind": "max_pool"}] * 4],
            "there is nothing to pool",
            {"code": "single", "layer": 5, "kind": "max_pool", "size": "1x1"},
        ),
        ([{**CONV, "size": 9}], "at most 8", None),
        (
            [{"kind": "conv", "filters": 32, "size": 8}] * 2,
            "multiply-adds",
            {"code": "work", "most": 500_000},
        ),
        ([DENSE, CONV], "an image or feature maps", {"code": "row", "layer": 2, "kind": "conv"}),
        ([DENSE, {"kind": "flatten"}], "an image", {"code": "flat", "layer": 2, "kind": "flatten"}),
        ([{"kind": "flatten"}], "before it", {"code": "first", "layer": 1, "kind": "flatten"}),
        (
            [CONV, {"kind": "residual", "layers": 2}],
            "a block of at most 1 layer",
            {"code": "block", "layer": 2, "kind": "residual", "most": 1},
        ),
        (
            [CONV, {"kind": "max_pool"}, {"kind": "batch_norm", "before_activation": True}],
            "directly before it",
            {"code": "before", "layer": 3, "kind": "batch_norm"},
        ),
        (
            [DENSE, {"kind": "residual", "layers": 1}],
            "equal inputs and outputs",
            {"code": "sizes", "layer": 2, "kind": "residual", "inputs": "8x8", "outputs": "3"},
        ),
        ([DENSE] * 17, "at most 16", {"code": "columns"}),
    ],
)
async def test_layers_that_do_not_fit_are_refused_and_nothing_is_lost(
    live: Live, layers: list[Any], expected: str, reason: dict[str, Any] | None
) -> None:
    async with live.page() as page:
        await page.open(config=CONFIG, playing=True, speed=None)
        epoch = (await page.frame(lambda frame: frame.epoch >= 1)).epoch
        await page.send("configure", changes={"layers": layers})
        error = await page.error()
        assert error["field"] == "layers"
        assert expected in error["expected"]
        assert error["reason"] == reason
        assert (await page.frame()).epoch >= epoch


async def test_from_points_to_images_and_back(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        assert Tag.POINTS in (await page.frame()).sections
        await page.send("probe", x1=1.0, x2=2.0)
        await page.frame(lambda frame: Tag.PROBE in frame.sections)
        await page.send("configure", changes={"problem": "images"})
        state = await page.message("state")
        assert [each["kind"] for each in state["images"]["layers"]][:3] == ["input", "conv", "max_pool"]
        assert (await page.frame(lambda frame: frame.revision == state["revision"])).tags >= OF_IMAGES
        await page.send("configure", changes={"problem": "regression"})
        state = await page.message("state")
        assert state["images"] is None
        back = await page.frame(lambda frame: frame.revision == state["revision"])
        assert {Tag.POINTS, Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS} <= back.tags


async def test_missing_digits_are_refused_with_the_command_that_installs_them(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with live.page() as page:
        await page.open()
        monkeypatch.setattr(images, "_file", lambda: None)
        await page.send("configure", changes={"problem": "images"})
        error = await page.error()
        assert (error["code"], error["field"]) == ("invalid_value", "dataset")
        assert "pip install 'tinkernet[digits]'" in error["expected"]
        await page.send("step", unit="epoch", count=1)
        await page.frame(lambda frame: frame.epoch == 1)
    async with live.page() as page:
        await page.send("open", version=1, config={"problem": "images"})
        assert (await page.error())["field"] == "dataset"
        await page.open(config={})


async def test_a_hidden_page_costs_no_confusion_and_gets_it_when_it_comes_back(live: Live) -> None:
    async with live.page() as page:
        await page.open(config=CONFIG)
        await page.frame()
        await page.send("visible", visible=False)
        await page.send("play", until_epoch=2)
        await page.state_where(playing=False)
        await asyncio.sleep(0)
        await page.send("visible", visible=True)
        frame = await page.frame()
        assert frame.epoch == 2
        assert Tag.CONFUSION in frame.sections
