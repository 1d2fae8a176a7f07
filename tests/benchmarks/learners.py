"""Many learners in one process: websocket clients that acknowledge what they get, and note when it came.

    python -m tests.benchmarks.learners PORT LEARNERS TRAINING SECONDS CONFIG

Prints one line of JSON: frames a second of each learner that trains, gaps between frames in milliseconds,
bytes a second of each, and how long it took until a setting that was changed was answered.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

WARM_UP = 3.0
"""Seconds before anything counts."""

ASK_EVERY = 1.0
"""Seconds between two changes of a setting by one learner."""


@dataclass
class Learner:
    """One page without a screen."""

    trains: bool
    arrivals: list[float] = field(default_factory=list)
    received: int = 0
    answers: list[float] = field(default_factory=list)


async def learn(learner: Learner, socket: ClientConnection, begin: float, end: float) -> None:
    """Take frames until the end; what comes before the beginning does not count."""
    asked: float | None = None
    next_question = begin
    rates = (0.03, 0.01)
    while (now := time.perf_counter()) < end:
        if learner.trains and asked is None and now >= next_question:
            asked, next_question = now, now + ASK_EVERY
            rates = rates[::-1]
            await socket.send(json.dumps({"type": "configure", "changes": {"learning_rate": rates[0]}}))
        try:
            async with asyncio.timeout(end - now):
                message = await socket.recv()
        except TimeoutError:
            return
        now = time.perf_counter()
        if isinstance(message, str):
            if asked is not None and json.loads(message)["type"] == "state":
                learner.answers.append(now - asked)
                asked = None
            continue
        await socket.send(f'{{"type":"ack","frame":{int.from_bytes(message[4:8], "little")}}}')
        if now >= begin:
            learner.arrivals.append(now)
            learner.received += len(message)


async def run(port: int, learners: int, training: int, seconds: float, config: dict[str, Any]) -> None:
    """Connect everybody, let those who train play, and print what came."""
    everybody = [Learner(number < training) for number in range(learners)]
    sockets = []
    for number, learner in enumerate(everybody):
        socket = await connect(f"ws://127.0.0.1:{port}/ws", max_size=None, compression=None)
        own = {**config, "data_seed": number, "weights_seed": number}
        opening = {"type": "open", "version": 1, "config": own, "playing": learner.trains}
        await socket.send(json.dumps(opening))
        sockets.append(socket)
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds
    print("connected", flush=True)
    await asyncio.gather(
        *(learn(learner, socket, begin, end) for learner, socket in zip(everybody, sockets, strict=True))
    )
    print(json.dumps(report([learner for learner in everybody if learner.trains], seconds)), flush=True)
    await asyncio.gather(*(socket.close() for socket in sockets))


def report(trained: list[Learner], seconds: float) -> dict[str, Any]:
    """Return what there is to say of those who trained."""
    gaps = sorted(
        later - earlier
        for learner in trained
        for earlier, later in zip(learner.arrivals, learner.arrivals[1:], strict=False)
    )
    answers = sorted(answer for learner in trained for answer in learner.answers)
    rates = sorted(len(learner.arrivals) / seconds for learner in trained)
    received = sum(learner.received for learner in trained)
    return {
        "learners": len(trained),
        "frames_per_second": round(sum(rates) / max(len(rates), 1), 1),
        "slowest_frames_per_second": round(rates[0], 1) if rates else None,
        "gap_ms": {f"p{share}": at(gaps, share) for share in (50, 95, 99)},
        "answer_ms": {f"p{share}": at(answers, share) for share in (50, 95, 99)},
        "kilobytes_per_second": round(received / 1000 / seconds / max(len(trained), 1), 1),
    }


def at(times: list[float], share: int) -> float | None:
    """Return a percentile of sorted times, in milliseconds; None of none."""
    return round(1000 * times[min(len(times) - 1, len(times) * share // 100)], 1) if times else None


if __name__ == "__main__":
    port, learners, training, seconds, config = sys.argv[1:]
    asyncio.run(run(int(port), int(learners), int(training), float(seconds), json.loads(config)))
