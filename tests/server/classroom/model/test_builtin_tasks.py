from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.config import TrainingConfig
from engine.data.images import are_available
from engine.kernels import compile_cache
from server.classroom.model.builtin_tasks import available_tasks, builtin_tasks, translate
from server.classroom.model.languages import LANGUAGES
from server.classroom.model.task import Task
from server.goals.goals import Goal, progress
from server.goals.training_status import training_status
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun


def _conv(filters: int) -> dict[str, Any]:
    return {"kind": "conv", "filters": filters}


SOLUTIONS: tuple[dict[str, Any], ...] = (
    {"hidden_layers": [4]},
    {"hidden_layers": [], "features": ["x1_x2"]},
    {"hidden_layers": [8, 8, 8], "optimizer": "adam", "learning_rate": 0.01},
    {"regularization": "l2", "regularization_rate": 0.1},
    {"learning_rate": 0.3},
    {
        "optimizer": "adam",
        "learning_rate": 0.01,
        "initializer": "he_normal",
        "output_activation": "sigmoid",
        "loss": "cross_entropy",
        "batch_size": 5,
    },
    {"normalization": ["batch_norm_before"] * 6},
    {"residual": [1] * 6},
    {"layers": [_conv(8), {"kind": "max_pool"}, _conv(16), {"kind": "max_pool"}]},
)
"""Settings that reach the goal of each task."""

TASK_INDICES = range(len(SOLUTIONS))

KERNELS = {6: "chains", 7: "chains", 8: "image_chains"}
"""Tasks whose networks have kernels of their own, which are compiled on demand."""

TRAINED = [pytest.param(place, marks=pytest.mark.slow if place in KERNELS else ()) for place in TASK_INDICES]


def wait_for_kernels(place: int) -> None:
    if place in KERNELS:
        compile_cache.wait_for(KERNELS[place])


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    compile_cache.wait()


def task(place: int) -> Task:
    return builtin_tasks("en")[place]


def goal(place: int) -> Goal:
    found = task(place).goal
    assert found is not None
    return found


def start(place: int) -> TrainingConfig:
    return TrainingConfig.model_validate(task(place).config)


def reaches_live(config: TrainingConfig, wanted: Goal, epochs: int = 500) -> bool:
    """Return whether training reaches the goal within some epochs, apart from fresh runs."""
    session = Session(config)
    for _ in range(epochs):
        if progress(wanted, training_status(session)).reached:
            return True
        session.train(1, lambda: False)
    return False


def solved(config: TrainingConfig, wanted: Goal, first: int) -> int:
    """Return the number of fresh runs that reach the goal."""
    fresh = wanted.fresh
    assert fresh is not None

    def one(seed: int) -> bool:
        session = Session(config.changed({"data_seed": seed, "weights_seed": seed}))
        training_run = TrainingRun("epoch", fresh.epochs, wanted.stop_criterion, records_losses=False)
        session.start_run(training_run)
        while session.busy:
            session.do_work(lambda: False)
        return training_run.ended.result(0) == "reached"

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, range(first, first + fresh.runs)))


def test_there_are_nine_tasks_that_differ_between_languages_only_in_their_texts() -> None:
    for tasks in zip(*(builtin_tasks(language) for language in LANGUAGES), strict=True):
        contents = [each.model_dump(exclude={"title", "text"}) for each in tasks]
        assert all(content == contents[0] for content in contents)
        assert len({each.title for each in tasks}) == len({each.text for each in tasks}) == len(LANGUAGES)
        assert all(each.order is not None and each.goal is not None for each in tasks)
    assert len(builtin_tasks("en")) == len(SOLUTIONS) == 9
    assert any(goal(place).fresh is not None for place in TASK_INDICES)


def test_a_task_on_handwriting_is_offered_where_its_data_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available_tasks("en") == (builtin_tasks("en") if are_available() else builtin_tasks("en")[:-1])
    monkeypatch.setattr("server.classroom.model.builtin_tasks.are_available", lambda: False)
    assert available_tasks("en") == builtin_tasks("en")[:-1]


def test_a_built_in_task_is_translated_whatever_else_the_teacher_changed_and_other_texts_are_not() -> None:
    for tasks in zip(*(builtin_tasks(language) for language in LANGUAGES), strict=True):
        for given in tasks:
            changed = given.model_copy(update={"locks": [], "goal": None})
            for language, wanted in zip(LANGUAGES, tasks, strict=True):
                assert translate(given, language) == wanted
                assert translate(changed, language).text == wanted.text
                assert translate(changed, language).locks == []
    own = task(0).model_copy(update={"text": "Find it."})
    assert translate(own, "zh-TW") == own


@pytest.mark.parametrize("place", TASK_INDICES)
def test_an_answer_changes_nothing_that_is_locked(place: int) -> None:
    before, after = start(place), start(place).changed(SOLUTIONS[place])
    changed = {name for name in TrainingConfig.model_fields if getattr(before, name) != getattr(after, name)}
    assert changed
    assert not changed & set(task(place).locks)


@pytest.mark.parametrize("place", TRAINED)
def test_the_start_does_not_reach_the_goal(place: int) -> None:
    wait_for_kernels(place)
    assert not reaches_live(start(place), goal(place))


@pytest.mark.parametrize("place", TRAINED)
def test_an_answer_reaches_the_goal(place: int) -> None:
    wait_for_kernels(place)
    assert reaches_live(start(place).changed(SOLUTIONS[place]), goal(place))


@pytest.mark.parametrize(
    "place", [each for place, each in enumerate(TRAINED) if goal(place).fresh is not None]
)
def test_an_answer_reaches_the_goal_from_fresh_seeds(place: int) -> None:
    wait_for_kernels(place)
    config, wanted = start(place).changed(SOLUTIONS[place]), goal(place)
    assert wanted.fresh is not None
    assert all(solved(config, wanted, first) >= wanted.fresh.solved for first in (1, 1000))
