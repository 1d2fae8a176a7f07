"""Many learners in one process: websocket clients that acknowledge what they get, and note when it came.

    python -m tests.benchmarks.learners PORT LEARNERS TRAINING SECONDS CONFIG [ASK_EVERY]

Prints one line of JSON: frames a second of each learner that trains, gaps between frames in milliseconds,
bytes a second of each, how long it took until a setting that was changed was answered, and how much of a
core all this took here. The clients speak websocket by hand, because they share the machine with the server.
"""

import asyncio
import base64
import json
import os
import sys
import time
from typing import Any

WARM_UP = 3.0
"""Seconds before anything counts."""

CHANGE_INTERVAL = 5.0
"""Seconds between two changes of a setting by one learner, unless told otherwise."""

MAX_CONNECTING = 20
"""Learners that connect at a time."""

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Learner(asyncio.Protocol):
    """One page without a screen."""

    may_be_refused = False
    """Whether it goes on where the server refuses it; by default that ends the benchmark."""

    def __init__(self, opening: dict[str, Any], *, trains: bool, path: str = "/ws", cookie: str = "") -> None:
        self.trains = trains
        self.begin = self.end = float("inf")
        self.arrivals: list[float] = []
        self.answers: list[float] = []
        self.received = 0
        self.seated: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._opening = json.dumps(opening)
        self._request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n".encode()
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._upgraded = False
        self._asked: float | None = None
        self._rates = (0.03, 0.01)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a websocket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            self._request + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key.encode() + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        """Take what came, and deal with every message that is whole."""
        unread = self._unread
        unread += data
        if not self._upgraded:
            head, found, rest = unread.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.seated.set_exception(ConnectionError(head.decode()))
                return
            self._upgraded = True
            self._unread = unread = rest
            self._say(self._opening)
        while (size := len(unread)) >= 2:
            begin, length = 2, unread[1]
            if length == 126:
                begin, length = 4, int.from_bytes(unread[2:4], "big")
            elif length == 127:
                begin, length = 10, int.from_bytes(unread[2:10], "big")
            if size < begin + length:
                return
            self._take(unread[0] & 15, unread, begin, length)
            del unread[: begin + length]

    def connection_lost(self, exc: Exception | None) -> None:
        """Complain, unless this is the end."""
        if not self.seated.done():
            self.seated.set_exception(exc or ConnectionError("closed"))
        if time.perf_counter() < self.end:
            print("a learner was let go", file=sys.stderr)

    def ask(self) -> None:
        """Change a setting, unless the last answer is still to come."""
        if self._asked is None:
            self._asked = time.perf_counter()
            self._rates = self._rates[::-1]
            self._say(json.dumps({"type": "configure", "changes": {"learning_rate": self._rates[0]}}))

    def close(self) -> None:
        """Leave."""
        if self._transport is not None:
            self._transport.close()

    def _take(self, opcode: int, data: bytearray, begin: int, length: int) -> None:
        now = time.perf_counter()
        if opcode == BINARY:
            number = int.from_bytes(data[begin + 4 : begin + 8], "little")
            self._say(f'{{"type":"ack","frame":{number}}}')
            if self.begin <= now < self.end:
                self.arrivals.append(now)
                self.received += length
        elif opcode == TEXT:
            if not self.seated.done():
                self._on_first_text(bytes(data[begin : begin + length]))
            if self._asked is not None and b'"type":"state"' in data[begin : begin + length]:
                self.answers.append(now - self._asked)
                self._asked = None
        elif opcode == PING:
            self._send(PONG, bytes(data[begin : begin + length]))

    def _on_first_text(self, text: bytes) -> None:
        if b'"type":"error"' in text and not self.may_be_refused:
            self.seated.set_exception(ConnectionError(text.decode()))
        else:
            self.seated.set_result(None)

    def _say(self, text: str) -> None:
        self._send(TEXT, text.encode())

    def _send(self, opcode: int, payload: bytes) -> None:
        """Send a message, masked with zeros."""
        assert self._transport is not None
        size = len(payload)
        head = bytes([128 | opcode, 128 | size]) if size < 126 else b"%c\xfe%b" % (
            128 | opcode, size.to_bytes(2, "big"),
        )  # fmt: skip
        self._transport.write(head + b"\0\0\0\0" + payload)


async def run(
    port: int, learners: int, training: int, seconds: float, config: dict[str, Any], ask_every: float
) -> None:
    """Connect everybody, let those who train play, and print what came."""
    loop = asyncio.get_running_loop()
    everybody: list[Learner] = []
    for number in range(learners):
        own = {**config, "data_seed": number, "weights_seed": number}
        trains = number < training
        opening = {"type": "open", "version": 1, "config": own, "playing": trains, "packing": True}
        learner = Learner(opening, trains=trains)
        everybody.append(learner)
        await loop.create_connection(lambda learner=learner: learner, "127.0.0.1", port)  # type: ignore[misc]
        if number % MAX_CONNECTING == MAX_CONNECTING - 1:
            await asyncio.gather(*(learner.seated for learner in everybody))
    await asyncio.gather(*(learner.seated for learner in everybody))
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds
    for learner in everybody:
        learner.begin, learner.end = begin, end
    print("connected", flush=True)
    await asyncio.sleep(WARM_UP)
    used = time.process_time()
    trainees = [learner for learner in everybody if learner.trains]
    for question in range(round(seconds / ask_every)):
        for number, learner in enumerate(trainees):
            at = begin + (question + number / len(trainees)) * ask_every
            loop.call_later(at - time.perf_counter(), learner.ask)
    await asyncio.sleep(end - time.perf_counter())
    share = round(100 * (time.process_time() - used) / seconds)
    print(json.dumps({**report(trainees, seconds), "clients_cpu_percent": share}), flush=True)
    for learner in everybody:
        learner.close()


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
    port, learners, training, seconds, config, *rest = sys.argv[1:]
    ask_every = float(rest[0]) if rest else CHANGE_INTERVAL
    asyncio.run(run(int(port), int(learners), int(training), float(seconds), json.loads(config), ask_every))
