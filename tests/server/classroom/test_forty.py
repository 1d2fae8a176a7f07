"""Forty learners and their teacher, over real sockets."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.server.classroom.api.test_seat_socket import receive_where, seat
from tests.server.classroom.lesson import Learner
from tests.server.classroom.wall.test_hub import entry_at, opened, paint
from tests.server.live import TIMEOUT, Live

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

COUNT = 40


async def test_forty_learn_and_their_teacher_sees_and_steers_them_all(live: Live) -> None:
    async with opened(live) as lesson, AsyncExitStack() as class_:
        client = await class_.enter_async_context(httpx.AsyncClient(base_url=live.url, timeout=TIMEOUT))
        sessions, seats, sockets, pages = [], [], [], []
        for number in range(COUNT):
            client.cookies.clear()
            answer = await client.post("/api/seats", json={"code": lesson.code, "nickname": f"学生{number}"})
            state = answer.raise_for_status().json()
            sessions.append(state["session"])
            seats.append(state["seat"])
            sockets.append(await class_.enter_async_context(seat(live, Learner(client))))
            page = await class_.enter_async_context(live.page())
            await page.open(session=state["session"], packing=True)
            assert page.resumed
            pages.append(page)
        assert len(set(sessions)) == COUNT
        painting = [asyncio.create_task(paint(page)) for page in pages]
        wall = await class_.enter_async_context(lesson.wall())

        await lesson.call("POST", "/do", action="play")
        for each in seats:
            entry = await entry_at(wall, each, 5)
            assert entry["playing"]

        await lesson.call("POST", "/do", action="pause")
        for socket in sockets:
            await receive_where(socket, lambda state: state["room"]["paused"])
        epochs = [(await client.get(f"/api/sessions/{each}")).json()["metrics"]["epoch"] for each in sessions]
        again = [(await client.get(f"/api/sessions/{each}")).json()["metrics"]["epoch"] for each in sessions]
        assert epochs == again
        assert min(epochs) >= 5

        await lesson.call("POST", "/do", action="reset")
        await lesson.call("POST", "/do", action="resume")
        for socket in sockets:
            await receive_where(socket, lambda state: not state["room"]["paused"])
        first = (await client.get(f"/api/sessions/{sessions[0]}")).json()
        assert first["metrics"]["epoch"] == 0
        assert not first["playing"]
        for task in painting:
            task.cancel()
        await asyncio.gather(*painting, return_exceptions=True)
