import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.config_fields import MAX_SEED
from server.jobs.summaries import FiveNumberSummary, five_numbers
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan, grid_points
from server.jobs.sweeps import Sweep
from server.jobs.worker_pool import WorkerPool
from server.runtime.scheduler import Scheduler
from server.sessions.training_run import StopCriterion
from tests.server.live import TIMEOUT


@pytest.fixture
def worker_pool() -> Iterator[WorkerPool]:
    scheduler = Scheduler(2)
    worker_pool = WorkerPool(scheduler, 2, max_slice=0.004)
    scheduler.start()
    yield worker_pool
    worker_pool.stop()
    scheduler.stop()


def plan(epochs: int = 3, goal: StopCriterion | None = None, **grid: list[Any]) -> SweepPlan:
    settings = grid_points(grid)
    config = TrainingConfig().changed({"hidden_layers": [2]})
    return SweepPlan(config, settings, [4, 5, 6], "weights", epochs, goal or StopCriterion())


def test_a_grid_without_settings_has_one_point() -> None:
    assert grid_points({}) == [{}]
    assert grid_points({"a": [1, 2], "b": [3, 4]}) == [
        {"a": 1, "b": 3},
        {"a": 1, "b": 4},
        {"a": 2, "b": 3},
        {"a": 2, "b": 4},
    ]


def test_seeds_wrap_around_after_the_last() -> None:
    assert list(ConsecutiveSeeds(7, 3)) == [7, 8, 9]
    assert list(ConsecutiveSeeds(MAX_SEED, 2)) == ConsecutiveSeeds(MAX_SEED, 2)[:] == [MAX_SEED, 0]


def spread(*values: float) -> FiveNumberSummary | None:
    return five_numbers(np.array(values), np.zeros(len(values), int), 1)[0]


def test_a_spread_is_in_order() -> None:
    assert spread() is None
    assert spread(3.0) == FiveNumberSummary(3, 3, 3, 3, 3, runs=1)
    assert spread(4.0, 1.0, math.nan, 3.0, 2.0, 5.0) == FiveNumberSummary(1, 2, 3, 4, 5, runs=5)


def test_the_spread_of_each_group_is_that_of_its_values_alone() -> None:
    values, groups = np.random.default_rng(1).normal(size=100), np.arange(100) % 7
    groups[groups == 3] = 5
    summaries = five_numbers(values, groups, 7)
    assert summaries[3] is None
    for group in (0, 1, 2, 4, 5, 6):
        own = values[groups == group]
        expected = [*np.quantile(own, [0, 0.25, 0.5, 0.75, 1]), len(own)]
        assert summaries[group] == pytest.approx(expected)


def test_every_point_of_the_grid_is_run_with_every_seed(worker_pool: WorkerPool) -> None:
    runs = Sweep(plan(learning_rate=[0.01, 0.1]))
    assert [summary.train_loss for summary in runs.summaries()] == [None, None]
    worker_pool.submit(runs.task_group)
    assert runs.ended.result(TIMEOUT) == "done"
    assert [(run.setting, run.seed) for run in runs.results] == [(s, n) for s in (0, 1) for n in (4, 5, 6)]
    assert {run.ending for run in runs.results} == {"done"}
    assert len({run.train_loss for run in runs.results}) == 6
    assert [summary.settings for summary in runs.summaries()] == [
        {"learning_rate": 0.01},
        {"learning_rate": 0.1},
    ]


def test_success_means_reaching_the_goal_without_divergence(worker_pool: WorkerPool) -> None:
    runs = Sweep(
        plan(40, StopCriterion(train_loss=0.05), learning_rate=[0.03, 100.0], problem=["regression"])
    )
    worker_pool.submit(runs.task_group)
    runs.ended.result(TIMEOUT)
    good, bad = runs.summaries()
    assert (good.success_rate, good.diverged) == (1.0, 0)
    assert good.epochs_to_goal is not None
    assert bad.diverged > 0


@pytest.mark.medium
def test_diverged_runs_have_no_losses_and_do_not_count_in_the_quartiles(worker_pool: WorkerPool) -> None:
    always_met = StopCriterion(test_loss=1e6)
    for goal in (None, always_met):
        sweep = Sweep(
            plan(40, goal, learning_rate=[0.03, 100.0], problem=["regression"], activation=["linear"])
        )
        worker_pool.submit(sweep.task_group)
        sweep.ended.result(TIMEOUT)
        good, bad = sweep.summaries()
        diverged = [run for run in sweep.results if run.setting == 1]
        assert {run.ending for run in diverged} == {"diverged"}
        assert {run[4:] for run in diverged} == {(None, None, None, None)}
        assert (bad.runs, bad.diverged, bad.train_loss, bad.test_loss) == (3, 3, None, None)
        assert bad.success_rate == (None if goal is None else 0.0)
        assert good.test_loss is not None
        assert good.test_loss.runs == 3


def test_a_goal_that_holds_before_training_is_met_by_the_first_epoch(worker_pool: WorkerPool) -> None:
    sweep = Sweep(plan(40, StopCriterion(test_loss=1e6)))
    worker_pool.submit(sweep.task_group)
    sweep.ended.result(TIMEOUT)
    assert {(run.ending, run.epochs) for run in sweep.results} == {("reached", 1)}


def test_results_before_a_cancellation_are_kept(worker_pool: WorkerPool) -> None:
    runs = Sweep(plan(epochs=50_000_000))
    worker_pool.submit(runs.task_group)
    runs.cancel()
    assert runs.ended.result(TIMEOUT) == "cancelled"
    assert runs.summaries()[0].runs == len(runs.results)
