"""Forty learners who each bring a table of their own at once, and one of a thousand points by its link."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from tests.server.classroom.api.test_seat_socket import receive_where, seat
from tests.server.classroom.lesson import Learner
from tests.server.classroom.wall.test_hub import entry_at, opened, paint
from tests.server.live import TIMEOUT, Live

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

COUNT = 40
ROWS = 200
LONG = 1000


def table_of(number: int, rows: int = ROWS) -> str:
    """Return a table that is nobody else's, with two kinds that a line can tell apart."""
    lines = [f"{at * (number + 3) % 97},{at * 7 % 89 + number},{'uv'[at % 97 > 48]}" for at in range(rows)]
    return "\n".join(["length,width,kind", *lines])


async def patiently(client: httpx.AsyncClient, path: str, **request: Any) -> dict[str, Any]:
    """Send a request, again as the page does while others are first; return its answer."""
    async with asyncio.timeout(TIMEOUT):
        while (answer := await client.post(path, **request)).status_code == 429:  # noqa: ASYNC110 - asks again
            await asyncio.sleep(float(answer.headers["Retry-After"]) / 10)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def test_forty_tables_are_read_at_once_and_trained_on(live: Live) -> None:
    async with opened(live) as lesson, AsyncExitStack() as class_:
        client = await class_.enter_async_context(httpx.AsyncClient(base_url=live.url, timeout=TIMEOUT))
        seats, sessions, sockets, pages = [], [], [], []
        for number in range(COUNT):
            client.cookies.clear()
            answer = await client.post("/api/seats", json={"code": lesson.code, "nickname": f"学生{number}"})
            state = answer.raise_for_status().json()
            seats.append(state["seat"])
            sessions.append(state["session"])
            sockets.append(await class_.enter_async_context(seat(live, Learner(client))))
            key = {"X-Session-Key": state["session_key"]}
            page = await class_.enter_async_context(live.page(additional_headers=key))
            await page.open(session=state["session"], packing=True)
            pages.append(page)
        client.cookies.clear()
        csv = {"Content-Type": "text/csv"}
        path = "/api/own-data/preview?skip_invalid=true"
        tables = [table_of(number, LONG if number == 0 else ROWS) for number in range(COUNT)]
        found = await asyncio.gather(
            *(patiently(client, path, content=table, headers=csv) for table in tables)
        )
        configs = [each["config"] for each in found]
        assert [each["points"] for each in found] == [LONG] + [ROWS] * (COUNT - 1)
        stored = await patiently(client, "/api/own-data", json={"config": configs[0]})
        configs[0] = (await client.get(f"/api/own-data/{stored['id']}")).raise_for_status().json()
        assert len(configs[0]["points"]) == LONG

        for page, config in zip(pages, configs, strict=True):
            await page.send("configure", changes=config)
        for page, config in zip(pages, configs, strict=True):
            while page.state["config"]["points"] != config["points"]:
                await page.receive()
        painting = [asyncio.create_task(paint(page)) for page in pages]
        wall = await class_.enter_async_context(lesson.wall())
        await lesson.call("POST", "/do", action="play")
        for each in seats:
            entry = await entry_at(wall, each, 5)
            assert entry["playing"]
        await lesson.call("POST", "/do", action="pause")
        for socket in sockets:
            await receive_where(socket, lambda state: state["room"]["paused"])
        for task in painting:
            task.cancel()
        await asyncio.gather(*painting, return_exceptions=True)
        for session, config in zip(sessions, configs, strict=True):
            trained = (await client.get(f"/api/sessions/{session}")).raise_for_status().json()
            assert trained["config"]["points"] == config["points"]
            assert trained["config"]["data_columns"]["classes"] == ["u", "v"]
            assert trained["metrics"]["epoch"] >= 5
