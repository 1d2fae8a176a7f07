"""Further points like those that are there."""

import numpy as np
import pytest

from engine.data.datasets import draw
from engine.data.density import KERNEL_WIDTHS, LONE_WIDTH, best_width, sample_like


def rows_of(dataset: str) -> list[list[float]]:
    """Return the points of a dataset as rows."""
    rows: list[list[float]] = np.column_stack(draw(dataset, rng=np.random.default_rng(5))).tolist()
    return rows


@pytest.mark.parametrize("dataset", ["circle", "spiral", "moons"])
def test_new_points_follow_the_shape_of_each_class(dataset: str) -> None:
    rows = np.array(rows_of(dataset))
    new, widths = sample_like(rows.tolist(), 100, np.random.default_rng(1), by_class=True)
    assert new.shape == (200, 3)
    assert set(widths) == {-1.0, 1.0}
    squares = ((new[:, None, :2] - rows[None, :, :2]) ** 2).sum(axis=2)
    nearest = rows[squares.argmin(axis=1), 2]
    assert (nearest == new[:, 2]).mean() > 0.93
    assert max(widths.values()) < 0.5


def test_the_same_seed_draws_the_same_points_and_another_one_others() -> None:
    rows = rows_of("gaussian")
    first, again, other = (
        sample_like(rows, 20, np.random.default_rng(seed), by_class=True).rows.tolist() for seed in (1, 1, 2)
    )
    assert first == again != other


def test_targets_of_a_regression_follow_the_place() -> None:
    rng = np.random.default_rng(2)
    places = rng.uniform(-5, 5, (400, 2))
    rows = np.column_stack([places, places[:, 0] / 5]).tolist()
    new, widths = sample_like(rows, 300, rng, by_class=False)
    assert list(widths) == [0.0]
    assert np.abs(new[:, 2] - new[:, 0] / 5).mean() < 0.05


def test_points_stay_on_the_plane_but_where_theirs_lie_beyond() -> None:
    rng = np.random.default_rng(3)
    corner = [[6.0, 6.0, 1.0], [5.9, -6.0, 1.0], [40.0, 0.0, -1.0], [41.0, 0.5, -1.0]]
    new = sample_like(corner, 200, rng, by_class=True, width=1.5).rows
    assert np.abs(new[new[:, 2] == 1.0, :2]).max() <= 6
    assert new[new[:, 2] == -1.0, 0].min() > 30


def test_a_width_is_found_for_few_equal_and_far_points() -> None:
    assert best_width(np.array([[1.0, 1.0]])) == LONE_WIDTH
    assert best_width(np.array([[1.0, 1.0]] * 30)) == LONE_WIDTH
    assert best_width(np.array([[-900.0, 0.0], [900.0, 0.0]])) == KERNEL_WIDTHS[-1]
    assert best_width(np.random.default_rng(0).standard_normal((1000, 2))) < 0.6
    new = sample_like([[1.0, 1.0, 1.0]] * 5, 3, np.random.default_rng(0), by_class=True, width=0.01).rows
    assert np.abs(new[:, :2] - 1).max() < 0.1
