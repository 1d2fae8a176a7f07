"""Fresh runs, from other seeds, that a lesson's check asks for."""

import secrets

from engine.config import TrainingConfig
from engine.config_fields import MAX_SEED
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan
from server.jobs.sweeps import Sweep
from server.lessons.checks import Check
from server.lessons.fresh_results import FreshResults
from server.limits.training_size import memory_of


def lesson_sweep(
    check: Check, config: TrainingConfig, results: FreshResults, *, owner: str, max_epochs: int
) -> Sweep:
    """Return the sweep of a check's fresh runs; when it has ended, the number of successes is in `results`.

    Args:
        check: a check with fresh runs.
        config: the settings of the runs, whatever their seeds.
        results: the cache for the result.
        owner: the client network that starts them.
        max_epochs: the most epochs of one run.
    """
    fresh = check.fresh
    assert fresh is not None
    sweep = Sweep(
        SweepPlan(
            config=config,
            settings=[{}],
            seeds=ConsecutiveSeeds(secrets.randbelow(MAX_SEED + 1), fresh.runs),
            vary="both",
            epochs=min(fresh.epochs, check.within_epochs or fresh.epochs, max_epochs),
            stop_criterion=check.stop_criterion,
            memory=memory_of(config),
            owner=owner,
        )
    )

    def on_ended(_: object) -> None:
        if not sweep.ended.cancelled() and sweep.ended.exception() is None and sweep.ended.result() == "done":
            results.put(check, config, sweep.number_reached)

    sweep.ended.add_done_callback(on_ended)
    return sweep
