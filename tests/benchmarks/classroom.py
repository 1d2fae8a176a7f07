"""A class and its teacher's wall: the server in one process, all pages in another, on the same machine.

    python -m tests.benchmarks.classroom [--seconds 15] [--hosts 2] [--json] [SCENE ...]

A scene is LEARNERS[/TRAINING]; by default `40`, a class, and `200/50`, a school. Learners join over REST, and
train at 30 frames a second; each changes a setting every 5 seconds; their teacher looks at the wall.
Prints frames a second of each learner that trains, the gaps between them, and how long a change takes to be
answered; how far the wall is behind the learners' own pages, at any moment (the time since a learner's own
page went beyond the epoch that the wall shows); and what the wall's socket carries. With `--hosts`, the same
of `--cluster local` with so many hosts comes after each.
"""

import argparse
import asyncio
import json
import re
import struct
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from server.cluster.directory import Directory
from server.cluster.slots import HOME_SLOTS
from server.storage.database import Database
from tests.benchmarks.learners import BINARY, CHANGE_INTERVAL, MAX_CONNECTING, WARM_UP, Learner, at, report
from tests.benchmarks.load import by_name, used, used_together
from tests.support.process import ServerProcess
from tests.support.wall_reader import read_update

SCENES = ("40", "200/50")
RATE = "30"
SAMPLE_INTERVAL = 0.05
"""Seconds between two looks at how late the wall is."""

_EPOCH = struct.Struct("<16xd")
"""Where a frame has its epoch."""


class Pupil(Learner):
    """A learner who also notes which epoch came when."""

    def __init__(self, opening: dict[str, Any], *, seat: str, trains: bool, cookie: str) -> None:
        super().__init__(opening, trains=trains, cookie=cookie)
        self.seat = seat
        self.times: list[tuple[float, float]] = []
        """Epochs, and when each came first."""

    def _take(self, opcode: int, data: bytearray, begin: int, length: int) -> None:
        super()._take(opcode, data, begin, length)
        if opcode == BINARY:
            (epoch,) = _EPOCH.unpack_from(data, begin)
            if not self.times or epoch > self.times[-1][0]:
                self.times.append((epoch, time.perf_counter()))

    def differ(self, number: int) -> None:
        """Take points and weights that are nobody else's: equal pictures would pack too well."""
        self._say(json.dumps({"type": "configure", "changes": {"data_seed": number, "weights_seed": number}}))

    def beyond(self, epoch: float) -> float | None:
        """Return when the learner's own page went beyond an epoch, None if it has not."""
        found = None
        for later, when in reversed(self.times):
            if later <= epoch:
                break
            found = when
        return found


@dataclass
class Wall:
    """The teacher's page without a screen."""

    shown: dict[str, float] = field(default_factory=dict)
    """The epoch of each seat."""
    begin: float = float("inf")
    update_bytes: int = 0
    updates: int = 0
    state_bytes: int = 0
    states: int = 0

    async def listen(self, socket: ClientConnection) -> None:
        """Take what comes until the socket is closed."""
        async for message in socket:
            counts = time.perf_counter() >= self.begin
            if isinstance(message, str):
                self.states += counts
                self.state_bytes += counts * len(message.encode())
                continue
            await socket.send('{"type":"ack"}')
            self.updates += counts
            self.update_bytes += counts * len(message)
            for seat, entry in read_update(message).learners.items():
                self.shown[seat] = entry["epoch"]


async def joined(url: str, learners: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Open a room and let everybody in; return the room, and each seat with its cookie."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as teacher:
        room = (await teacher.post("api/rooms", json={"name": "class"})).raise_for_status().json()

    async def join(number: int) -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=url, timeout=30) as learner:
            wanted = {"code": room["code"], "nickname": f"learner {number}"}
            seat = (await learner.post("api/seats", json=wanted)).raise_for_status()
            return {**seat.json(), "cookie": learner.cookies["tinkernet_seat"]}

    seats: list[dict[str, Any]] = []
    for first in range(0, learners, MAX_CONNECTING):
        some = range(first, min(first + MAX_CONNECTING, learners))
        seats += await asyncio.gather(*(join(number) for number in some))
    return room, seats


async def lesson(server: ServerProcess, learners: int, training: int, seconds: float) -> dict[str, Any]:
    """Let a class train while the teacher looks on; return what came of it."""
    loop, port = asyncio.get_running_loop(), server.port
    room, seats = await joined(server.url, learners)
    pupils: list[Pupil] = []
    bars: list[ClientConnection] = []
    for number, seat in enumerate(seats):
        opening = {"type": "open", "version": 1, "session": seat["session"], "packing": True}
        cookie = f"tinkernet_seat={seat['cookie']}"
        pupil = Pupil(opening, seat=seat["seat"], trains=number < training, cookie=cookie)
        pupils.append(pupil)
        await loop.create_connection(lambda pupil=pupil: pupil, "127.0.0.1", port)  # type: ignore[misc]
        address = f"ws://127.0.0.1:{port}/ws/seat"
        bars.append(await connect(address, additional_headers={"Cookie": cookie}, compression=None))
    await asyncio.gather(*(pupil.seated for pupil in pupils))
    for number, pupil in enumerate(pupils):
        pupil.differ(number)
    wall, trainees = Wall(), pupils[:training]
    async with connect(f"ws://127.0.0.1:{port}/ws/room", compression=None, max_size=None) as socket:
        opening = {"type": "open", "room": room["id"], "key": room["key"], "resolution": 40, "acks": True}
        await socket.send(json.dumps(opening))
        listening = asyncio.create_task(wall.listen(socket))
        async with httpx.AsyncClient(base_url=server.url, headers={"X-Room-Key": room["key"]}) as teacher:
            order = {"action": "play", "seats": [pupil.seat for pupil in trainees]}
            (await teacher.post(f"api/rooms/{room['id']}/do", json=order, timeout=30)).raise_for_status()
        await asyncio.sleep(WARM_UP)
        begin = time.perf_counter()
        wall.begin = begin
        for pupil in pupils:
            pupil.begin, pupil.end = begin, begin + seconds
        assert server.process is not None
        before, clients = used_together(server.process.pid)[0], time.process_time()
        each_before = each_of(server)
        for question in range(round(seconds / CHANGE_INTERVAL)):
            for number, pupil in enumerate(trainees):
                loop.call_later((question + number / len(trainees)) * CHANGE_INTERVAL, pupil.ask)
        late: list[float] = []
        while (now := time.perf_counter()) < begin + seconds:
            for pupil in trainees:
                since = pupil.beyond(wall.shown.get(pupil.seat, -1))
                late.append(0.0 if since is None else now - since)
            await asyncio.sleep(SAMPLE_INTERVAL)
        after, memory = used_together(server.process.pid)
        each_after = each_of(server)
        clients = time.process_time() - clients
        wall.begin = float("inf")
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    for pupil in pupils:
        pupil.close()
    await asyncio.gather(*(bar.close() for bar in bars))
    late.sort()
    return {
        **report(list(trainees), seconds),
        "wall": {
            "late_ms": {f"p{share}": at(late, share) for share in (50, 95, 99)},
            "learners_shown": len(wall.shown),
            "updates_per_second": round(wall.updates / seconds, 1),
            "updates_kilobytes_per_second": round(wall.update_bytes / 1000 / seconds, 1),
            "states_per_second": round(wall.states / seconds, 1),
            "states_kilobytes_per_second": round(wall.state_bytes / 1000 / seconds, 1),
        },
        "cpu_percent": round(100 * (after - before) / seconds),
        "cpu_percent_of": {
            name: round(100 * (each_after[name] - each_before.get(name, 0.0)) / seconds, 1)
            for name in each_after
        },
        "clients_cpu_percent": round(100 * clients / seconds),
        "memory_mb": round(memory),
    }


def each_of(server: ServerProcess) -> dict[str, float]:
    """Return what `by_name` does, and of a cluster as `home` that of the host which has the rooms."""
    assert server.process is not None
    found = by_name(server.process.pid)
    if "hosts" in found:
        url = f"sqlite:///{server.data.name}/tinkernet.sqlite3"
        placement = Directory(Database(url, shared=True)).read()
        found["home"] = used(placement.hosts[placement.slots[HOME_SLOTS[0]]].info.process)[0]
    return found


def play(scene: str, seconds: float, *more: str) -> dict[str, Any]:
    """Run one scene on a server of its own, with more options."""
    found = re.fullmatch(r"(\d+)(?:/(\d+))?", scene)
    if found is None:
        raise ValueError(f"no scene {scene!r}: LEARNERS or LEARNERS/TRAINING")
    learners = int(found[1])
    rates = ("--class-frame-rate", RATE, "--frame-rate", RATE)
    packing = ("--packing", "always")  # as for learners who are not on this very machine
    options = (*rates, *packing, "--max-sessions", str(learners + 10), *more)
    server = ServerProcess(
        options=options,
        environment={
            "TINKERNET_MAX_SESSIONS_PER_ADDRESS": "100000",
            "TINKERNET_MAX_JOINS_PER_MINUTE": "10000",
        },
    )
    server.start()
    try:
        server.wait_for_kernels()
        return asyncio.run(lesson(server, learners, int(found[2] or learners), seconds))
    finally:
        server.stop()


def line(told: dict[str, Any]) -> str:
    """Return a result as it is printed."""
    gaps, answers, wall = told["gap_ms"], told["answer_ms"], told["wall"]
    late = wall["late_ms"]
    return (
        f"{told['frames_per_second']} frames/s (slowest {told['slowest_frames_per_second']}), "
        f"gap {gaps['p50']} / {gaps['p95']} / {gaps['p99']} ms, "
        f"answer {answers['p50']} / {answers['p95']}, {told['kilobytes_per_second']} kB/s each; "
        f"wall {late['p50']} / {late['p95']} / {late['p99']} ms late, shows {wall['learners_shown']}, "
        f"{wall['updates_per_second']} updates/s of {wall['updates_kilobytes_per_second']} kB/s and "
        f"{wall['states_per_second']} states/s of {wall['states_kilobytes_per_second']} kB/s; "
        f"server {told['cpu_percent']} % of a core, {told['memory_mb']} MB, "
        f"clients {told['clients_cpu_percent']} %"
    )


def main() -> None:
    """Run the scenes that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenes", nargs="*", metavar="SCENE", default=list(SCENES))
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--hosts", type=int, help="measure a cluster of this machine, too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = {}
    for scene in given.scenes:
        results[scene] = told = play(scene, given.seconds)
        if not given.json:
            print(f"{scene:8} {line(told)}", flush=True)
        if given.hosts is not None:
            cluster = ("--cluster", "local", "--hosts", str(given.hosts))
            results[f"{scene}, {given.hosts} hosts"] = told = play(scene, given.seconds, *cluster)
            if not given.json:
                print(f"{scene}, {given.hosts} hosts: {line(told)}; {told['cpu_percent_of']}", flush=True)
    if given.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
