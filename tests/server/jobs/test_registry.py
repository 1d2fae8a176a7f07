from collections import Counter
from concurrent.futures import Future
from typing import Any

import pytest

from server.jobs.registry import JobRegistry, TooManyJobs, TooManyJobsOfOwner

MAX_RUNNING, MAX_ENDED, LIFETIME = 5, 10, 900.0


class FakeJob:
    def __init__(self) -> None:
        self.ended: Future[Any] = Future()
        self.seconds = 0.0
        self.kept_memory = self.kept_disk = 0

    def cancel(self) -> None:
        self.ended.set_result("cancelled")


class Other(FakeJob):
    pass


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def create_registry(clock: Clock) -> JobRegistry:
    return JobRegistry(max_running=MAX_RUNNING, max_ended=MAX_ENDED, lifetime=LIFETIME, clock=clock)


def test_a_job_is_found_by_its_id_and_kind() -> None:
    jobs, job = create_registry(Clock()), FakeJob()
    job_id = jobs.register(job)
    assert jobs.get(job_id, FakeJob) is job
    assert jobs.get(job_id, Other) is None
    assert jobs.get("nobody", FakeJob) is None
    jobs.remove(job_id)
    assert jobs.get(job_id, FakeJob) is None
    jobs.remove(job_id)


def test_ended_jobs_are_kept_for_a_while() -> None:
    time = Clock()
    jobs, job = create_registry(time), FakeJob()
    job_id = jobs.register(job)
    time.now = 10 * LIFETIME
    assert jobs.get(job_id, FakeJob) is job, "it is under way"
    job.cancel()
    assert jobs.get(job_id, FakeJob) is job
    time.now += LIFETIME + 1
    assert jobs.get(job_id, FakeJob) is None


def test_the_number_of_running_jobs_is_limited() -> None:
    jobs, chores = create_registry(Clock()), [FakeJob() for _ in range(MAX_RUNNING)]
    for job in chores:
        jobs.register(job)
    with pytest.raises(TooManyJobs):
        jobs.register(FakeJob())
    assert len(jobs) == MAX_RUNNING
    chores[0].cancel()
    assert len(jobs) == MAX_RUNNING - 1
    jobs.register(FakeJob())


def test_running_jobs_of_other_processes_count_towards_the_same_limits() -> None:
    jobs = JobRegistry(max_running=MAX_RUNNING, max_per_owner=3, max_ended=MAX_ENDED, lifetime=LIFETIME)
    mine = FakeJob()
    jobs.register(mine, "one")
    assert jobs.share(Counter(one=2, two=1)) == Counter(one=1)
    with pytest.raises(TooManyJobsOfOwner):
        jobs.register(FakeJob(), "one")
    jobs.register(FakeJob(), "two")
    with pytest.raises(TooManyJobs):
        jobs.register(FakeJob(), "three")
    mine.cancel()
    assert jobs.share(Counter(one=2)) == Counter(two=1)
    jobs.register(FakeJob(), "one")


def test_the_oldest_ended_jobs_are_dropped() -> None:
    time = Clock()
    jobs = create_registry(time)
    job_ids = []
    for _ in range(MAX_ENDED + 5):
        time.now += 0.01
        job = FakeJob()
        job_ids.append(jobs.register(job))
        job.cancel()
    jobs.register(FakeJob())
    assert jobs.get(job_ids[0], FakeJob) is None
    assert jobs.get(job_ids[-1], FakeJob) is not None


def test_an_owner_may_have_so_many_jobs_and_others_still_find_a_place() -> None:
    jobs = JobRegistry(max_running=MAX_RUNNING, max_per_owner=2, max_ended=MAX_ENDED, lifetime=LIFETIME)
    first = FakeJob()
    jobs.register(first, "192.0.2.1")
    jobs.register(FakeJob(), "192.0.2.1")
    with pytest.raises(TooManyJobsOfOwner):
        jobs.register(FakeJob(), "192.0.2.1")
    jobs.register(FakeJob(), "192.0.2.2")
    first.cancel()
    jobs.register(FakeJob(), "192.0.2.1")


def test_an_owner_whose_running_jobs_used_much_time_starts_no_other() -> None:
    jobs = JobRegistry(max_running=MAX_RUNNING, max_seconds=10, max_ended=MAX_ENDED, lifetime=LIFETIME)
    first = FakeJob()
    jobs.register(first, "192.0.2.1")
    first.seconds = 11
    with pytest.raises(TooManyJobsOfOwner):
        jobs.register(FakeJob(), "192.0.2.1")
    jobs.register(FakeJob(), "192.0.2.2")
    first.cancel()
    jobs.register(FakeJob(), "192.0.2.1")


def test_many_jobs_are_cancelled_at_once() -> None:
    jobs = create_registry(Clock())
    known = [FakeJob() for _ in range(3)]
    ids = [jobs.register(job) for job in known]
    assert jobs.cancel([ids[0], ids[2], ids[2], "nobody"]) == 2
    assert [job.ended.done() for job in known] == [True, False, True]


def test_an_owner_whose_running_jobs_hold_much_memory_starts_no_other() -> None:
    jobs = JobRegistry(max_running=MAX_RUNNING, max_memory=100, max_ended=MAX_ENDED, lifetime=LIFETIME)
    first = FakeJob()
    jobs.register(first, "192.0.2.1")
    first.kept_memory = 100
    with pytest.raises(TooManyJobsOfOwner):
        jobs.register(FakeJob(), "192.0.2.1")
    jobs.register(FakeJob(), "192.0.2.2")
    first.kept_memory = 99
    jobs.register(FakeJob(), "192.0.2.1")


def test_ended_jobs_are_kept_up_to_a_size() -> None:
    jobs = JobRegistry(max_running=MAX_RUNNING, max_memory=100, max_ended=MAX_ENDED, lifetime=LIFETIME)
    ids = []
    for _ in range(4):
        job = FakeJob()
        job.kept_memory = 40
        ids.append(jobs.register(job))
        job.cancel()
    assert [jobs.get(job_id, FakeJob) is not None for job_id in ids] == [False, False, True, True]


def test_jobs_are_listed_by_the_key_of_their_client() -> None:
    jobs, first, second = create_registry(Clock()), FakeJob(), FakeJob()
    one, _, two = (
        jobs.register(first, client_key="mine"),
        jobs.register(FakeJob()),
        jobs.register(second, "a", "mine"),
    )
    assert jobs.jobs_of_client("mine") == {one: first, two: second}
    assert jobs.jobs_of_client("") == jobs.jobs_of_client("other") == {}
    jobs.remove(one)
    assert list(jobs.jobs_of_client("mine")) == [two]


def test_results_on_the_disk_are_bounded_for_an_owner_and_in_all() -> None:
    def job(disk: int) -> FakeJob:
        made = FakeJob()
        made.kept_disk = disk
        return made

    jobs = JobRegistry(max_running=MAX_RUNNING, max_disk=100, max_ended=MAX_ENDED, lifetime=LIFETIME)
    ended = job(40)
    ended_id = jobs.register(ended)
    ended.cancel()
    jobs.register(job(30), "192.0.2.1")
    with pytest.raises(TooManyJobsOfOwner):
        jobs.register(job(21), "192.0.2.1")
    jobs.register(job(20), "192.0.2.1")
    assert jobs.get(ended_id, FakeJob) is ended
    jobs.register(job(50), "192.0.2.2")
    assert jobs.get(ended_id, FakeJob) is None, "it makes room for those that run"
    with pytest.raises(TooManyJobs):
        jobs.register(job(1), "192.0.2.3")
    jobs.register(job(0), "192.0.2.3")
