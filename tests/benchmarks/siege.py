"""What one visitor can do to a class: twenty learners at 15 frames a second, and one who attacks.

    python -m tests.benchmarks.siege [--seconds 5] [--json] [ATTACK ...]

Plays each attack on a server of its own, with its usual limits; learners and attacker are processes on the
same machine. Prints for each, and for none, frames a second of the learners, the gaps between their frames,
and how much the server's memory grew at its peak. The goal: 12 frames, 99 of 100 gaps under 200 ms, 300 MB.
A busy machine slows all scenes: compare with `none` of the same run.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.attacks import ATTACKS
from tests.benchmarks.load import used
from tests.support.process import ServerProcess

LEARNERS = 20


def client(module: str, *arguments: Any) -> subprocess.Popen[str]:
    """Start a process of clients, and wait until they are connected."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def told_by(process: subprocess.Popen[str], seconds: float) -> dict[str, Any]:
    """Return what a process of clients has measured, and wait for its end; nothing if it takes too long."""
    try:
        text, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {}
    told: dict[str, Any] = json.loads(text or "{}")
    return told


def peak(process: int) -> float:
    """Return the most memory that a process has had since `forget_peak`, in megabytes (Linux only)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def forget_peak(process: int) -> None:
    """Begin a new measurement of a process's peak memory."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


def play(attack: str, seconds: float) -> dict[str, Any]:
    """Play one attack on a server of its own."""
    server = ServerProcess(options=("--packing", "always"))
    server.start()
    try:
        assert server.process is not None
        server.wait_for_kernels()
        learners = client("learners", server.port, LEARNERS, LEARNERS, seconds, "{}")
        _, before = used(server.process.pid)
        forget_peak(server.process.pid)
        attacker = client("attacks", server.port, attack, seconds)
        told = told_by(learners, seconds + 10)
        told |= told_by(attacker, 5)
        told["memory_grew_mb"] = round(peak(server.process.pid) - before)
    finally:
        server.stop()
        server.data.cleanup()
    return told


def line(told: dict[str, Any]) -> str:
    """Return a result as it is printed."""
    gaps = told.get("gap_ms", {})
    return (
        f"{told.get('frames_per_second', 'no')} frames/s (slowest {told.get('slowest_frames_per_second')}), "
        f"gap {gaps.get('p50')} / {gaps.get('p99')} ms, memory +{told['memory_grew_mb']} MB, "
        f"attacker sent {told.get('sent', 'nothing')}"
    )


def main() -> None:
    """Play the attacks that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "attacks", nargs="*", metavar="ATTACK", default=list(ATTACKS), help=", ".join(ATTACKS)
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = {}
    for name in given.attacks:
        results[name] = told = play(name, given.seconds)
        if not given.json:
            print(f"{name:10} {line(told)}", flush=True)
    if given.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
