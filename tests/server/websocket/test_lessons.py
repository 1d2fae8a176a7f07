"""A training that follows a lesson over the websocket."""

import pytest

from tests.server.live import Live

pytestmark = pytest.mark.anyio


async def test_a_step_begins_locks_and_is_checked(live: Live) -> None:
    async with live.page() as page:
        await page.open(config={"dataset": "spiral"})
        await page.send("follow_lesson", lesson="neuron", step=1, ref=1)
        told = await page.message("lesson")
        assert (told["ref"], told["progress"]["reached"]) == (1, False)
        assert page.state["config"]["dataset"] == "gaussian"
        await page.send("configure", changes={"dataset": "circle"}, ref=2)
        refused = await page.message("error")
        assert (refused["code"], refused["field"], refused["ref"]) == ("locked", "dataset", 2)
        assert refused["message"] == "This step is about one neuron and these two clouds."
        await page.send("step", unit="epoch", count=3)
        await page.frame(lambda frame: frame.epoch == 3)
        await page.send("check_lesson", ref=3)
        told = (await page.message("lesson"))["progress"]
        assert (told["reached"], told["measured"]["epochs"]) == (True, 3)
        await page.send("follow_lesson", lesson=None)
        assert (await page.message("lesson"))["progress"] is None
        await page.send("configure", changes={"dataset": "circle"})
        assert (await page.message("state"))["config"]["dataset"] == "circle"


async def test_what_is_no_step_of_a_lesson_is_refused(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        for lesson, step in (("nothing", 1), ("neuron", 99)):
            await page.send("follow_lesson", lesson=lesson, step=step)
            assert (await page.message("error"))["field"] == "lesson"
        await page.send("check_lesson")
        assert (await page.message("lesson"))["progress"] is None


async def test_who_only_looks_cannot_begin_a_step(live: Live) -> None:
    async with live.page() as page, live.page() as other:
        await page.open()
        await other.open(session=page.welcome["view"])
        await other.send("follow_lesson", lesson="neuron")
        assert (await other.message("error"))["code"] == "view_only"
