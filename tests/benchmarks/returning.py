"""What learners notice when a process or a machine goes: they come back by themselves, as pages do.

    python -m tests.benchmarks.returning URL [--learners 40] [--seconds 60]

Everybody trains at 60 epochs a second, through whatever stands at URL, such as a proxy before machines.
Meanwhile kill what you like. Whenever learners lose their connection, a line says how many they were, how
long they were without frames, and how much of their training was lost. The last line sums up.
"""

import argparse
import asyncio
import time
from dataclasses import dataclass, field

from websockets.exceptions import WebSocketException

from tests.server.frame_reader import ReadFrame
from tests.server.live import page

SPEED = 60
"""Epochs a second."""

RECONNECT_DELAY = 0.4
"""Seconds before a learner connects again; pages take 0.35 to 0.65."""

EVENT_WINDOW = 3.0
"""Losses of a connection within so many seconds count as one event."""


@dataclass
class Loss:
    """One learner's loss of a connection."""

    at: float
    without_frames: float
    """Seconds from the last frame before it to the first one after."""
    lost: float
    """Seconds of training that have to be repeated."""
    is_gone: bool
    """Whether the session itself was gone."""


@dataclass
class Learner:
    """A page that trains, and comes back when its connection closes."""

    url: str
    session: str = ""
    epoch: float = 0.0
    heard: float = 0.0
    frames: int = 0
    losses: list[Loss] = field(default_factory=list)
    longest: float = 0.0
    """Seconds of the longest time without a frame, while connected."""

    async def run(self) -> None:
        """Learn until cancelled."""
        while True:
            try:
                await self._learn()
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(RECONNECT_DELAY)

    async def _learn(self) -> None:
        async with page(self.url, open_timeout=5) as socket:
            wanted = {"session": self.session} if self.session else {"config": {}, "playing": True}
            await socket.open(**wanted, **({} if self.session else {"speed": SPEED}))
            came_back = bool(self.session)
            is_gone = came_back and not socket.resumed
            self.session = socket.session
            if is_gone:
                await socket.send("play")
            while True:
                received = await socket.receive()
                if not isinstance(received, ReadFrame):
                    continue
                now = time.monotonic()
                if came_back:
                    lost = max(0.0, self.epoch - received.epoch) / SPEED
                    self.losses.append(Loss(self.heard, now - self.heard, lost, is_gone))
                    came_back = False
                elif self.heard:
                    self.longest = max(self.longest, now - self.heard)
                self.heard, self.epoch = now, received.epoch
                self.frames += 1


async def run(url: str, learners: int, seconds: float) -> None:
    """Let learners train for some seconds, and print what they noticed."""
    everybody = [Learner(url) for _ in range(learners)]
    tasks = []
    for learner in everybody:
        tasks.append(asyncio.create_task(learner.run()))
        await asyncio.sleep(0.02)
    begin = time.monotonic()
    shown = 0.0
    while time.monotonic() < begin + seconds:
        await asyncio.sleep(0.5)
        events = sorted(
            (loss for learner in everybody for loss in learner.losses if loss.at > shown), key=lambda e: e.at
        )
        if events and time.monotonic() > events[0].at + events[0].without_frames + EVENT_WINDOW:
            together = [event for event in events if event.at < events[0].at + EVENT_WINDOW]
            shown = together[-1].at
            print(f"{events[0].at - begin:7.1f} s: {told(together)}", flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    losses = [loss for learner in everybody for loss in learner.losses]
    silent = sum(time.monotonic() - learner.heard > RECONNECT_DELAY + 1 for learner in everybody)
    frames = sum(learner.frames for learner in everybody) / seconds / learners
    print(f"{learners} learners, {frames:.1f} frames/s each; {told(losses)}")
    print(
        f"  longest without a frame while connected {max(learner.longest for learner in everybody):.2f} s; "
        f"{silent} without frames at the end"
    )


def told(losses: list[Loss]) -> str:
    """Return what some losses were like."""
    if not losses:
        return "no connection was lost"
    times = sorted(loss.without_frames for loss in losses)
    lost = sorted(loss.lost for loss in losses)
    gone = sum(loss.is_gone for loss in losses)
    return (
        f"{len(losses)} lost their connection, without frames for {times[len(times) // 2]:.1f} s (longest "
        f"{times[-1]:.1f}), {lost[len(lost) // 2]:.2f} s of training lost (most {lost[-1]:.2f})"
        + (f", {gone} trainings gone" if gone else "")
    )


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", metavar="URL", help="such as ws://127.0.0.1:8000/ws")
    parser.add_argument("--learners", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    asyncio.run(run(given.url, given.learners, given.seconds))


if __name__ == "__main__":
    main()
