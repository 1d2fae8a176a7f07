"""Three machines, as Ray's own utility simulates them, with a host on each; one is killed in mid-run.

    python -m tests.server.cluster.ray_machines

In a process of its own, as Ray changes the environment of the process that starts it. Prints what learners
have noticed, and `fine` at its end.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from websockets.exceptions import ConnectionClosed

from server.cluster.directory import Directory
from server.cluster.front_directory import FrontDirectory
from server.cluster.host_actor import HostActor
from server.cluster.slots import slot_of
from server.settings import Settings
from server.storage.database import Database
from tests.server import live
from tests.server.cluster.hosts_here import LiveFront
from tests.support.postgresql import running_postgresql

MACHINES = 3
LEARNERS = 9
SPEED = 60
"""Epochs a second."""

TIMEOUT = 180.0
FAILOVER_TIMEOUT = 30.0
"""Seconds after which all must train again; 5 are promised, on machines that do nothing else."""

MAX_LOST_SECONDS = 4.0
"""2 are promised."""
ROOT = Path(__file__).parents[3]


class Noticed(NamedTuple):
    """What a learner has noticed."""

    session: str
    pause: float
    """Seconds until the training was further than before; 0 if the connection was not lost."""
    lost: float
    """Seconds of training that had to be repeated."""


async def learn(url: str, training: asyncio.Semaphore, killed: asyncio.Event) -> Noticed:
    """Train, and come back as a page does when the connection is lost."""
    pause = lost = 0.0
    async with live.page(url) as page:
        await page.open(playing=True, speed=SPEED)
        await page.frame(lambda frame: frame.epoch >= 2 * SPEED)
        training.release()
        session = page.session
        try:
            while not killed.is_set():
                await page.frame()
            until = time.monotonic() + 5
            while time.monotonic() < until:
                await page.frame()
        except ConnectionClosed:
            began = time.monotonic()
        else:
            return Noticed(session, 0.0, 0.0)
        before = page.epoch
    while True:
        with suppress(ConnectionClosed, OSError):
            async with live.page(url) as again:
                await again.open(session=session)
                assert again.resumed
                first = await again.frame()
                lost = max(lost, (before - first.epoch) / SPEED)
                await again.frame(lambda frame: frame.epoch > before)
                pause = time.monotonic() - began
                return Noticed(session, pause, lost)
        await asyncio.sleep(0.4)


async def play(url: str, directory: Directory, machines: list[str], kill: Any) -> None:
    """Kill the machine that the most learners are on, and look at all of them."""
    training, killed = asyncio.Semaphore(0), asyncio.Event()
    learners = [asyncio.ensure_future(learn(url, training, killed)) for _ in range(LEARNERS)]
    for _ in learners:
        await training.acquire()
    await asyncio.to_thread(kill)
    began = time.monotonic()
    killed.set()
    noticed = await asyncio.gather(*learners)
    print(f"after the kill: {time.monotonic() - began:.1f} s", file=sys.stderr)
    for each in noticed:
        print(each, file=sys.stderr)
    lost = [each for each in noticed if each.pause]
    assert 0 < len(lost) < LEARNERS
    assert max(each.pause for each in lost) < FAILOVER_TIMEOUT
    assert max(each.lost for each in lost) <= MAX_LOST_SECONDS
    placement = directory.read()
    assert set(placement.hosts) == set(machines[:-1])
    assert {placement.slots[slot_of(each.session)] for each in noticed} <= set(machines[:-1])


def wait_until_connected(url: str) -> None:
    """Wait until the front reaches all hosts, each with its slots, so that each gets learners."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        hosts = httpx.get(f"{url}/api/health", timeout=TIMEOUT).json()["hosts"]
        if len(hosts) == MACHINES and all(host["connected"] and host["slots"] for host in hosts):
            return
        assert time.monotonic() < deadline, hosts
        time.sleep(0.1)


def main() -> None:
    """Start all of it."""
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    folder = os.environ["RAY_TMPDIR"] = tempfile.mkdtemp(prefix="ray-")  # its sockets' paths must be short
    import ray  # noqa: PLC0415
    from ray.cluster_utils import Cluster  # noqa: PLC0415
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415

    ray_cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [ray_cluster.head_node, *(ray_cluster.add_node(num_cpus=0) for _ in range(MACHINES - 1))]
    ray.init(address=ray_cluster.address, log_to_driver=False, logging_level="error")
    with running_postgresql() as database:
        settings = Settings(database_url=database.url, data_dir=Path(folder), threads=1)
        Database(database.url, shared=True).open()
        directory = Directory(Database(database.url, shared=True))
        directory.open()
        FrontDirectory(Database(database.url, shared=True)).open()
        names = [f"host-{number}" for number in range(MACHINES)]
        hosts = [
            ray.remote(HostActor)
            .options(
                num_cpus=0,
                max_concurrency=4,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node.node_id, soft=False),
            )
            .remote(
                *(settings.model_dump(), name, "127.0.0.1", f"machine {name}"),
                *(Path(folder, name), ROOT, Path.cwd()),
            )
            for name, node in zip(names, nodes, strict=True)
        ]
        ray.get([host.start.remote() for host in hosts], timeout=TIMEOUT)
        directory.assign_free_slots()
        front = LiveFront(settings, ROOT, "front")
        front.start()
        try:
            wait_until_connected(front.url)
            url = f"ws://127.0.0.1:{front.port}/ws"
            asyncio.run(
                play(url, directory, names, lambda: ray_cluster.remove_node(nodes[-1], allow_graceful=False))
            )
            ray.get([host.leave.remote() for host in hosts[:-1]], timeout=TIMEOUT)
        finally:
            front.stop()
            ray.shutdown()
            ray_cluster.shutdown()
            shutil.rmtree(folder, ignore_errors=True)
    print("fine")


if __name__ == "__main__":
    main()
