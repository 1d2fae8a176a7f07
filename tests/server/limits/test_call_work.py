"""The work that one address's calls may cause: they wait for each other, and then are refused."""

import asyncio

import pytest

from server.limits.build_work import BUILD_RATE, PAGE_BUILD_RATE
from server.limits.call_work import MAX_CALL_WAIT, CallWork

pytestmark = pytest.mark.anyio


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


async def test_a_large_call_now_and_then_does_not_wait(waits: list[float]) -> None:
    now = 0.0
    work = CallWork(lambda: now)
    for _ in range(10):
        assert await work.wait("192.0.2.1", PAGE_BUILD_RATE) == 0
        now += 1.0
    assert waits == []


async def test_calls_of_one_address_wait_for_each_others_work_and_then_are_told_when_to_ask_again(
    waits: list[float],
) -> None:
    work = CallWork(lambda: 0.0)
    refused = [await work.wait("192.0.2.1", PAGE_BUILD_RATE) for _ in range(10)]
    assert waits == [1.0, 2.0, 3.0], "two seconds of work are free"
    assert refused == [0.0] * 6 + [4.0] * 4
    assert max(waits) <= MAX_CALL_WAIT
    assert await work.wait("192.0.2.2", PAGE_BUILD_RATE) == 0, "another address"


async def test_calls_and_pages_share_the_rate_of_their_address(waits: list[float]) -> None:
    work = CallWork(lambda: 0.0)
    work.builds.bucket("192.0.2.1").charge(3 * BUILD_RATE)
    assert await work.wait("192.0.2.1", 1) == 0
    assert waits == [1.0]


async def test_work_that_was_less_than_expected_is_given_back(waits: list[float]) -> None:
    work = CallWork(lambda: 0.0)
    await work.wait("192.0.2.1", 4 * PAGE_BUILD_RATE)
    work.charge("192.0.2.1", -4 * PAGE_BUILD_RATE)
    assert await work.wait("192.0.2.1", 1) == 0
    assert waits == []
