from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.classroom.model.submission import Submission, best_of
from server.goals.goals import Goal
from tests.server.classroom.model.test_room import member, room
from tests.server.classroom.model.test_room import submission as sample

GOAL = Goal.model_validate({"test_loss_at_most": 0.1, "fresh": {"runs": 5, "solved": 3, "epochs": 9}})

ATTEMPTS = st.lists(
    st.fixed_dictionaries(
        {
            "met": st.booleans(),
            "edited": st.booleans(),
            "solved": st.sampled_from([None, 0, 3, 5]),
            "score": st.sampled_from([0.01, 0.02]),
            "at": st.integers(0, 9).map(float),
        }
    ),
    min_size=1,
    max_size=8,
)


def submission(**fields: Any) -> Submission:
    return sample(**{"goal": GOAL, "wanted_runs": 5, "wanted_solved": 3, **fields})


@given(ATTEMPTS, st.fixed_dictionaries({"score": st.sampled_from([0.01, 0.02]), "met": st.just(False)}))
def test_a_worse_attempt_never_replaces_one_that_reached_the_goal(
    rows: list[dict[str, Any]], worse: dict[str, Any]
) -> None:
    attempts = [submission(**row) for row in rows]
    best = best_of(attempts, "lowest_test_loss")
    assert best is not None
    assert best.reached == any(each.reached for each in attempts)
    if best.reached:
        assert best_of([*attempts, submission(**worse, at=99.0)], "lowest_test_loss") is best


def test_the_best_reached_the_goal_then_held_in_more_runs_then_ranks_first_then_is_the_earliest() -> None:
    missed = submission(met=False, solved=5, score=0.0, at=0.0)
    held_less = submission(solved=3, score=0.01, at=1.0)
    late = submission(solved=5, score=0.02, at=3.0)
    early = submission(solved=5, score=0.02, at=2.0)
    scored = submission(solved=5, score=0.01, at=4.0)
    order = [scored, early, late, held_less, missed]
    for number in range(len(order)):
        assert best_of(order[number:][::-1], "lowest_test_loss") is order[number]


def test_an_attempt_by_training_goes_before_one_by_hand_as_that_has_no_rank() -> None:
    by_hand, trained = submission(solved=5, edited=True), submission(solved=3, at=2000.0)
    assert best_of([by_hand, trained], "fewest_weights") is trained


def test_without_goal_and_order_the_latest_attempt_counts() -> None:
    attempts = [submission(goal=None, wanted_runs=0, at=at) for at in (1.0, 2.0)]
    assert best_of(attempts, None) is attempts[1]
    assert best_of([], None) is None


def test_attempts_at_another_task_stay_but_do_not_count() -> None:
    ada = member("Ada")
    ada.attempts = [submission(task_key="one"), submission(task_key="two")]
    there = room(ada, task_key="two")
    for key, best in (("two", ada.attempts[1]), ("one", ada.attempts[0]), ("three", None)):
        there.task_key = key
        there.choose_best(ada)
        assert ada.submission is best
