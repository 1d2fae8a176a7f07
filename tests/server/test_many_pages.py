"""Many pages over real sockets: frames become fewer, and compressed frames equal uncompressed ones."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from server.protocol.frames import Flag, Tag
from server.settings import Settings
from tests.server.live import Live, Page, eventually, running

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

COMPRESSIBLE = (Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS)


def interval(live: Live) -> float:
    """Return the seconds between two frames to a page."""
    return float(live.app.state.session_manager.frame_rate.interval)


async def test_eight_pages_are_a_class_until_one_leaves(assets: Path) -> None:
    with running(Settings(port=0), assets) as live:
        async with AsyncExitStack() as first:
            page = await first.enter_async_context(live.page())
            await page.open(playing=True)
            async with AsyncExitStack() as others:
                for _ in range(6):
                    await (await others.enter_async_context(live.page())).open()
                assert interval(live) == 1 / 60
                await (await others.enter_async_context(live.page())).open()
                assert interval(live) == 1 / 15
                seen = await page.frame()
                await page.frame(lambda frame: frame.epoch > seen.epoch)
            await eventually(lambda: interval(live) == 1 / 60)
            await page.frame()
        assert page.compressed_frames == 0, "a page on the server's own machine gets none"


async def test_one_page_that_opens_many_sessions_is_no_class(assets: Path) -> None:
    with running(Settings(port=0, class_size=2), assets) as live:
        async with live.page() as page:
            for _ in range(4):
                await page.open()
            assert interval(live) == 1 / 60


async def _both_reach(packed: Page, plain: Page, epoch: float, batch: int) -> None:
    """Read on both pages until the paused training is shown at an epoch and batch."""
    for page in (packed, plain):
        await page.frame(
            lambda frame: (frame.epoch, frame.batch) == (epoch, batch) and not frame.flags & Flag.PLAYING
        )


def _assert_equal_sections(packed: Page, plain: Page) -> None:
    for tag in COMPRESSIBLE:
        assert packed.parts[tag] == plain.parts[tag], tag.name


@pytest.mark.parametrize("config", [{}, {"problem": "multiclass", "hidden_layers": [5]}], ids=["one", "many"])
async def test_compressed_frames_equal_uncompressed_ones(assets: Path, config: dict[str, object]) -> None:
    with running(Settings(port=0, packing="always"), assets) as live:
        async with live.page() as packed, live.page() as plain:
            await packed.open(config=config, packing=True)
            await plain.open(session=packed.session)
            for epoch in range(1, 6):
                await packed.send("step", unit="epoch")
                await _both_reach(packed, plain, epoch, 0)
                watched = (Tag.CLASSES if config else Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS)
                assert all(packed.parts[tag] == plain.parts[tag] for tag in watched)
            assert packed.compressed_frames >= 5
            assert plain.compressed_frames == 0


async def test_changes_and_lost_frames_break_nothing(assets: Path) -> None:
    """Each change takes back a frame that waits; another node, and another network, come in between."""
    with running(Settings(port=0, packing="always"), assets) as live:
        async with live.page() as packed, live.page() as plain:
            await packed.open(packing=True, playing=True, speed=None)
            await plain.open(session=packed.session)
            for turn in range(40):
                await packed.send("configure", changes={"learning_rate": 0.01 if turn % 2 else 0.03})
                await packed.send("watch", layer=1 + turn % 2, neuron=turn % 2)
                if turn % 8 == 7:
                    await packed.send(
                        "configure", changes={"hidden_layers": [4, 2] if turn % 16 == 7 else [4, 3]}
                    )
                if turn % 5 == 4:
                    await packed.frame()
            await packed.send("watch", layer=None)
            await packed.send("pause")
            revision = (await packed.state_where(playing=False))["revision"]
            await packed.send("step", unit="batch", count=3)
            await packed.send("reset")
            await packed.send("step", unit="epoch", count=2)
            # Frames of epoch 2 from before the reset, with an earlier revision, may still wait to be read.
            last = [
                page.frame(lambda frame: frame.epoch == 2 and frame.revision > revision)
                for page in (packed, plain)
            ]
            await asyncio.gather(*last)
            _assert_equal_sections(packed, plain)
            assert packed.compressed_frames > 0


async def test_a_returning_client_gets_complete_sections_first(assets: Path) -> None:
    with running(Settings(port=0, packing="always"), assets) as live:
        async with live.page() as before:
            await before.open(packing=True, playing=True)
            await before.frame(lambda frame: frame.epoch >= 5)
        async with live.page() as again:
            await again.open(session=before.session, packing=True)
            first = await again.frame()
            assert {*COMPRESSIBLE, Tag.POINTS, Tag.INPUTS} <= first.tags
            await again.open(packing=True)
            assert {*COMPRESSIBLE, Tag.POINTS, Tag.INPUTS} <= (await again.frame()).tags


async def test_clients_that_cannot_read_compressed_frames_get_none(assets: Path) -> None:
    with (
        running(Settings(port=0, packing="always"), assets) as live,
        running(Settings(port=0, packing="never"), assets) as never,
    ):
        async with live.page() as unable, never.page() as able:
            await unable.open(packing=False)
            await able.open(packing=True)
            for page in (unable, able):
                await page.frame()
                assert page.compressed_frames == 0
