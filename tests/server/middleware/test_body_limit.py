"""The bodies of all requests together: those being received, slowly or not, and those being handled."""

import asyncio
import json
from typing import Any

import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st

from server.limits.body_memory import FREE_BYTES, BodyFit, BodyMemory
from server.middleware import error_handlers

pytestmark = pytest.mark.anyio

MAX_BODY, TOGETHER = 100_000, 400_000


class Upload:
    """A request whose body arrives piece by piece."""

    def __init__(self, app: FastAPI, address: str) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.problem: dict[str, Any] = {}
        self._pieces: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._asked = asyncio.Event()
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/upload",
            "raw_path": b"/api/upload",
            "query_string": b"",
            "headers": [(b"host", b"here")],
            "scheme": "http",
            "server": ("here", 80),
            "client": (address, 1),
            "http_version": "1.1",
            "root_path": "",
        }
        self._call = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif self.status >= 400:
            self.problem = json.loads(message["body"])

    async def _receive(self) -> dict[str, Any]:
        self._asked.set()
        return await self._pieces.get()

    async def send(self, size: int, *, last: bool = False) -> None:
        """Send bytes of the body; wait until more is asked for, or until the request has been answered."""
        await self._asked.wait()
        self._asked.clear()
        self._pieces.put_nowait({"type": "http.request", "body": b" " * size, "more_body": not last})
        asked = asyncio.ensure_future(self._asked.wait())
        await asyncio.wait({asked, self._call}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()

    async def leave(self) -> None:
        """Disconnect."""
        self._pieces.put_nowait({"type": "http.disconnect"})
        await asyncio.gather(self._call, return_exceptions=True)


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.post("/api/upload")
    async def upload(request: Request) -> int:
        return len(await request.body())

    error_handlers.install(app, max_body=MAX_BODY, max_body_memory=TOGETHER)
    return app


async def test_bodies_that_one_address_sends_slowly_are_bounded_together(app: FastAPI) -> None:
    slow = [Upload(app, "192.0.2.1") for _ in range(3)]
    for each in slow:
        await each.send(90_000)
    assert [each.status for each in slow] == [0, 0, 503]
    assert slow[2].problem["code"] == "address_full"
    assert slow[2].problem["expected"] == f"at most {TOGETHER // 2} bytes at the same time"
    assert int(slow[2].headers["retry-after"]) > 0
    elsewhere = Upload(app, "192.0.2.2")
    await elsewhere.send(90_000, last=True)
    assert elsewhere.status == 200
    await slow[0].leave()
    again = Upload(app, "192.0.2.1")
    await again.send(90_000, last=True)
    assert again.status == 200
    for each in slow[1:]:
        await each.leave()


async def test_the_bodies_of_all_addresses_are_bounded_together_and_small_ones_always_pass(
    app: FastAPI,
) -> None:
    slow = [Upload(app, f"192.0.2.{number}") for number in range(6)]
    for each in slow:
        await each.send(90_000)
    assert [each.status for each in slow] == [0] * 4 + [503] * 2
    assert slow[5].problem["code"] == "server_full"
    small = Upload(app, "192.0.2.9")
    await small.send(FREE_BYTES, last=True)
    assert small.status == 200
    for each in slow:
        await each.leave()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60)), max_size=40))
def test_what_was_acquired_is_within_the_limits_and_can_be_released(wanted: list[tuple[str, int]]) -> None:
    memory, held = BodyMemory(100, 50), []
    for client, size in wanted:
        if memory.acquire(client, size) is BodyFit.FITS:
            held.append((client, size))
        assert memory.used == sum(size for _, size in held) <= 100
        assert all(sum(size for other, size in held if other == client) <= 50 for client in "abc")
    for client, size in held:
        memory.release(client, size)
    assert memory.used == 0
