from hypothesis import given
from hypothesis import strategies as st

from server.classroom.model.leaderboard import ranks, value_of

VALUES = st.lists(st.floats(0, 10).map(lambda value: round(value, 1)), max_size=30)


def test_equal_values_share_a_rank_and_the_next_counts_all_before() -> None:
    assert ranks([9, 3, 5, 3]) == [4, 1, 3, 1]
    assert ranks([]) == []


@given(VALUES)
def test_a_rank_is_one_plus_the_number_of_better_values(values: list[float]) -> None:
    assert ranks(values) == [1 + sum(other < value for other in values) for value in values]


@given(VALUES)
def test_ranks_do_not_depend_on_the_order_of_values(values: list[float]) -> None:
    places = dict(zip(values, ranks(values), strict=True))
    assert ranks(values[::-1]) == [places[value] for value in values[::-1]]


def test_scores_that_are_equal_when_rounded_tie() -> None:
    one, other = (
        value_of("lowest_test_loss", weights=9, epochs=1, score=score) for score in (0.01, 0.010001)
    )
    assert one == other
    assert value_of("fewest_weights", weights=9, epochs=7, score=0.1) == 9
    assert value_of("fewest_epochs", weights=9, epochs=7, score=0.1) == 7
