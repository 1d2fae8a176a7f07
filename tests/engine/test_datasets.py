import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import DATASETS, PLANE, Dataset, Points, draw, split
from engine.errors import InvalidValue

CLASSES = [name for name, kind in DATASETS.items() if kind.problem == "classification"]


def drawn(name: str, noise: float = 0, seed: int = 0, count: int | None = None) -> Points:
    return draw(name, rng=np.random.default_rng(seed), noise=noise, count=count)


def distance(points: Points, x1: float = 0, x2: float = 0) -> np.ndarray:
    return np.hypot(points.inputs[:, 0] - x1, points.inputs[:, 1] - x2)


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("noise", [0, 25, 50, 80])
def test_size_type_and_repeatability(name: str, noise: float) -> None:
    points, again, other = drawn(name, noise), drawn(name, noise), drawn(name, noise, seed=1)
    assert points.inputs.shape == (DATASETS[name].points, 2)
    assert points.targets.shape == (DATASETS[name].points,)
    assert points.inputs.dtype == points.targets.dtype == np.float64
    np.testing.assert_array_equal(points.inputs, again.inputs)
    np.testing.assert_array_equal(points.targets, again.targets)
    assert not np.array_equal(points.inputs, other.inputs)


def test_classification_has_500_points_and_regression_1200() -> None:
    assert {kind.points for kind in DATASETS.values() if kind.problem == "classification"} == {500}
    assert {kind.points for kind in DATASETS.values() if kind.problem == "regression"} == {1200}


@pytest.mark.parametrize("name", CLASSES)
def test_two_classes_of_about_the_same_size(name: str) -> None:
    targets = drawn(name).targets
    assert set(targets) == {-1.0, 1.0}
    assert abs(targets.mean()) < 0.15


@pytest.mark.parametrize("name", DATASETS)
def test_points_are_shuffled(name: str) -> None:
    targets = drawn(name, count=400).targets
    assert abs(targets[:200].mean() - targets[200:].mean()) < 0.35


@given(name=st.sampled_from(list(DATASETS)), count=st.integers(0, 40), noise=st.floats(0, 80))
def test_any_count_of_finite_points(name: str, count: int, noise: float) -> None:
    points = drawn(name, noise, count=count)
    assert points.inputs.shape == (count, 2)
    assert np.isfinite(points.inputs).all()
    assert np.isfinite(points.targets).all()


def test_circle_is_a_disc_in_a_ring() -> None:
    points = drawn("circle")
    radius = distance(points)
    assert ((radius < 2.5) == (points.targets > 0)).all()
    outer = radius[points.targets < 0]
    assert outer.min() >= 3.5
    assert outer.max() <= 5
    assert len(outer) == 250
    # Uniform along the radius, not over the area.
    assert abs(np.median(radius[points.targets > 0]) - 1.25) < 0.2
    assert abs(np.median(outer) - 4.25) < 0.15


def test_xor_keeps_away_from_the_axes() -> None:
    points = drawn("xor")
    assert np.abs(points.inputs).min() >= 0.3
    assert np.abs(points.inputs).max() <= 5.3
    assert ((points.inputs.prod(axis=1) >= 0) == (points.targets > 0)).all()


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (50, 4.0)])
def test_gaussian_clouds_have_their_centres_and_variance(noise: float, variance: float) -> None:
    points = drawn("gaussian", noise, count=20_000)
    for sign in (1, -1):
        cloud = points.inputs[points.targets == sign]
        np.testing.assert_allclose(cloud.mean(axis=0), [2 * sign, 2 * sign], atol=0.08)
        np.testing.assert_allclose(cloud.var(axis=0), [variance, variance], rtol=0.05)


def test_spiral_arms_lie_on_their_curves() -> None:
    points = drawn("spiral")
    radius = distance(points)
    angle = 3.5 * np.pi * radius / 5 + np.where(points.targets > 0, 0, np.pi)
    expected = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    np.testing.assert_allclose(points.inputs, expected, atol=1e-12)
    np.testing.assert_allclose(np.sort(radius[points.targets > 0]), 5 * np.arange(250) / 250, atol=1e-12)


def test_noise_moves_the_points_of_the_spiral_by_at_most_itself() -> None:
    moved = np.abs(drawn("spiral", 30).inputs - drawn("spiral", 0).inputs)
    assert 0.29 < moved.max() <= 0.3


def test_plane_is_a_slope_and_is_not_clipped() -> None:
    points = drawn("plane")
    np.testing.assert_allclose(points.targets, points.inputs.sum(axis=1) / 10)
    assert np.abs(points.inputs).max() <= PLANE
    assert points.targets.max() > 1


@pytest.mark.parametrize(
    ("x1", "x2", "sign"),
    [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)],
)
def test_multi_gaussian_has_its_hills_and_hollows(x1: float, x2: float, sign: int) -> None:
    points = drawn("multi-gaussian", count=20_000)
    away = distance(points, x1, x2)
    near = away < 1.5
    np.testing.assert_allclose(points.targets[near], sign * (1 - away[near] / 2))


def test_multi_gaussian_is_flat_between() -> None:
    points = drawn("multi-gaussian", count=20_000)
    flat = (np.abs(points.inputs[:, 1]) < 0.4) | (np.abs(points.inputs[:, 1]) > 4.6)
    assert not points.targets[flat].any()
    assert np.abs(points.targets).max() <= 1


@pytest.mark.parametrize("name", ["circle", "xor", "plane", "multi-gaussian"])
def test_noise_moves_labels_and_not_points(name: str) -> None:
    clean, noisy = drawn(name, 0), drawn(name, 50)
    np.testing.assert_array_equal(clean.inputs, noisy.inputs)
    assert (clean.targets != noisy.targets).mean() > 0.1


def test_noise_of_the_plane_reaches_6n_in_each_coordinate() -> None:
    error = np.abs(drawn("plane", 50).targets - drawn("plane", 0).targets)
    assert 0.5 < error.max() <= 0.6


def test_labels_of_circle_and_xor_change_within_reach_only() -> None:
    noise = 10
    reach = 5 * noise / 100
    circle, xor = drawn("circle", noise), drawn("xor", noise)
    wrong = (distance(circle) < 2.5) != (circle.targets > 0)
    assert wrong.any()
    assert np.abs(distance(circle)[wrong] - 2.5).max() <= reach * np.sqrt(2)
    wrong = (xor.inputs.prod(axis=1) >= 0) != (xor.targets > 0)
    assert wrong.any()
    assert np.abs(xor.inputs[wrong]).min(axis=1).max() <= reach


@given(percent=st.integers(10, 90), count=st.integers(10, 200))
def test_the_first_share_trains_and_the_rest_tests(percent: int, count: int) -> None:
    points = drawn("xor", count=count)
    dataset = split(points, percent)
    assert len(dataset.train.targets) == count * percent // 100
    np.testing.assert_array_equal(np.concatenate([dataset.train.inputs, dataset.test.inputs]), points.inputs)
    np.testing.assert_array_equal(
        np.concatenate([dataset.train.targets, dataset.test.targets]), points.targets
    )


def test_a_dataset_is_made_from_lists_and_cannot_be_changed() -> None:
    dataset = Dataset(Points([[1, 2]], [1]), Points([[3, 4], [5, 6]], [1, -1]))  # type: ignore[arg-type]
    assert dataset.test.inputs.shape == (2, 2)
    with pytest.raises(ValueError, match="read-only"):
        dataset.train.inputs[0, 0] = 3


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        ([], []),
        ([[1, 2, 3]], [1]),
        ([[1, 2]], [1, 1]),
        ([1, 2], [1, 2]),
        (1, 1),
        ([[1, 2]], [[1]]),
        ([[1, 2], [3]], [1, 1]),
        ([["a", "b"]], [1]),
        ([[1, float("nan")]], [1]),
        ([[1, 2]], [float("inf")]),
    ],
)
def test_data_of_a_wrong_shape_or_not_finite_is_refused(inputs: object, targets: object) -> None:
    good = Points(np.zeros((1, 2)), np.ones(1))
    with pytest.raises(InvalidValue, match="test: expected"):
        Dataset(good, Points(inputs, targets))  # type: ignore[arg-type]
