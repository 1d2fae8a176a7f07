from hypothesis import given
from hypothesis import strategies as st

from server.limits.memory_budget import MemoryBudget


def test_work_that_does_not_fit_waits_until_other_work_has_ended() -> None:
    budget = MemoryBudget(100, 60)
    assert budget.begin("a", 40)
    assert not budget.begin("a", 40), "more than one client may have"
    assert budget.begin("b", 60)
    assert not budget.begin("a", 1), "more than all may have"
    budget.end("b", 60)
    assert budget.begin("a", 20)
    assert budget.used == 60


def test_a_client_with_nothing_under_way_may_always_begin() -> None:
    budget = MemoryBudget(100, 60)
    assert budget.begin("a", 500)
    assert budget.begin("b", 50)
    assert not budget.begin("b", 50)
    budget.end("b", 50)
    assert budget.begin("b", 50)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 80)), max_size=60))
def test_everything_that_ends_is_counted_no_more(work: list[tuple[str, int]]) -> None:
    budget = MemoryBudget(100, 60)
    begun = [each for each in work if budget.begin(*each)]
    assert budget.used == sum(size for _, size in begun)
    for each in begun:
        budget.end(*each)
    assert budget.used == 0
    assert budget.begin("d", 60)
