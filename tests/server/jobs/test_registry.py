from concurrent.futures import Future
from typing import Any

import pytest

from server.jobs.registry import JobRegistry, TooManyJobs

MOST, MOST_KEPT, LIFETIME = 5, 10, 900.0


class Chore:
    def __init__(self) -> None:
        self.ended: Future[Any] = Future()

    def cancel(self) -> None:
        self.ended.set_result("cancelled")


class Other(Chore):
    pass


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def keeping(clock: Time) -> JobRegistry:
    return JobRegistry(max_running=MOST, max_ended=MOST_KEPT, lifetime=LIFETIME, clock=clock)


def test_a_job_is_found_by_its_id_and_kind() -> None:
    jobs, chore = keeping(Time()), Chore()
    identity = jobs.register(chore)
    assert jobs.get(identity, Chore) is chore
    assert jobs.get(identity, Other) is None
    assert jobs.get("nobody", Chore) is None
    jobs.remove(identity)
    assert jobs.get(identity, Chore) is None
    jobs.remove(identity)


def test_what_ended_is_known_for_a_while() -> None:
    time = Time()
    jobs, chore = keeping(time), Chore()
    identity = jobs.register(chore)
    time.now = 10 * LIFETIME
    assert jobs.get(identity, Chore) is chore, "it is under way"
    chore.cancel()
    assert jobs.get(identity, Chore) is chore
    time.now += LIFETIME + 1
    assert jobs.get(identity, Chore) is None


def test_only_so_many_are_under_way() -> None:
    jobs, chores = keeping(Time()), [Chore() for _ in range(MOST)]
    for chore in chores:
        jobs.register(chore)
    with pytest.raises(TooManyJobs):
        jobs.register(Chore())
    assert len(jobs) == MOST
    chores[0].cancel()
    assert len(jobs) == MOST - 1
    jobs.register(Chore())


def test_the_oldest_ends_are_forgotten() -> None:
    time = Time()
    jobs = keeping(time)
    identities = []
    for _ in range(MOST_KEPT + 5):
        time.now += 0.01
        chore = Chore()
        identities.append(jobs.register(chore))
        chore.cancel()
    jobs.register(Chore())
    assert jobs.get(identities[0], Chore) is None
    assert jobs.get(identities[-1], Chore) is not None
