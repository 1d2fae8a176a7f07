"""The frames and states that a page receives, over real sockets."""

import asyncio
import math
import statistics
import time
from pathlib import Path

import numpy as np
import pytest

from server.protocol.frames import Flag, Tag
from server.settings import Settings
from tests.server.live import Live, running

pytestmark = pytest.mark.anyio

ALL_TAGS = {Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS, Tag.HISTORY, Tag.POINTS, Tag.INPUTS, Tag.LINE}


async def test_the_first_frame_is_complete_and_later_ones_contain_what_changed(live: Live) -> None:
    async with live.page() as page:
        state = await page.open(config={"hidden_layers": [3, 2]})
        first = await page.frame()
        assert (first.frame, first.epoch, first.batch, first.revision) == (1, 0, 0, state["revision"])
        assert first.flags & ~Flag.COMPILING == Flag.CLASSIFICATION
        assert first.tags == ALL_TAGS
        sections = first.sections
        assert (sections[Tag.DETAIL].a, sections[Tag.DETAIL].b, sections[Tag.DETAIL].c) == (3, 0, 100)
        assert len(sections[Tag.DETAIL].payload) == 4 + 100 * 100
        assert len(sections[Tag.PREVIEW].payload) == (3 + 2 + 1) * 20 * 20
        assert len(sections[Tag.INPUTS].payload) == 12 * 20 * 20
        assert len(sections[Tag.PARAMETERS].values) == state["parameters"] == 3 * 3 + 4 * 2 + 3
        assert len(sections[Tag.POINTS].values) == 500
        assert sections[Tag.POINTS].train_points == 250
        assert sections[Tag.HISTORY].a == 1
        assert sections[Tag.HISTORY].values[0] == pytest.approx([0, first.train_loss, first.test_loss])
        await page.send("step", unit="epoch")
        second = await page.frame()
        assert second.epoch == 1
        assert second.tags == {Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS, Tag.HISTORY, Tag.LINE}
        assert second.sections[Tag.HISTORY].a == 0


async def test_training_streams_and_learns(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        first = await page.frame()
        learned = await page.frame(lambda frame: frame.test_accuracy >= 0.97)
        assert learned.flags & ~Flag.COMPILING == Flag.PLAYING | Flag.CLASSIFICATION
        assert learned.test_loss < first.test_loss


async def test_epochs_advance_evenly_at_a_limited_speed(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=40)
        start = await page.frame(lambda frame: frame.epoch >= 2)
        began = time.monotonic()
        last = start
        steps = []
        while last.epoch < start.epoch + 40:
            frame = await page.frame()
            steps.append(frame.epoch - last.epoch)
            last = frame
        assert time.monotonic() - began > 0.5, "40 epochs at 40 a second, with a margin"
        assert statistics.median(steps) <= 2


async def test_at_most_two_frames_are_unacknowledged(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        page.acknowledges = False
        first, second = await page.frame(), await page.frame()
        assert await page.receive_for(0.3) == []
        await page.send("ack", frame=second.frame)
        third = await page.frame()
        assert third.frame == second.frame + 1 == first.frame + 2
        assert third.epoch > second.epoch


async def test_a_slow_client_receives_the_whole_history(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=300)
        epochs: list[float] = []
        while len(epochs) < 150:
            frame = await page.frame()
            history = frame.sections.get(Tag.HISTORY)
            if history is not None:
                epochs = ([] if history.a else epochs) + [point[0] for point in history.values]
            await asyncio.sleep(0.05)
        assert epochs == [float(epoch) for epoch in range(len(epochs))]


async def test_a_change_is_followed_by_a_state_and_a_frame(live: Live) -> None:
    async with live.page() as page:
        before = await page.open()
        await page.frame()
        await page.send("configure", changes={"hidden_layers": [8], "features": ["x1", "x1_x2"]})
        state = await page.message("state")
        assert state["shape"] == [2, 8, 1]
        assert state["revision"] > before["revision"]
        frame = await page.frame()
        assert frame.revision == state["revision"]
        assert len(frame.sections[Tag.PREVIEW].payload) == 9 * 400


async def test_changes_of_a_running_training_keep_its_epoch(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        await page.frame(lambda frame: frame.epoch >= 20)
        await page.send("configure", changes={"learning_rate": 0.1, "batch_size": 30})
        state = await page.message("state")
        assert state["config"]["learning_rate"] == 0.1
        frame = await page.frame(lambda frame: frame.revision == state["revision"])
        assert frame.epoch >= 20
        await page.send("regenerate", seed=5)
        frame = await page.frame(lambda frame: Tag.POINTS in frame.sections)
        assert frame.epoch >= 20
        assert page.state["config"]["data_seed"] == 5


async def test_a_training_is_paused_after_steps(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        await page.frame(lambda frame: frame.epoch >= 3)
        await page.send("pause")
        await page.state_where(playing=False)
        start = await page.frame(lambda frame: not frame.flags & Flag.PLAYING)
        await page.send("step", unit="batch", count=7)
        done = (start.batch + 7) % 25
        frame = await page.frame(lambda frame: frame.batch == done)
        await page.send("step", unit="epoch", count=2)
        after = await page.frame(lambda seen: seen.epoch == frame.epoch + 2)
        assert after.batch == 0
        assert await page.receive_for(0.2) == []


async def test_reset_restores_the_initial_weights(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        first = (await page.frame()).sections[Tag.PARAMETERS].payload
        await page.send("step", unit="epoch", count=5)
        await page.frame(lambda frame: frame.epoch == 5)
        assert page.parts[Tag.PARAMETERS].payload != first
        await page.send("reset")
        frame = await page.frame(lambda frame: frame.epoch == 0)
        assert frame.sections[Tag.PARAMETERS].payload == first
        assert frame.sections[Tag.HISTORY].a == 1
        assert len(frame.sections[Tag.HISTORY].values) == 1
        await page.send("new_weights", seed=9)
        frame = await page.frame(
            lambda frame: frame.epoch == 0 and frame.revision > page.state["revision"] - 1
        )
        assert page.state["config"]["weights_seed"] == 9
        assert frame.sections[Tag.PARAMETERS].payload != first


async def test_frames_show_the_watched_neuron_and_the_probe(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        await page.frame()
        await page.send("probe", x1=1.5, x2=-2.0)
        await page.send("watch", layer=1, neuron=2)
        state = await page.state_where(watch={"layer": 1, "neuron": 2})
        frame = await page.frame(lambda frame: Tag.DETAIL in frame.sections)
        assert (frame.sections[Tag.DETAIL].a, frame.sections[Tag.DETAIL].b) == (1, 2)
        probe = frame.sections[Tag.PROBE]
        assert (probe.a, probe.b, *probe.values[:2]) == (1, 2, 1.5, -2.0)
        parameters = page.parts[Tag.PARAMETERS].values
        by_hand = math.tanh(1.5 * parameters[2] - 2.0 * parameters[6] + parameters[10])
        assert probe.values[2] == pytest.approx(by_hand, abs=1e-6)
        await page.send("watch", layer=0, neuron=6)
        frame = await page.frame(lambda frame: Tag.DETAIL in frame.sections)
        assert frame.sections[Tag.PROBE].values[2] == math.sin(-2.0)
        await page.send("configure", changes={"hidden_layers": []})
        await page.state_where(watch={"layer": 0, "neuron": 6})
        await page.send("watch", layer=None)
        await page.state_where(watch={"layer": 1, "neuron": 0})
        assert state["revision"] < page.state["revision"]


async def test_every_frame_contains_the_probed_value(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        await page.send("probe", x1=0, x2=0)
        await page.frame(lambda frame: Tag.PROBE in frame.sections)
        values = {(await page.frame()).sections[Tag.PROBE].values[2] for _ in range(3)}
        assert len(values) == 3
        await page.send("probe", x1=None, x2=None)
        await page.frame(lambda frame: Tag.PROBE not in frame.sections)


async def test_the_next_frame_shows_an_edit(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        await page.frame()
        await page.send("edit_weight", layer=1, source=1, neuron=3, value=0.75)
        frame = await page.frame()
        assert frame.sections[Tag.PARAMETERS].values[7] == 0.75
        await page.send("edit_bias", layer=3, neuron=0, value=-0.5)
        frame = await page.frame(lambda frame: frame.revision == page.state["revision"])
        assert frame.sections[Tag.PARAMETERS].values[-1] == -0.5


async def test_divergence_is_reported_and_stops_the_training(live: Live) -> None:
    async with live.page() as page:
        config = {"learning_rate": 100, "problem": "regression", "activation": "linear"}
        await page.open(config=config, playing=True, speed=None)
        while page.state["divergence"] is None:
            await page.message("state")
        assert page.state["playing"] is False
        assert page.state["divergence"]["cause"] in {"loss", "parameters"}
        frame = await page.frame(lambda frame: bool(frame.flags & Flag.DIVERGED))
        assert math.isfinite(frame.train_loss)
        assert np.isfinite(page.parts[Tag.PARAMETERS].values).all()
        await page.send("play")
        assert (await page.message("state"))["playing"] is False
        await page.send("configure", changes={"learning_rate": 0.001})
        assert (await page.message("state"))["divergence"] is None
        await page.send("reset")
        await page.send("play")
        frame = await page.frame(lambda frame: frame.epoch >= 5)
        assert not frame.flags & Flag.DIVERGED


async def test_a_hidden_page_gets_no_frames_while_training_continues(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        await page.frame()
        await page.send("visible", visible=False)
        await page.send("speed", epochs_per_second=None)
        await page.message("state")
        await page.receive_for(0.1)
        assert await page.receive_for(0.3) == []
        before = page.epoch
        await page.send("visible", visible=True)
        assert (await page.frame()).epoch > before + 5


async def test_a_paused_training_sends_no_frames(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        await page.frame()
        assert await page.receive_for(0.3) == []


async def test_two_pages_of_one_session_see_the_same_training(live: Live) -> None:
    async with live.page() as one, live.page() as two:
        await one.open()
        await one.frame()
        await two.open(session=one.session)
        assert two.resumed
        assert (await two.frame()).tags == ALL_TAGS
        await two.send("configure", changes={"dataset": "xor"})
        assert (await one.state_where())["config"]["dataset"] == "xor"
        seen_one, seen_two = await one.frame(), await two.frame()
        assert seen_one.sections[Tag.DETAIL].payload == seen_two.sections[Tag.DETAIL].payload
        await one.send("watch", layer=1, neuron=0)
        await one.frame()
        await two.send("pause")
        assert (await two.state_where(playing=False))["watch"]["layer"] == 3


@pytest.mark.medium
async def test_the_frame_rate_is_limited(assets: Path) -> None:
    with running(Settings(port=0, frame_rate=20), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=None)
            await page.frame()
            began = time.monotonic()
            for _ in range(11):
                await page.frame()
            assert time.monotonic() - began > 0.25, "without the limit it would take about 0.18 s"
