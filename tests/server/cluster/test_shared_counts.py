"""Limits of the whole hold over all hosts."""

from pathlib import Path

import httpx
import pytest

from server.cluster.slots import slot_of
from server.settings import Settings
from tests.server.cluster.hosts_here import running_cluster
from tests.server.live import TIMEOUT
from tests.server.rest_client import problem_of

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

ROOT = Path(__file__).parents[3]


async def test_jobs_of_all_hosts_are_limited_together() -> None:
    with running_cluster(Settings(max_jobs=4, max_jobs_per_address=4), ROOT) as cluster:
        async with httpx.AsyncClient(base_url=cluster.url, timeout=TIMEOUT) as client:

            async def train(session: str) -> httpx.Response:
                return await client.post(
                    f"/api/sessions/{session}/train", json={"epochs": 100_000, "wait": 0}
                )

            sessions: dict[str, list[str]] = {"h1": [], "h2": []}
            while min(map(len, sessions.values())) < 3:  # new sessions go where there are fewer
                new = (await client.post("/api/sessions", json={})).json()["id"]
                sessions[cluster.directory.read().slots[slot_of(new)]].append(new)
            for one, other in zip(sessions["h1"][:2], sessions["h2"][:2], strict=True):
                for session in (one, other):
                    assert (await train(session)).status_code == 202
            for host in ("h1", "h2"):
                while (answer := await train(sessions[host][2])).status_code == 202:
                    # The hosts have not told each other yet.
                    assert (await client.delete(f"/api/jobs/{answer.json()['id']}")).status_code == 204
                assert problem_of(answer)["code"] == "server_full", answer.text
