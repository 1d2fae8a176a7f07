import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sessions.loss_history import (
    EMPTY_CURSOR,
    MAX_HISTORY_POINTS,
    MAX_LOSS,
    Cursor,
    LossHistory,
    LossPoints,
)


def losses(epoch: int) -> tuple[float, float]:
    return 1 / (epoch + 1), 2 / (epoch + 1)


def test_few_points_are_all_exact() -> None:
    history = LossHistory()
    for epoch in range(100):
        history.add(epoch, *losses(epoch))
    points = history.points()
    assert points["epoch"].tolist() == list(range(100))
    assert points["train"] == pytest.approx([losses(epoch)[0] for epoch in range(100)])
    assert history.generation == 0


@pytest.mark.parametrize("stride", [1, 3, 64])
def test_many_points_stay_few_even_and_true(stride: int) -> None:
    history = LossHistory()
    epochs = range(0, 100_000 * stride, stride)
    for epoch in epochs:
        history.add(epoch, *losses(epoch))
    points = history.points()
    assert MAX_HISTORY_POINTS / 4 < len(points) <= MAX_HISTORY_POINTS + 1
    assert (points["epoch"][0], points["train"][0]) == (0, 1)
    assert points["epoch"][-1] == epochs[-1]
    assert points["train"][-1] == pytest.approx(losses(epochs[-1])[0], rel=1e-6)
    gaps = np.diff(points["epoch"])
    assert gaps.min() > 0
    assert gaps[1:-1].max() <= 4 * np.median(gaps)
    assert (points["epoch"] == np.floor(points["epoch"])).all()
    inner = points[2:-1]
    spread = history.width / inner["epoch"]
    assert (np.abs(inner["train"] * (inner["epoch"] + 1) - 1) <= 0.6 * spread + 1e-3).all()


@given(
    steps=st.lists(st.integers(1, 40), min_size=1, max_size=400),
    capacity=st.integers(4, 40),
    reads=st.sets(st.integers(0, 400)),
)
def test_increments_add_up_to_the_whole_history(steps: list[int], capacity: int, reads: set[int]) -> None:
    """A reader that follows with a cursor has the same points as one that reads everything."""
    history, cursor, epoch = LossHistory(capacity), EMPTY_CURSOR, 0
    followed: LossPoints = history.points()
    for number, step in enumerate(steps):
        epoch += step
        history.add(epoch, *losses(epoch))
        if number in reads:
            whole, points, cursor = history.since(cursor)
            followed = points if whole else np.append(followed, points)
            assert followed.tolist() == history.since(EMPTY_CURSOR)[1].tolist()
    assert len(history) <= capacity
    everything = history.points()["epoch"]
    assert (np.diff(everything) > 0).all()
    assert (everything[0], everything[-1]) == (steps[0], epoch)


def test_an_epoch_not_after_the_last_one_is_ignored() -> None:
    history = LossHistory()
    history.add(5, 1, 1)
    history.add(5, 2, 2)
    history.add(4, 2, 2)
    assert history.points().tolist() == [(5, 1, 1)]


def test_after_clearing_a_reader_gets_the_whole_history_again() -> None:
    history = LossHistory()
    history.add(0, 1, 1)
    *_, cursor = history.since(EMPTY_CURSOR)
    history.clear()
    history.add(0, 0.5, 0.5)
    whole, points, cursor = history.since(cursor)
    assert whole
    assert points.tolist() == [(0, 0.5, 0.5)]
    assert history.since(cursor)[1].size == 0
    assert cursor == Cursor(1, 1)


def test_a_reader_of_nothing_yet_replaces_all() -> None:
    whole, points, _ = LossHistory().since(EMPTY_CURSOR)
    assert whole
    assert points.size == 0


def test_the_greatest_losses_are_bounded_so_that_merging_them_never_overflows() -> None:
    history = LossHistory(4)
    for epoch in range(20):
        history.add(epoch, 1.7e308, 1e200)
    assert history.points()["train"].tolist() == pytest.approx([MAX_LOSS] * len(history.points()))
    assert history.points()["test"].tolist() == pytest.approx([1e200] * len(history.points()))
