"""Tries the solution of a check from ten seeds: whether the check is reached, and the measures at the end."""

from typing import NamedTuple

from engine.config import TrainingConfig
from server.goals.training_status import training_status
from server.lessons.blocks import CheckBlock, Solution
from server.lessons.checks import check_progress
from server.lessons.following import measures_of
from server.lessons.lesson import LessonStep
from server.protocol.inside import PointToInspect
from server.sessions.inside import applied_report, step_report
from server.sessions.race_commands import start_race
from server.sessions.session import Session

SEED_COUNT = 10
"""The number of seeds from which a solution is tried."""


class Trial(NamedTuple):
    """One training with a solution.

    Attributes:
        is_reached: whether it met all conditions of the check except fresh runs.
        measured: the measures at its end by name; see `measures_of`.
    """

    is_reached: bool
    measured: dict[str, float | None]


def try_solution(step: LessonStep, check: CheckBlock) -> list[Trial]:
    """Return the trials of a check's solution: from ten seeds, or one if the lesson sets both seeds.

    A check without a solution has none.
    """
    if check.solution is None:
        return []
    numbers = [None] if step.has_seeds else list(range(SEED_COUNT))
    configs = [
        step.config if seed is None else step.config.changed({"data_seed": seed, "weights_seed": seed})
        for seed in numbers
    ]
    return [_try_once(step, check, check.solution, config) for config in configs]


def _try_once(step: LessonStep, check: CheckBlock, solution: Solution, config: TrainingConfig) -> Trial:
    race = step.block.race
    session = Session(config if race is not None else config.changed(solution.change))
    if race is not None:
        start_race(session, race)
        session.configure(solution.change)
    session.loop.train(solution.epochs, lambda: False, stride=max(1, solution.epochs))
    for _ in range(solution.steps):
        session.loop.train_batch(1)
    if session.race.rival is not None:
        session.race.rival.follow(session.trainer)
    if solution.output_bias is not None:
        session.trainer.set_bias(len(session.trainer.network.shape) - 1, 0, solution.output_bias)
        session.mark_edited()
    for index in range(solution.points):
        step_report(session, PointToInspect(index=index), None)
    for _ in range(solution.point_steps):
        applied_report(session, PointToInspect(index=0), None)
    status = training_status(session)
    parts = check_progress(check, status).parts
    diverged = session.trainer.divergence is not None
    is_reached = all(part.met for part in parts if part.kind != "fresh") and diverged <= (
        check.diverged is True
    )
    return Trial(is_reached, measures_of(status))
