"""The lessons that come with Tinkernet: valid, whole in each language, and true of this engine."""

from collections.abc import Iterator

import pytest

from server.lessons.blocks import CheckBlock
from server.lessons.folder import LANGUAGES
from server.lessons.lesson import Lesson, LessonStep
from server.lessons.library import Library
from server.lessons.trial import try_solution
from server.sessions.rules import Rules, changed_settings

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
    reached = [trial.is_reached for trial in try_solution(step, check)]
    wanted = 1 if step.has_seeds else check.solution.seeds
    assert sum(reached) >= wanted, f"reached from {sum(reached)} of {len(reached)} seeds"
