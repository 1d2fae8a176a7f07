"""Limits that several processes have in common: each allows its part, also once there are more or fewer."""

import pytest

from server.limits.body_memory import BodyFit, BodyMemory
from server.limits.processes import ALONE, Processes
from server.limits.quotas import Quota
from server.limits.rate_limits import AddressRateLimiter
from tests.server.clock import Clock


def test_a_rate_is_divided_and_follows_the_number_of_processes() -> None:
    clock, processes = Clock(), Processes()
    limiter = AddressRateLimiter(10, 2, clock, processes)
    held = limiter.bucket("10.0.0.1")  # as a websocket holds it
    processes.count = 2
    assert [limiter.acquire("10.0.0.1") for _ in range(5)] == [0] * 5
    assert limiter.acquire("10.0.0.1") == pytest.approx(1.0)
    assert limiter.bucket("10.0.0.1") is held
    assert (held.capacity, held.rate) == (5, 1)
    processes.count = 1
    assert limiter.acquire("10.0.0.1") == pytest.approx(0.5)
    clock.now += 10
    assert [limiter.acquire("10.0.0.1") for _ in range(10)] == [0] * 10
    assert limiter.acquire("10.0.0.1") > 0


def test_something_is_left_for_each_of_very_many_processes() -> None:
    limiter = AddressRateLimiter(3, 2, Clock(), Processes(100))
    assert limiter.acquire("10.0.0.1") == 0
    assert limiter.acquire("10.0.0.1") > 0


def test_a_quota_counts_what_others_count_and_gives_a_client_its_part() -> None:
    processes = Processes(2)
    quota = Quota(6, 4, processes)
    quota.elsewhere = 3
    quota.acquire("a")
    assert not quota.full_for("a")
    quota.acquire("a")
    assert quota.full_for("a")
    full = [quota.full]
    quota.acquire("b")
    assert [*full, quota.full] == [False, True]
    processes.count = 1
    assert not quota.full_for("a")


def test_bodies_have_their_part_of_the_memory_but_the_largest_always_fits() -> None:
    memory = BodyMemory(100, 50, largest=30, processes=Processes(2))
    assert (memory.limit, memory.limit_per_client) == (50, 30)
    assert memory.acquire("a", 30) is BodyFit.FITS
    assert memory.acquire("a", 1) is BodyFit.ADDRESS_FULL
    assert memory.acquire("b", 21) is BodyFit.SERVER_FULL


def test_a_process_alone_has_the_limits_for_itself() -> None:
    assert ALONE.count == 1
