"""A session that was unloaded and is loaded again trains on as if it had stayed in memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.kernels import compile_cache, registry
from server.protocol.frames import Tag
from server.settings import Settings
from tests.server.frame_reader import ReadFrame
from tests.server.live import Live, Page, alone, eventually, running
from tests.server.sessions.test_session_record import CONFIGS

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Wait for all kernels: a training that changes to them in between differs in its last bits."""
    compile_cache.wait()
    if compile_cache.NONE_ON_DEMAND not in os.environ:
        for name in registry.ON_DEMAND:
            compile_cache.wait_for(name)


@pytest.fixture(scope="module")
def forgetful(assets: Path) -> Iterator[Live]:
    """Return a server that unloads a session as soon as its last page has left."""
    with running(Settings(idle_after=0, pause_after=0), assets) as live:
        yield live


async def steps(client: Page, epochs: int, batches: int) -> ReadFrame:
    """Train for some epochs and batches; return the frame that shows the result."""
    goal = client.epoch + epochs
    await client.send("step", unit="epoch", count=epochs)
    await client.frame(lambda frame: frame.epoch >= goal)
    await client.send("step", unit="batch", count=batches)
    return await client.frame(lambda frame: frame.batch >= batches)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "images" else name for name in CONFIGS]
)
@alone
async def test_a_session_loaded_from_storage_trains_on_identically(forgetful: Live, name: str) -> None:
    async with forgetful.page() as client, forgetful.page() as twin:
        for each in (client, twin):
            await each.open(config=CONFIGS[name])
            await each.frame()
            await steps(each, 37, 3)
        await client.socket.close()
        await eventually(lambda: len(forgetful.app.state.session_manager) == 1)
        async with forgetful.page() as back:
            state = await back.open(session=client.session)
            assert back.resumed
            assert state["config"] == client.state["config"]
            await back.frame()
            for _ in range(2):
                ours, theirs = await steps(back, 20, 4), await steps(twin, 20, 4)
                assert (ours.epoch, ours.batch) == (theirs.epoch, theirs.batch)
                assert (ours.train_loss, ours.test_loss) == (theirs.train_loss, theirs.test_loss)
                for tag in (Tag.FILTERS, Tag.MAPS) if name == "images" else (Tag.PARAMETERS,):
                    assert back.parts[tag].values == twin.parts[tag].values
