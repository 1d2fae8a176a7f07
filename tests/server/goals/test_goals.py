from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.config import TrainingConfig
from server.goals.goals import Goal, TrainingStatus, progress

GOALS = st.fixed_dictionaries(
    {},
    optional={
        "test_loss_at_most": st.floats(0, 1),
        "accuracy_at_least": st.floats(0, 1),
        "within_epochs": st.integers(1, 500),
        "most_neurons": st.integers(0, 12),
        "most_weights": st.integers(1, 60),
        "only_features": st.lists(st.sampled_from(["x1", "x2", "x1_x2"]), min_size=1, unique=True),
    },
)


def training_status(**values: Any) -> TrainingStatus:
    defaults: dict[str, Any] = {
        "config": TrainingConfig(),
        "shape": (2, 4, 2, 1),
        "weights": 25,
        "epoch": 100,
        "train_loss": 0.1,
        "test_loss": 0.1,
        "train_accuracy": 0.9,
        "test_accuracy": 0.9,
        "score": values.get("test_loss", 0.1),
        "epochs_seen": values.get("epoch", 100),
    }
    return TrainingStatus(**{**defaults, **values})


STATUSES = st.builds(
    training_status,
    epoch=st.integers(1, 500),
    test_loss=st.floats(0, 1),
    test_accuracy=st.one_of(st.none(), st.floats(0, 1)),
    weights=st.integers(1, 60),
    diverged=st.booleans(),
)


@pytest.mark.medium
@given(GOALS, STATUSES)
def test_a_goal_is_reached_when_each_of_its_parts_is(
    given_goal: dict[str, Any], status: TrainingStatus
) -> None:
    found = progress(Goal(**given_goal), status)
    assert [part.kind for part in found.parts] == [name for name in Goal.model_fields if name in given_goal]
    by_hand: dict[str, Callable[[Any], bool]] = {
        "test_loss_at_most": lambda most: status.test_loss <= most,
        "accuracy_at_least": lambda least: status.test_accuracy is not None and status.test_accuracy >= least,
        "within_epochs": lambda most: status.epoch <= most,
        "most_neurons": lambda most: most >= 6,
        "most_weights": lambda most: status.weights <= most,
        "only_features": lambda names: {"x1", "x2"} <= set(names),
    }
    expected = [by_hand[part.kind](given_goal[part.kind]) for part in found.parts]
    assert [part.met for part in found.parts] == expected
    assert found.reached == (bool(expected) and all(expected) and not status.diverged)


@st.composite
def reached_goals(draw: st.DrawFn, status: TrainingStatus) -> dict[str, Any]:
    """Draw a goal that a training has reached."""
    parts: dict[str, st.SearchStrategy[Any]] = {
        "test_loss_at_most": st.floats(status.test_loss, 1),
        "within_epochs": st.integers(max(1, status.epoch), 501),
        "most_neurons": st.integers(6, 12),
        "most_weights": st.integers(status.weights, 60),
        "only_features": st.sampled_from([["x1", "x2"], ["x2", "x1", "x1_x2"]]),
    }
    if status.test_accuracy is not None:
        parts["accuracy_at_least"] = st.floats(0, status.test_accuracy)
    return draw(st.fixed_dictionaries({}, optional=parts).filter(bool))


@pytest.mark.medium
@given(st.data(), STATUSES.filter(lambda status: not status.diverged))
def test_who_reaches_each_of_two_goals_reaches_both(data: st.DataObject, status: TrainingStatus) -> None:
    one, other = data.draw(reached_goals(status)), data.draw(reached_goals(status))
    for goal in (one, other, {**one, **other}):
        assert progress(Goal(**goal), status).reached


@pytest.mark.medium
@given(GOALS, GOALS.filter(bool), STATUSES)
def test_a_goal_that_is_not_reached_is_not_reached_with_further_parts(
    further: dict[str, Any], goal: dict[str, Any], status: TrainingStatus
) -> None:
    assume(not progress(Goal(**goal), status).reached)
    assert not progress(Goal(**{**further, **goal}), status).reached


def test_the_score_decides_and_not_the_loss_that_is_trained() -> None:
    goal = Goal(test_loss_at_most=0.2)
    assert not progress(goal, training_status(test_loss=0.1, score=0.4)).reached
    assert progress(goal, training_status(test_loss=0.4, score=0.1)).reached


@pytest.mark.parametrize("goal", [Goal(test_loss_at_most=1), Goal(accuracy_at_least=0.1)])
def test_an_untrained_network_has_no_score_and_no_accuracy(goal: Goal) -> None:
    untrained = progress(goal, training_status(epoch=0, epochs_seen=0.96))
    assert (untrained.reached, untrained.parts[0].value) == (False, None)
    assert progress(goal, training_status(epoch=0, epochs_seen=1.0)).reached
    assert progress(goal, training_status(epoch=0, edited=True)).reached


def test_a_goal_for_the_network_alone_needs_no_training() -> None:
    assert progress(Goal(most_weights=25), training_status(epoch=0)).reached


@pytest.mark.parametrize(("seen", "counted"), [(0.0, 0), (0.04, 1), (2.9999999999, 3), (3.0, 3), (3.04, 4)])
def test_an_epoch_that_has_begun_counts(seen: float, counted: int) -> None:
    assert training_status(epochs_seen=seen).counted_epochs == counted
    assert progress(Goal(within_epochs=3), training_status(epochs_seen=seen)).reached == (counted <= 3)


def test_fresh_runs_count_only_for_a_hand_in() -> None:
    goal = Goal.model_validate({"test_loss_at_most": 0.2, "fresh": {"runs": 5, "solved": 4, "epochs": 100}})
    before = progress(goal, training_status())
    assert before.reached
    assert [(part.kind, part.met) for part in before.parts] == [("test_loss_at_most", True), ("fresh", False)]
    for solved, met in ((3, False), (4, True)):
        assert progress(goal, training_status(), solved=solved).parts[-1].met is met


@pytest.mark.parametrize(
    "wrong",
    [
        {"test_loss_at_most": -1},
        {"accuracy_at_least": 1.1},
        {"within_epochs": 0},
        {"only_features": ["x9"]},
        {"only_features": []},
        {"best": 1},
        {"fresh": {"runs": 5, "solved": 4, "epochs": 100}},
        {"most_weights": 9, "fresh": {"runs": 5, "solved": 4, "epochs": 100}},
        {"test_loss_at_most": 0.1, "fresh": {"runs": 5, "solved": 6, "epochs": 100}},
        {"test_loss_at_most": 0.1, "fresh": {"runs": 21, "solved": 6, "epochs": 100}},
    ],
)
def test_an_invalid_goal_is_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Goal.model_validate(wrong)
