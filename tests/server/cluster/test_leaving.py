"""Hosts that leave while they look into the directory."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.classroom.service.room_store import RoomStore
from server.cluster.directory import Directory
from server.settings import Settings
from tests.server.cluster.hosts_here import running_cluster
from tests.server.live import TIMEOUT

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

ROOT = Path(__file__).parents[3]


async def test_a_host_that_leaves_takes_nothing_over_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rooms, once closed, were opened again with what the directory had said just before."""
    looked, may_go_on, closed = threading.Event(), threading.Event(), threading.Event()
    renew, close = Directory.renew, RoomStore.close

    def renew_slowly(directory: Directory, *args: Any, **options: Any) -> Any:
        placement = renew(directory, *args, **options)
        looked.set()
        may_go_on.wait(TIMEOUT)
        return placement

    async def note_close(store: RoomStore) -> None:
        await close(store)
        closed.set()

    with running_cluster(Settings(), ROOT, hosts=1) as cluster:
        async with httpx.AsyncClient(base_url=cluster.url) as client:  # so that the rooms are open
            assert (await client.post("/api/rooms", json={"name": "4b"})).status_code == 201
        monkeypatch.setattr(Directory, "renew", renew_slowly)
        monkeypatch.setattr(RoomStore, "close", note_close)
        assert await asyncio.to_thread(looked.wait, TIMEOUT)
        leaving = asyncio.create_task(asyncio.to_thread(cluster.hosts.pop().leave))
        assert not await asyncio.to_thread(closed.wait, 0.5)
        may_go_on.set()
        await leaving
        assert closed.is_set()
        assert not cluster.directory.read().hosts
