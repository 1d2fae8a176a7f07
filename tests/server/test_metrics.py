import asyncio
import re
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.metrics import Metrics
from server.settings import Settings
from tests.server.live import TIMEOUT, Live, eventually
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


def value(text: str, name: str) -> float:
    """Return a figure, 0 where it does not stand."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])


async def figures(live: Live) -> str:
    async with httpx.AsyncClient(base_url=live.url, timeout=TIMEOUT) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


async def test_figures_move_with_what_happens(live: Live) -> None:
    before = await figures(live)
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        for _ in range(10):
            await page.frame()
        await page.send("watch", layer=99)
        await page.error()
        await page.socket.send("{")
        await page.error()
        during = await figures(live)
        assert value(during, "tinkernet_sessions") >= 1
        assert value(during, "tinkernet_connections") == 1
    assert value(during, "tinkernet_frames_total") >= value(before, "tinkernet_frames_total") + 10
    for name in ("epochs_total", "training_seconds_total", "drawing_seconds_total"):
        assert value(during, f"tinkernet_{name}") > value(before, f"tinkernet_{name}"), name
    for reason in ("no_such_neuron", "malformed_json"):
        assert value(during, f'tinkernet_refused_total{{reason="{reason}"}}') == 1
    await eventually(lambda: not len(live.app.state.connections))
    assert value(await figures(live), "tinkernet_connections") == 0


async def test_refused_requests_are_counted_by_reason(assets: Path) -> None:
    async with rest_client(create_app(Settings(), assets=assets)) as client:
        await client.get("/api/nowhere")
        await client.get("/nowhere")
        text = (await client.get("/metrics")).text
    assert value(text, 'tinkernet_refused_total{reason="not_found"}') == 1
    assert value(text, 'tinkernet_refused_total{reason="http_404"}') == 1
    assert value(text, 'tinkernet_requests_total{status="404"}') == 2


@pytest.mark.medium
async def test_a_loop_that_is_held_up_is_seen() -> None:
    metrics = Metrics()
    watching = asyncio.create_task(metrics.measure_lateness())
    try:
        count = "tinkernet_loop_lateness_seconds_count"
        await eventually(lambda: bool(metrics.registry.get_sample_value(count)))
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_figures_are_for_those_who_may_see_them(assets: Path) -> None:
    async with rest_client(create_app(Settings(api_token="12345678"), assets=assets)) as client:
        assert (await client.get("/metrics")).status_code == 401
        headers = {"Authorization": "Bearer 12345678"}
        assert (await client.get("/metrics", headers=headers)).status_code == 200


def test_two_servers_count_apart() -> None:
    one, two = Metrics(), Metrics()
    one.count_epochs(3, 0.5)
    one.count_frame(-1.0)  # a clock that went back
    assert one.registry.get_sample_value("tinkernet_epochs_total") == 3
    assert two.registry.get_sample_value("tinkernet_epochs_total") == 0
