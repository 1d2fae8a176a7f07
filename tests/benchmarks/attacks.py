"""One visitor who does as much as the limits allow: a client process for `tests.benchmarks.siege`.

    python -m tests.benchmarks.attacks PORT ATTACK SECONDS

Connects, prints a line, attacks for some seconds, and prints how much it could send as one line of JSON.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.benchmarks.learners import WARM_UP, Learner

ALL_INPUTS = {"features": ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]}
HEAVY_NETWORK = {**ALL_INPUTS, "hidden_layers": [64] * 16, "batch_size": 1}
HOST = "127.0.0.1"
ROWS = [[1.0, 1.0, 1], [-1.0, -1.0, -1]] * 500


class Page(Learner):
    """A page that an attacker drives."""

    may_be_refused = True

    def __init__(self, opening: dict[str, Any], **request: str) -> None:
        super().__init__(opening, trains=False, **request)
        self.session = ""
        self.lost = False

    def say(self, text: str) -> bool:
        """Send a message unless the server reads no more; return whether it was sent."""
        transport = self._transport
        if self.lost or transport is None or transport.get_write_buffer_size() > 2_000_000:
            return False
        self._say(text)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the server let go of the page."""
        self.lost = True
        if not self.seated.done():
            self.seated.set_exception(exc or ConnectionError("closed"))

    def _take(self, opcode: int, data: bytearray, begin: int, length: int) -> None:
        if not self.session and b'"type":"welcome"' in data[begin : begin + length]:
            self.session = json.loads(data[begin : begin + length])["session"]
        super()._take(opcode, data, begin, length)


class Attack:
    """What an attack needs: the server's port, and when it begins and ends."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port = port
        self.sent = 0
        self._begin = time.perf_counter() + WARM_UP
        self._end = self._begin + seconds

    async def ready(self) -> None:
        """Wait for the attack's begin."""
        await asyncio.sleep(self._begin - time.perf_counter())

    @property
    def goes_on(self) -> bool:
        """Whether the attack is not over."""
        return time.perf_counter() < self._end

    async def page(self, **opening: Any) -> Page:
        """Return a connected page."""
        page = Page({"type": "open", "version": 1, **opening})
        await asyncio.get_running_loop().create_connection(lambda: page, HOST, self.port)
        await page.seated
        return page

    async def every(self, interval: float, page: Page, text: str) -> None:
        """Send a message over and over."""
        await self.ready()
        while self.goes_on:
            self.sent += page.say(text)
            await asyncio.sleep(interval)

    async def call(self, method: str, path: str, body: bytes = b"") -> None:
        """Make one call of REST over and over, each after the answer to the one before."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nContent-Type: application/json\r\n"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        await self.ready()
        while self.goes_on:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                reader, writer = await asyncio.open_connection(HOST, self.port, limit=2**20)
                while self.goes_on:
                    writer.write(request)
                    await writer.drain()
                    self.sent += 1
                    await self._answer(reader)

    async def _answer(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b"transfer-encoding: chunked" in head:
            while (size := int(await reader.readline(), 16)) or await reader.readline() != b"\r\n":
                await reader.readexactly(size + 2)
            return
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")
        await reader.readexactly(length)
        if head.startswith(b"http/1.1 429"):
            await asyncio.sleep(0.05)  # a program that is told to wait; one that does not gains nothing


async def none(attack: Attack) -> None:
    """Do nothing."""
    await attack.ready()


async def bomb(attack: Attack) -> None:
    """48: a body of 3.9 MB of points that are none."""
    body = b'{"config": {"points": [' + b"[[]]," * 650_000 + b"[[]]]}}"
    await asyncio.gather(*(attack.call("POST", "/api/sessions", body) for _ in range(2)))


async def pairs(attack: Attack) -> None:
    """48: 600,000 valid pairs."""
    body = b'{"epochs": 1, "points": [' + b"[1,1]," * 600_000 + b"[1,1]]}"
    await asyncio.gather(*(attack.call("POST", "/api/train", body) for _ in range(2)))


async def valid(attack: Attack) -> None:
    """48: bodies as large as they may be, with 10,000 points, all valid."""
    rows = json.dumps(ROWS * 5)
    body = f'{{"epochs": 1, "data": {{"train": {rows}, "test": {rows}}}}}'.encode()
    await asyncio.gather(*(attack.call("POST", "/api/train", body) for _ in range(4)))


async def predictions(attack: Attack) -> None:
    """48: predictions for 10,000 points."""
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{attack.port}/api/") as program:
        session = (await program.post("sessions")).raise_for_status().json()["id"]
    body = json.dumps({"points": [row[:2] for row in ROWS] * 10}).encode()
    path = f"/api/sessions/{session}/predictions"
    await asyncio.gather(*(attack.call("POST", path, body) for _ in range(4)))


async def networks(attack: Attack) -> None:
    """51: sessions of the largest network, one after the other, by REST."""
    body = json.dumps({"config": {**ALL_INPUTS, "hidden_layers": [64] * 16}, "playing": True}).encode()
    await asyncio.gather(*(attack.call("POST", "/api/sessions", body) for _ in range(4)))


async def junk(attack: Attack) -> None:
    """49: 64 kB of points that are none, 20 times a second, from two pages."""
    text = json.dumps({"type": "configure", "changes": {"points": [1] * 21_000}})
    pages = [await attack.page() for _ in range(2)]
    await asyncio.gather(*(attack.every(0.05, page, text) for page in pages))


async def points(attack: Attack) -> None:
    """49: 1,000 valid points, 200 times a second."""
    text = json.dumps({"type": "configure", "changes": {"dataset": "own", "points": ROWS}})
    page = await attack.page()
    await attack.every(0.005, page, text)


async def pages(attack: Attack) -> None:
    """50: 400 pages on as few sessions as take them, one page of each sends 20 short messages a second."""
    senders: list[Page] = []
    others: list[Page] = []
    session = ""
    for _ in range(400):
        page = await attack.page(**({"session": session} if session else {}))
        if session and page.session:
            others.append(page)
        elif page.session:
            senders.append(page)
        session = page.session  # none after a refusal: the session is full, begin another
    message = '{"type":"speed","epochs_per_second":30}'
    await asyncio.gather(*(attack.every(0.05, page, message) for page in senders))
    del others


async def opens(attack: Attack) -> None:
    """51: one page that begins one training after the other, each of the largest network."""
    page = await attack.page()
    config = {**ALL_INPUTS, "hidden_layers": [64] * 16}
    opening = {"type": "open", "version": 1, "config": config, "playing": True}
    await attack.every(0.02, page, json.dumps(opening))


async def jobs(attack: Attack) -> None:
    """52: as many jobs as there may be, each of 100,000 of the heaviest epochs."""
    body = json.dumps({"config": HEAVY_NETWORK, "epochs": 100_000, "wait": 0}).encode()
    await attack.call("POST", "/api/train", body)


async def datasets(attack: Attack) -> None:
    """53: large answers, four at a time."""
    path = "/api/datasets/spiral?count=10000"
    await asyncio.gather(*(attack.call("GET", path) for _ in range(4)))


async def calls(attack: Attack) -> None:
    """53: as many calls of REST as the connections carry."""
    await asyncio.gather(*(attack.call("GET", "/api/catalogue") for _ in range(16)))


async def seats(attack: Attack) -> None:
    """53: a learner's page that sends as much as the connection carries."""
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{attack.port}/api/") as browser:
        room = (await browser.post("rooms", json={"name": "a"})).raise_for_status().json()
        seat = {"code": room["code"], "nickname": "a"}
        (await browser.post("seats", json=seat)).raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    page = Page({}, path="/ws/seat", cookie=cookie)
    await asyncio.get_running_loop().create_connection(lambda: page, HOST, attack.port)
    await page.seated
    await attack.ready()
    while attack.goes_on:
        for _ in range(2000):
            attack.sent += page.say('{"type":"ack","frame":0}')
        await asyncio.sleep(0.001)


ATTACKS: dict[str, Callable[[Attack], Awaitable[None]]] = {
    each.__name__: each
    for each in (
        none,
        bomb,
        pairs,
        valid,
        predictions,
        junk,
        points,
        pages,
        opens,
        networks,
        jobs,
        datasets,
        calls,
        seats,
    )
}


async def run(port: int, name: str, seconds: float) -> None:
    """Attack, and print how much was sent."""
    attack = Attack(port, seconds)
    print("attacking", flush=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WARM_UP + seconds):
            await ATTACKS[name](attack)
    print(json.dumps({"sent": attack.sent}), flush=True)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
