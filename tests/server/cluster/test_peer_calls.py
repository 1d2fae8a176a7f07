"""Calls between hosts: only the home of the rooms is answered; errors come as they are, readings as news."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.errors import NoSuchNeuron
from server.classroom.wall.snapshot import WallSnapshot, take_snapshot
from server.cluster.host_table import HostTable
from server.cluster.peer_calls import MovedError, PeerCalls
from server.cluster.slots import HOME_SLOTS, new_session_id, slot_of
from server.errors.wire_errors import MessageError
from server.protocol import messages as wire
from server.runtime.connection import UnknownSession
from server.sessions.commands import execute
from server.sessions.session import Session
from server.settings import Settings
from tests.server.cluster.hosts_here import MACHINE, LiveCluster, running_cluster
from tests.server.live import TIMEOUT

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LiveCluster]:
    with running_cluster(Settings(max_parameters=2000), ROOT) as running:
        yield running


class Caller:
    """Calls the host that does not have the rooms."""

    def __init__(self, calls: PeerCalls, slots: frozenset[int]) -> None:
        self.calls = calls
        self.slots = slots

    async def create(self) -> str:
        session_id = new_session_id(self.slots)
        await self.call("create", session_id, TrainingConfig(), None, None, 60.0)
        return session_id

    async def call(self, method: str, *arguments: Any) -> Any:
        async with asyncio.timeout(TIMEOUT):
            return await self.calls.call(method, *arguments)

    async def read(self, session_id: str, before: WallSnapshot | None) -> WallSnapshot | None:
        work = partial(take_snapshot, resolution=20, curve=False)
        future: Future[WallSnapshot | None] = self.calls.read(session_id, work, before, stored=False)
        async with asyncio.timeout(TIMEOUT):
            return await asyncio.wrap_future(future)


@asynccontextmanager
async def calling(cluster: LiveCluster, **claimed: Any) -> AsyncIterator[Caller]:
    """Call as the home of the rooms does, or as whoever claims something else."""
    placement = cluster.directory.read()
    home = placement.slots[HOME_SLOTS[0]]
    (other,) = placement.hosts.keys() - {home}
    table = HostTable(cluster.directory, MACHINE)
    running = asyncio.ensure_future(table.run())
    try:
        slots = placement.slots_of(other)
        link = await table.wait_for_host(min(slots), asyncio.get_running_loop().time() + TIMEOUT)
        caller = {"member": home, "fence": placement.fencing_tokens[home]} | claimed
        yield Caller(PeerCalls(link, caller), slots)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("claim", ["another fence", "nobody", "the other host"])
async def test_only_the_host_that_has_the_rooms_is_answered(cluster: LiveCluster, claim: str) -> None:
    placement = cluster.directory.read()
    (other,) = placement.hosts.keys() - {placement.slots[HOME_SLOTS[0]]}
    claims: dict[str, dict[str, Any]] = {
        "another fence": {"fence": 99},
        "nobody": {"member": "nobody"},
        "the other host": {"member": other, "fence": placement.fencing_tokens[other]},
    }
    async with httpx.AsyncClient(base_url=cluster.url, timeout=TIMEOUT) as client:
        session = ""
        while not session or placement.slots[slot_of(session)] == placement.slots[HOME_SLOTS[0]]:
            session = (await client.post("/api/sessions", json={})).json()["id"]
        async with calling(cluster, **claims[claim]) as caller:
            for method, *arguments in (("delete",), ("set_rules", None), ("submit", reset)):
                with pytest.raises(MovedError):
                    await caller.call(method, session, *arguments)
        assert (await client.get(f"/api/sessions/{session}")).status_code == 200


async def test_a_session_of_another_slot_is_not_called(cluster: LiveCluster) -> None:
    async with calling(cluster) as caller:
        elsewhere = new_session_id(frozenset(range(64, 1024)) - caller.slots)
        with pytest.raises(MovedError):
            await caller.call("exists", elsewhere)
        assert not await caller.call("exists", new_session_id(caller.slots))


def reset(session: Session) -> int:
    execute(session, wire.Reset())
    return session.revision


def configure(session: Session, changes: dict[str, Any]) -> None:
    execute(session, wire.Configure(changes=changes))


def lock_of(session: Session) -> object:
    del session
    return threading.Lock()  # it cannot be pickled


def fail(session: Session) -> None:
    raise NoSuchNeuron(session.trainer.epoch, 7, "another")


async def test_results_and_errors_come_back_as_what_they_are(cluster: LiveCluster) -> None:
    async with calling(cluster) as caller:
        session = await caller.create()
        await caller.call("create", session, TrainingConfig(), None, None, 60.0)  # as after a lost answer
        assert await caller.call("submit", session, reset) > 0
        with pytest.raises((MessageError, ValidationError)):
            await caller.call("submit", session, partial(configure, changes={"learning_rate": -1}))
        with pytest.raises(NoSuchNeuron) as caught:
            await caller.call("submit", session, fail)
        assert (caught.value.layer, caught.value.neuron, caught.value.expected) == (0, 7, "another")
        calls = [caller.call("submit", session, work) for work in (lock_of, reset, fail)]
        told = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(each) for each in told] == [RuntimeError, int, NoSuchNeuron], "of one moment"
        with pytest.raises(Exception, match="pickle"):
            await caller.call("submit", session, lambda _: None)
        with pytest.raises(UnknownSession):
            await caller.call("submit", new_session_id(caller.slots), reset)
        too_large = TrainingConfig(hidden_layers=(64, 64))
        with pytest.raises(MessageError) as refused:
            await caller.call("create", new_session_id(caller.slots), too_large, None, None, 60.0)
        assert refused.value.error.code == "too_large"
        await caller.call("delete", session)
        assert not await caller.call("exists", session)


async def test_a_reading_tells_only_what_has_changed(cluster: LiveCluster) -> None:
    async with calling(cluster) as caller:
        session = await caller.create()
        first = await caller.read(session, None)
        assert first is not None
        assert await caller.read(session, first) is first
        await caller.call("submit", session, play)
        await caller.call("submit", session, reset)
        later = await caller.read(session, first)
        assert later is not None
        assert later != first
        assert later.curve is first.curve or later.heat_map is first.heat_map
        again = await caller.read(session, first._replace(playing=True))  # what the other side does not have
        assert again == later
        await caller.call("delete", session)
        assert await caller.read(session, later) is None


def play(session: Session) -> None:
    execute(session, wire.Play())
