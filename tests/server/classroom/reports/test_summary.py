import math

from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from server.classroom.reports.summary import (
    LOSS_BIN_EDGES,
    LearnerState,
    count_by_bin,
    learner_states_of,
    summary,
)
from server.goals.goals import TrainingStatus
from tests.server.classroom.reports.test_results import TASK, member, room, submission


def learner(**settings: object) -> LearnerState:
    return LearnerState(TrainingConfig().changed(settings), False, None, None, 0.2)


def test_the_most_frequent_come_first() -> None:
    result = summary(
        [
            learner(hidden_layers=[8, 8], activation="relu", learning_rate=0.1),
            learner(learning_rate=0.03),
            learner(learning_rate=0.1),
            learner(hidden_layers=[], learning_rate=0.01),
            LearnerState(None, False, None, None, None),
        ]
    )
    assert [(each.hidden_layers, each.count) for each in result.architectures] == [
        ([4, 2], 2), ([], 1), ([8, 8], 1),
    ]  # fmt: skip
    assert [(each.activation, each.count) for each in result.activations] == [("tanh", 2), ("relu", 1)]
    assert [(each.learning_rate, each.count) for each in result.learning_rates] == [
        (0.01, 1), (0.03, 1), (0.1, 2),
    ]  # fmt: skip
    assert (result.learners, result.unknown, result.handed_in) == (5, 1, 0)


def test_layers_with_activations_of_their_own_are_mixed() -> None:
    result = summary(
        [learner(layer_activations=["relu", "tanh"]), learner(layer_activations=["relu", "relu"])]
    )
    assert {each.activation for each in result.activations} == {"mixed", "relu"}


def test_a_hand_in_counts_instead_of_the_present_network() -> None:
    ada, bo = member("Ada", submission()), member("Bo", submission(met=False, test_loss=0.4))
    ada.status = TrainingStatus(TrainingConfig(), (2, 4, 2, 1), 25, 10, 0.5, 0.6, None, None, 0.6, 10)
    result = summary(learner_states_of(room(ada, bo, member("Cy"), task=TASK)))
    assert [(each.learning_rate, each.count) for each in result.learning_rates] == [(0.1, 2)]
    assert (result.handed_in, result.reached, result.missed, result.unknown) == (2, 1, 1, 1)
    assert result.losses.handed_in == count_by_bin([0.015, 0.4])
    assert result.losses.present == count_by_bin([0.6])


def test_a_loss_lies_below_the_edge_of_its_bin() -> None:
    assert count_by_bin([0.0, LOSS_BIN_EDGES[0], 0.002, 5.0, math.inf, None, math.nan]) == [
        2,
        1,
        0,
        0,
        0,
        0,
        0,
        2,
    ]


@given(st.lists(st.floats(min_value=0) | st.none()))
def test_no_loss_is_counted_twice_or_lost(losses: list[float | None]) -> None:
    assert sum(count_by_bin(losses)) == sum(loss is not None for loss in losses)
