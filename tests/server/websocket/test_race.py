"""A race over the websocket: two set-ups that are trained in step."""

from pathlib import Path

import pytest

from server.protocol.frames import Tag
from server.settings import Settings
from tests.server.live import Live, running

pytestmark = pytest.mark.anyio


async def test_a_page_races_and_sees_both_at_the_same_epoch(live: Live) -> None:
    async with live.page() as page, live.page() as watching:
        await page.open(config={"hidden_layers": [3]}, speed=None)
        await watching.open(session=page.welcome["view"])
        await page.send("race", changes={"activation": "relu"}, ref=1)
        state = await page.state_where(revision=page.state["revision"] + 1)
        assert state["rival"]["differs"] == ["activation"]
        await page.send("play", until_epoch=300)
        frames = [await page.frame(lambda frame: Tag.RIVAL in frame.tags)]
        while frames[-1].epoch < 300:
            frames.append(await page.frame())
        for frame in frames:
            assert frame.sections[Tag.RIVAL].values[0] == frame.epoch
        seen = await watching.frame(lambda frame: frame.epoch == 300)
        assert seen.sections[Tag.RIVAL].values == frames[-1].sections[Tag.RIVAL].values
        await watching.send("end_race")
        assert (await watching.message("error"))["code"] == "view_only"
        await page.send("race", changes={"noise": 9}, ref=2)
        refused = await page.message("error")
        assert (refused["code"], refused["field"], refused["ref"]) == ("invalid_value", "noise", 2)
        await page.send("swap_rival")
        state = await page.state_where(revision=state["revision"] + 1)
        assert state["config"]["activation"] == "relu"
        await page.send("end_race")
        assert (await page.state_where(rival=None))["config"]["activation"] == "relu"


@pytest.mark.usefixtures("compiled")
async def test_a_race_survives_a_restart_of_the_server(assets: Path, tmp_path: Path) -> None:
    settings = Settings(port=0, data_dir=tmp_path)
    with running(settings, assets) as server:
        async with server.page() as page:
            await page.open(config={"hidden_layers": [3]}, speed=None)
            await page.send("race", changes={"optimizer": "adam"})
            await page.send("step", unit="epoch", count=25)
            before = await page.frame(lambda frame: frame.epoch == 25)
            session = page.welcome["session"]
    with running(settings, assets) as server:
        async with server.page() as page:
            state = await page.open(session=session)
            assert state["rival"]["differs"] == ["optimizer"]
            after = await page.frame()
            assert after.sections[Tag.RIVAL].values == before.sections[Tag.RIVAL].values
            assert after.sections[Tag.RIVAL_DETAIL].payload == before.sections[Tag.RIVAL_DETAIL].payload
            assert len(after.sections[Tag.RIVAL_HISTORY].values) == 26
