"""On paper: what many machines would carry, from what a frame, a message and a session cost here.

    python -m tests.benchmarks.scale_estimate [--machines 20] [--cores 16] [--seconds 10] [--json]

First it measures, on this machine, with clients and cluster side by side: the processor time of hosts and
front for a frame and for a changed setting, what rests costs, the memory of a session, what a room with its
wall costs the host that has the rooms, and the costs of the database (`scale_database`). Then it says how
many learners, at 30 frames a second each, every part would carry if it were the only one: the smallest of
these numbers is what breaks first.

Frames are packed, as they are for learners who are elsewhere. Hosts of a front's own machine have the
connections themselves; a front forwards the frames of the others, which cannot be measured on one machine:
`FORWARD_COST` was, with two machines in network namespaces.

The cost of a room is the difference between two hosts, and differs much from one measurement to another.

What it leaves out: that a core of a server may be faster than one here, and that the cores of a machine share
memory and clock.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from textwrap import fill
from typing import Any

from server.cluster.command import number_of_fronts
from server.cluster.directory import RENEWAL_INTERVAL
from server.cluster.host_table import READ_INTERVAL
from tests.benchmarks import classroom
from tests.benchmarks.learners import CHANGE_INTERVAL
from tests.benchmarks.load import Scene, play
from tests.benchmarks.scale_database import DatabaseCosts, measure

HOSTS = 2
"""Hosts of the measured cluster."""

FRAME_RATE = 30.0
"""Frames a second of each learner."""

CLASS_SIZE = 40
"""Learners in the room by which the cost of rooms is measured."""

FREQUENT_CHANGE_INTERVAL = 0.5
"""Seconds between two changes of a setting, where their cost is measured."""

CHANGE_RATE = 0.2
"""Changes of a setting that a learner makes in a second."""

MEGABYTES_PER_CORE = 4_000.0
"""Megabytes of memory for each core."""

NETWORK_BANDWIDTH = 1_250.0
"""Megabytes a second that a machine's network carries: ten gigabits."""

FORWARD_COST = 0.16
"""Milliseconds of a front for a frame that it forwards between machines."""

MAX_UTILIZATION = 0.7
"""Fraction of a core that may be used: beyond it, frames come late."""


@dataclass
class Costs:
    """What was measured: milliseconds of processor time, megabytes, kilobytes a second."""

    frame_of_host: float
    """A frame with the training for it, in a host."""
    frame_of_front: float
    """A frame in the front, whose hosts are on its machine."""
    message: float
    """A changed setting with its answer, in host and front."""
    idle_host: float
    """A host whose learners rest, for each second."""
    idle_front: float
    idle_ray: float
    """All that Ray needs on a machine, for each second."""
    session: float
    """Memory of a session with its connection."""
    empty: float
    """Memory of the cluster without sessions, for each host."""
    sent: float
    """Kilobytes a second to a learner."""
    in_room: float
    """A learner on a wall, in the host that has the rooms, besides the training, for each second."""
    database: DatabaseCosts


def measure_all(seconds: float, hosts: int) -> Costs:
    """Measure a cluster of this machine, and a database whose directory has so many hosts."""
    rest = _play("small:40/0@30", seconds)
    busy = _play("small:40@30", seconds)
    asking = _play("small:40@30", seconds, ask_every=FREQUENT_CHANGE_INTERVAL)
    frames = max(busy["frames_per_second"] * busy["learners"], 1.0)
    asked = busy["learners"] * (1 / FREQUENT_CHANGE_INTERVAL - 1 / CHANGE_INTERVAL)
    parts = {name: busy["cpu_percent_of"].get(name, 0.0) for name in ("hosts", "front", "ray")}
    idle = {name: rest["cpu_percent_of"].get(name, 0.0) for name in parts}

    def for_each_frame(name: str) -> float:
        return max(0.0, 10 * (float(parts[name]) - float(idle[name])) / float(frames))

    paid = 10 * (asking["cpu_percent"] - busy["cpu_percent"])
    paid -= (for_each_frame("hosts") + for_each_frame("front")) * (
        asking["frames_per_second"] * asking["learners"] - frames
    )
    return Costs(
        frame_of_host=for_each_frame("hosts"),
        frame_of_front=for_each_frame("front"),
        message=max(0.0, paid / asked),
        idle_host=10 * idle["hosts"] / HOSTS,
        idle_front=10 * idle["front"],
        idle_ray=10 * idle["ray"],
        session=busy["memory_over_empty_mb"] / busy["learners"],
        empty=(busy["memory_mb"] - busy["memory_over_empty_mb"]) / HOSTS,
        sent=busy["kilobytes_per_second"],
        in_room=_cost_in_room(seconds),
        database=measure(hosts),
    )


def _cost_in_room(seconds: float) -> float:
    """Return the milliseconds of processor time that a learner costs the rooms, in each second."""
    cluster = ("--cluster", "local", "--hosts", str(HOSTS))
    parts = classroom.play(str(CLASS_SIZE), seconds, *cluster)["cpu_percent_of"]
    others = (parts["hosts"] - parts["home"]) / (HOSTS - 1)  # each has its part of the trainings
    return float(max(0.0, 10 * (parts["home"] - others) / CLASS_SIZE))


def _play(scene: str, seconds: float, *, ask_every: float = CHANGE_INTERVAL) -> dict[str, Any]:
    options = ("--cluster", "local", "--hosts", str(HOSTS), "--packing", "always")
    return play(Scene.read(scene), seconds, *options, ask_every=ask_every)


def carried(costs: Costs, machines: int, cores: int) -> dict[str, float]:
    """Return how many learners each part would carry alone; the proxy is a machine of its own."""
    hosts = machines * cores
    forwarded = FORWARD_COST * (1 - 1 / machines)
    fronts = machines * number_of_fronts(None, cores)
    frames = FRAME_RATE * (costs.frame_of_host + costs.frame_of_front + forwarded)
    learner = frames + CHANGE_RATE * costs.message
    usable = MAX_UTILIZATION * 1000
    idle = cores * costs.idle_host + costs.idle_front + costs.idle_ray
    renewals = hosts / RENEWAL_INTERVAL
    looks = fronts / READ_INTERVAL
    directory = renewals * costs.database.renewal + looks * costs.database.look
    idle += cores * costs.database.renewal_of_host / RENEWAL_INTERVAL
    sent = costs.sent / 1000
    parts = {
        "rooms, all at one host: on their walls": usable / costs.in_room,
        f"the processors of {machines} machines": machines * max(0.0, cores * usable - idle) / learner,
        f"{fronts} fronts": fronts * usable / (FRAME_RATE * (costs.frame_of_front + forwarded)),
        "the memory": machines * cores * (MEGABYTES_PER_CORE - costs.empty) / costs.session,
        "a proxy with ten gigabits": NETWORK_BANDWIDTH / sent,
        f"{costs.database.kind} of {cores} cores": max(0.0, cores * usable - directory) / costs.database.save,
    }
    return dict(sorted(parts.items(), key=lambda part: part[1]))


def told(costs: Costs, machines: int, cores: int) -> str:
    """Return the costs and the estimate as text."""
    database, hosts = costs.database, machines * cores
    text = (
        f"A frame costs {costs.frame_of_host:.3f} ms of a host and {costs.frame_of_front:.3f} ms of the "
        f"front, a changed setting {costs.message:.2f} ms. At rest, a host takes "
        f"{costs.idle_host / 10:.1f} % of a core, the front {costs.idle_front / 10:.1f} %, Ray "
        f"{costs.idle_ray / 10:.1f} %. A session takes {costs.session:.2f} MB, a host without any "
        f"{costs.empty:.0f} MB; a learner on a wall takes {costs.in_room:.1f} ms of each second of the host "
        f"that has the rooms, besides the training; a learner gets {costs.sent:.0f} kB/s. "
        f"{database.kind} takes "
        f"{database.save:.3f} ms to save a training, {database.saved_bytes} bytes, once a second while it "
        f"runs; {database.renewal:.2f} ms for the renewal of a lease in a directory of {hosts} hosts, which "
        f"costs the host {database.renewal_of_host:.1f} ms, and {database.look:.2f} ms for a front's look. "
        f"Those hosts renew {hosts / RENEWAL_INTERVAL:.0f} times a second."
    )
    parts = [f"  {name:38} {learners:10,.0f}" for name, learners in carried(costs, machines, cores).items()]
    head = f"Learners at {FRAME_RATE:.0f} frames a second that {machines} machines of {cores} cores carry by"
    return "\n".join([fill(text, 110), head, *parts])


def main() -> None:
    """Measure, and print the estimate."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--machines", type=int, default=20)
    parser.add_argument("--cores", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    costs = measure_all(given.seconds, given.machines * given.cores)
    if given.json:
        parts = carried(costs, given.machines, given.cores)
        print(json.dumps({"costs": asdict(costs), "learners": parts}, default=tuple))
    else:
        print(told(costs, given.machines, given.cores))


if __name__ == "__main__":
    main()
