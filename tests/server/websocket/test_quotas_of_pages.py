"""Limits on the number of pages and sessions, in total and for each address, and on the size of trainings."""

import asyncio
from pathlib import Path

import pytest

from server.limits import build_work
from server.protocol import close_codes
from server.settings import Settings
from tests.server.live import TIMEOUT, Live, alone, eventually, running

pytestmark = pytest.mark.anyio


async def until_admitted(live: Live) -> None:
    """Open new sessions until the server is no longer full."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            async with live.page() as page:
                await page.send("open", version=1)
                answer = await page.receive()
                assert isinstance(answer, dict)
                if answer["type"] == "welcome":
                    return
                assert answer["code"] == "server_full"


@pytest.mark.medium
@alone
async def test_a_full_server_refuses_new_sessions_and_replaces_abandoned_ones(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=2, session_grace=0.2), assets) as live:
        async with live.page() as one, live.page() as two, live.page() as three:
            await one.open()
            await two.open()
            await three.send("open", version=1)
            error = await three.error()
            assert error["code"] == "server_full"
            assert await three.close_code() == close_codes.FULL
            await one.socket.close()
            await until_admitted(live)
            async with live.page() as five:
                await five.open(session=two.session)
                assert five.resumed


@pytest.mark.medium
@alone
async def test_many_opens_on_one_socket_do_not_fill_the_server(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=3), assets) as live:
        async with live.page() as one, live.page() as two:
            first = await one.open()
            for _ in range(20):
                await one.send("open", version=1)
            await two.open()
            assert len(live.app.state.session_manager) <= 3
            await one.send("watch", layer=99)
            assert (await one.error())["code"] == "no_such_neuron"
            assert first["revision"] >= 1


@pytest.mark.medium
async def test_a_client_that_is_refused_a_second_session_keeps_its_first(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=1), assets) as live:
        async with live.page() as page:
            await page.open()
            await page.send("open", version=1)
            assert (await page.error())["code"] == "server_full"
            await page.send("step", unit="epoch")
            await page.frame(lambda frame: frame.epoch == 1)


@pytest.mark.medium
@alone
async def test_messages_after_a_refusal_are_ignored(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=1), assets) as live:
        async with live.page() as one, live.page() as two:
            await one.open()
            for _ in range(50):
                await two.send("open", version=1)
            assert (await two.error())["code"] == "server_full"
            assert await two.receive_until_closed() == []
            assert two.socket.close_code == close_codes.FULL


@pytest.mark.medium
async def test_the_number_of_connections_is_limited(assets: Path) -> None:
    with running(Settings(port=0, max_connections=2), assets) as live:
        async with live.page() as one, live.page() as two:
            await one.open()
            await two.open()
            async with live.page() as three:
                assert (await three.error())["code"] == "server_full"
                assert await three.close_code() == close_codes.FULL
            await one.send("step", unit="epoch")
            await one.frame(lambda frame: frame.epoch == 1)
        await eventually(lambda: not len(live.app.state.connections))
        async with live.page() as four:
            await four.open()


def forwarded(address: str) -> dict[str, str]:
    """Return the header with which a proxy passes on the address of a client."""
    return {"X-Forwarded-For": address}


@pytest.mark.medium
@alone
async def test_limits_per_address_use_the_address_that_a_trusted_proxy_forwards(assets: Path) -> None:
    limits = Settings(port=0, max_connections_per_address=2, max_sessions_per_address=1)
    with running(limits, assets) as live:
        school, home = forwarded("192.0.2.1"), forwarded("192.0.2.2")
        async with live.page(additional_headers=school) as one, live.page(additional_headers=school) as two:
            await one.open()
            await two.send("open", version=1)
            assert (await two.error())["code"] == "address_full"
            assert await two.close_code() == close_codes.FULL
            await eventually(lambda: len(live.app.state.connections) == 1)
            async with live.page(additional_headers=school) as again:
                await again.open(session=one.session)
                assert again.resumed, "sessions that exist may be reopened"
                async with live.page(additional_headers=school) as three:
                    assert (await three.error())["code"] == "server_full"
            async with live.page(additional_headers=home) as elsewhere:
                await elsewhere.open()


@pytest.mark.medium
@alone
async def test_a_forwarded_address_of_an_untrusted_client_is_ignored(assets: Path) -> None:
    limits = Settings(port=0, max_sessions_per_address=1, forwarded_allow_ips="192.0.2.77")
    with running(limits, assets) as live:
        async with live.page(additional_headers=forwarded("192.0.2.1")) as one:
            await one.open()
            async with live.page(additional_headers=forwarded("192.0.2.2")) as two:
                await two.send("open", version=1)
                assert (await two.error())["code"] == "address_full"


@pytest.mark.medium
async def test_the_size_of_networks_data_and_steps_is_limited(assets: Path) -> None:
    with running(Settings(port=0, max_parameters=20, max_points=1, max_epochs_per_call=10), assets) as live:
        async with live.page() as page:
            await page.send("open", version=1, config={"hidden_layers": [8, 8]}, ref=1)
            error = await page.error()
            assert (error["code"], error["field"], error["ref"]) == ("too_large", "hidden_layers", 1)
            before = await page.open(config={"hidden_layers": [2]})
            await page.send("configure", changes={"hidden_layers": [8, 8]}, ref=2)
            error = await page.error()
            assert (error["code"], error["value"], error["ref"]) == ("too_large", 105, 2)
            assert error["expected"] == "at most 20 weights and biases"
            own = {"dataset": "own", "points": [[1, 1, 1], [2, 2, -1]]}
            await page.send("configure", changes=own, ref=4)
            error = await page.error()
            assert (error["code"], error["expected"], error["ref"]) == ("too_large", "at most 1 points", 4)
            await page.send("step", unit="epoch", count=11, ref=3)
            error = await page.error()
            assert (error["code"], error["expected"], error["ref"]) == ("too_large", "at most 10 epochs", 3)
            assert page.state == before


@pytest.mark.medium
async def test_a_session_is_shown_by_so_many_pages_at_most(assets: Path) -> None:
    with running(Settings(port=0, max_pages_per_session=2), assets) as live:
        async with live.page() as one, live.page() as two, live.page() as three:
            await one.open()
            await two.open(session=one.session)
            await three.send("open", version=1, session=one.session)
            assert (await three.error())["code"] == "session_full"
            assert await three.close_code() == close_codes.FULL
            await two.socket.close()
            await eventually(lambda: len(live.app.state.connections) == 1)
            async with live.page() as four:
                await four.open(session=one.session)
                assert four.resumed


@pytest.mark.medium
@alone
async def test_a_page_that_opens_large_networks_over_and_over_is_refused_and_small_ones_are_not(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_work, "PAGE_BUILD_RATE", 1.0)  # the debt of one network takes minutes
    large = {"hidden_layers": [64] * 16}
    with running(Settings(port=0), assets) as live:
        async with live.page() as one, live.page() as two:
            await one.open()
            for _ in range(2):
                await one.send("open", version=1, config=large)
            assert (await one.error())["code"] == "address_full"
            await one.send("configure", changes=large, ref=7)
            refused = await one.error()
            assert (refused["code"], refused["ref"]) == ("too_fast", 7)
            await two.open(config={"hidden_layers": [8] * 6})
            await two.send("configure", changes={"hidden_layers": [8] * 5})
            await two.state_where(shape=[2, *[8] * 5, 1])
            assert len(live.app.state.session_manager) == 2
