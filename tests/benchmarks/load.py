"""How many learners the server carries: it in one process, they in another, on the same machine.

    python -m tests.benchmarks.load [--seconds 10] [--json] [SCENE ...]

Prints for each scene frames a second of each learner that trains, the gaps between their frames, how long a
changed setting takes to be answered, and the server's processor time and memory. A scene is one of those
below, or NETWORK:LEARNERS[/TRAINING]@RATE, such as `small:200@30`; `@class` is what a class gets by default.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.learners import CHANGE_INTERVAL
from tests.support.process import ServerProcess

SEVEN = ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]
NETWORKS: dict[str, dict[str, Any]] = {
    "small": {},
    "heavy": {"features": SEVEN, "hidden_layers": [8] * 6},
    "digits": {
        "problem": "images",
        "layers": [
            *({"kind": "conv", "filters": filters, "activation": "relu"} for filters in (4, 8, 16)),
            {"kind": "max_pool"},
            {"kind": "dense", "neurons": 128, "activation": "relu"},
        ],
        "train_percent": 80,
        "batch_size": 100,
        "optimizer": "nesterov",
        "learning_rate": 0.05,
        "initializer": "he_normal",
    },
}
SCENES = {
    "100 learners": "small:100@30",
    "30 heavy learners": "heavy:30@30",
    "300 of whom 60 train": "small:300/60@30",
    "200 learners": "small:200@30",
    "1,000 that rest": "small:1000/0@30",
    "40 in a class": "small:40@class",
    "20 with digits": "digits:20@20",
}
MAX_HOSTS = 4
"""Hosts of a cluster that a scene makes ready."""

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Scene:
    """Who is there, and what they do."""

    network: str
    learners: int
    training: int
    rate: str

    @classmethod
    def read(cls, text: str) -> "Scene":
        """Return the scene that a text names; raises `ValueError`."""
        found = re.fullmatch(r"(\w+):(\d+)(?:/(\d+))?@(\d+|class)", SCENES.get(text, text))
        if found is None or found[1] not in NETWORKS:
            raise ValueError(f"no scene {text!r}: one of {', '.join(SCENES)}, or such as small:200@30")
        learners = int(found[2])
        return cls(found[1], learners, learners if found[3] is None else int(found[3]), found[4])


def used(process: int) -> tuple[float, float]:
    """Return the seconds of processor time and the megabytes of memory of a process (Linux only)."""
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{process}/status").read_text()
    memory = re.search(r"VmRSS:\s+(\d+)", status)
    return (int(stat[11]) + int(stat[12])) / TICKS, int(memory[1]) / 1000 if memory else 0.0


def family(process: int) -> list[int]:
    """Return a process and all that it started, and these, as far as they run (Linux only)."""
    found = [process]
    for each in found:  # it grows meanwhile
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def used_together(process: int) -> tuple[float, float]:
    """Return what `used` does, of a process and all that it started."""
    seconds = memory = 0.0
    for each in family(process):
        with suppress(OSError):
            more, size = used(each)
            seconds, memory = seconds + more, memory + size
    return seconds, memory


def by_name(process: int) -> dict[str, float]:
    """Return the seconds of processor time of each kind of process: front, hosts, and what Ray needs."""
    found: Counter[str] = Counter()
    for each in family(process):
        with suppress(OSError):
            name = Path(f"/proc/{each}/cmdline").read_text()
            kind = "front" if each == process else "hosts" if name.startswith("ray::HostActor") else "ray"
            found[kind] += used(each)[0]  # type: ignore[assignment]
    return dict(found)


def wait_until_compiled(server: ServerProcess, config: dict[str, Any]) -> None:
    """Wait until a network trains by compiled kernels; some are loaded when one first trains."""
    with httpx.Client(base_url=f"{server.url}api/", timeout=60) as api:
        session = "sessions/" + api.post("sessions", json={"config": config}).raise_for_status().json()["id"]
        while api.post(f"{session}/train", json={"steps": 1}).raise_for_status():
            if api.get(session).json()["engine"] == "compiled":
                break
            time.sleep(0.5)
        api.delete(session).raise_for_status()


def play(scene: Scene, seconds: float, *more: str, ask_every: float = CHANGE_INTERVAL) -> dict[str, Any]:
    """Run one scene on a server of its own, with more options, and so many seconds between two changes."""
    rate: tuple[str, ...] = ("--frame-rate", scene.rate, "--class-frame-rate", scene.rate)
    if scene.rate == "class":  # its learners are on this very machine, for which nothing is packed by itself
        rate = ("--packing", "always")
    options = (*rate, "--max-sessions", str(scene.learners + 10), *more)
    lifted = {
        f"TINKERNET_{name}": "10000000000" if "MEMORY" in name else "100000"
        for name in (
            "MAX_SESSIONS_PER_ADDRESS",
            "MAX_SESSION_MEMORY",
            "MAX_SESSION_MEMORY_PER_ADDRESS",
            "MAX_CONNECTIONS",
            "MAX_CONNECTIONS_PER_ADDRESS",
        )
    }  # all learners have one address
    server = ServerProcess(options=options, environment=lifted)
    server.start()
    try:
        assert server.process is not None
        server.wait_for_kernels()  # their memory is a part of the empty server
        for _ in range(MAX_HOSTS if more else 1):  # new sessions go to each host in turn
            wait_until_compiled(server, NETWORKS[scene.network])
        _, empty = used_together(server.process.pid)
        arguments = [
            server.port,
            scene.learners,
            scene.training,
            seconds,
            json.dumps(NETWORKS[scene.network]),
            ask_every,
        ]
        clients = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.learners", *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert clients.stdout is not None
        clients.stdout.readline()
        before, _ = used_together(server.process.pid)
        each_before = by_name(server.process.pid)
        told = json.loads(clients.stdout.readline())
        after, full = used_together(server.process.pid)
        each_after = by_name(server.process.pid)
        clients.wait(30)
    finally:
        server.stop()
    return {
        **told,
        "cpu_percent": round(100 * (after - before) / (seconds + 3)),
        "cpu_percent_of": {
            name: round(100 * (each_after[name] - each_before.get(name, 0.0)) / (seconds + 3), 1)
            for name in each_after
        },
        "memory_mb": round(full),
        "memory_over_empty_mb": round(full - empty),
    }


def line(told: dict[str, Any]) -> str:
    """Return a result as it is printed."""
    gaps, answers = told["gap_ms"], told["answer_ms"]
    return (
        f"{told['frames_per_second']} frames/s (slowest {told['slowest_frames_per_second']}), "
        f"gap {gaps['p50']} / {gaps['p95']} / {gaps['p99']} ms, answer {answers['p50']} / {answers['p95']}, "
        f"{told['kilobytes_per_second']} kB/s, server {told['cpu_percent']} % of a core, "
        f"{told['memory_mb']} MB (+{told['memory_over_empty_mb']}), clients {told['clients_cpu_percent']} %"
    )


def main() -> None:
    """Run the scenes that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenes", nargs="*", metavar="SCENE", default=list(SCENES), help=", ".join(SCENES))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = {}
    for name in given.scenes:
        scene = Scene.read(name)
        results[name] = told = play(scene, given.seconds)
        if not given.json:
            print(f"{name:22} {line(told)}", flush=True)
    if given.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
