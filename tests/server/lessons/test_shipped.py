"""The lessons that come with Tinkernet: valid, whole in each language, and true of this engine."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.config import TrainingConfig
from server.goals.training_status import training_status
from server.lessons.blocks import CheckBlock, Solution
from server.lessons.checks import check_progress
from server.lessons.folder import LANGUAGES
from server.lessons.lesson import Lesson, LessonStep
from server.lessons.library import Library
from server.protocol.inside import PointToInspect
from server.sessions.inside import applied_report, step_report
from server.sessions.racing import start_race
from server.sessions.rules import Rules, changed_settings
from server.sessions.session import Session

CONTENT = Library().content()
LESSONS = list(CONTENT.lessons.values())


def _checks() -> Iterator[tuple[Lesson, int, LessonStep, int, CheckBlock]]:
    for lesson in LESSONS:
        for number, step in enumerate(next(iter(lesson.texts.values())).steps, 1):
            for place, check in enumerate(step.checks, 1):
                yield lesson, number, step, place, check


def test_nothing_is_wrong_with_them() -> None:
    assert [str(fault) for fault in CONTENT.faults] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_each_is_there_in_every_language(lesson: Lesson) -> None:
    assert tuple(lesson.texts) == LANGUAGES


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_no_solution_changes_what_its_step_locks(lesson: Lesson) -> None:
    for step in next(iter(lesson.texts.values())).steps:
        rules = Rules(frozenset(step.block.lock))
        for check in step.checks:
            if check.solution is not None:
                changed = changed_settings(step.config, step.config.changed(check.solution.change))
                assert rules.first_locked(changed) is None, step.title


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "check"),
    [
        pytest.param(step, check, id=f"{lesson.name}-{number}-{place}")
        for lesson, number, step, place, check in _checks()
    ],
)
def test_each_check_is_reached_by_its_solution(step: LessonStep, check: CheckBlock) -> None:
    assert check.solution is not None, "a shipped check has a solution"
    race = step.block.race
    if step.has_seeds:
        assert _is_reached(check, check.solution, step.config, race)
        return
    seeds = [{"data_seed": seed, "weights_seed": seed} for seed in range(10)]
    reached = [_is_reached(check, check.solution, step.config.changed(each), race) for each in seeds]
    assert sum(reached) >= check.solution.seeds, f"reached from {sum(reached)} of 10 seeds"


def _is_reached(
    check: CheckBlock, solution: Solution, config: TrainingConfig, race: dict[str, Any] | None
) -> bool:
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
        session.note_edit()
    for index in range(solution.points):
        step_report(session, PointToInspect(index=index), None)
    for _ in range(solution.point_steps):
        assert applied_report(session, PointToInspect(index=0), None).applied
    parts = check_progress(check, training_status(session)).parts
    diverged = session.trainer.divergence is not None
    return all(part.met for part in parts if part.kind != "fresh") and (diverged <= (check.diverged is True))
