"""What the samplers promise of their points: classes, shape, spread, and what noise does."""

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine.arrays import Floats, Mask
from engine.data import generators
from engine.data.points import PLANE, Points

COUNT = 2400
"""So that chance is small; a multiple of 2, 3, 4, 5, 6 and 8."""

TWO = ["circle", "xor", "gaussian", "spiral", "moons", "rings", "checkerboard"]
VALUES = ["plane", "multi_gaussian", "curve"]
SEVERAL = ["blobs", "spirals"]
CLASSES = range(2, 9)
ALL: list[tuple[str, int]] = [
    *((name, 0) for name in TWO + VALUES),
    *((name, classes) for name in SEVERAL for classes in CLASSES),
]
MOVES_LABELS = ["circle", "xor", "rings", "checkerboard", *VALUES]


def drawn(name: str, noise: float = 0.0, classes: int = 0, seed: int = 0, count: int = COUNT) -> Points:
    sample: Any = getattr(generators, name)
    if classes:
        sample = partial(sample, classes=classes)
    points: Points = sample(count, noise, np.random.default_rng(seed))
    return points


def radius(points: Points) -> Floats:
    return np.hypot(points.inputs[:, 0], points.inputs[:, 1])


def angle(points: Points) -> Floats:
    """Return angles from the top on, clockwise, in 0..2 pi."""
    return np.arctan2(points.inputs[:, 0], points.inputs[:, 1]) % (2 * np.pi)


def even(values: Floats, low: float, high: float) -> bool:
    """Return whether values fill a range evenly: no tenth is five deviations off."""
    counts, _ = np.histogram(values, bins=10, range=(low, high))
    expected = len(values) / 10
    return bool(counts.sum() == len(values) and np.abs(counts - expected).max() < 5 * np.sqrt(expected))


@pytest.mark.parametrize(("name", "classes"), ALL)
def test_the_same_seed_draws_the_same_points(name: str, classes: int) -> None:
    one, again, other = (drawn(name, 0.2, classes, seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(one.inputs, again.inputs)
    np.testing.assert_array_equal(one.targets, again.targets)
    assert not np.array_equal(one.inputs, other.inputs)


@pytest.mark.parametrize(("name", "classes"), ALL)
@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
@pytest.mark.parametrize("noise", [0, 0.8])
def test_any_number_of_points_has_the_expected_shape(
    name: str, classes: int, count: int, noise: float
) -> None:
    points = drawn(name, noise, classes, count=count)
    assert points.inputs.shape == (count, 2)
    assert points.targets.shape == (count,)
    assert points.inputs.dtype == points.targets.dtype == np.float64
    assert np.isfinite(points.inputs).all()


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("noise", [0, 0.5])
def test_two_classes_of_about_the_same_size(name: str, noise: float) -> None:
    targets = drawn(name, noise).targets
    assert set(targets) == {-1.0, 1.0}
    # Of round things noise carries more points out than in.
    uneven = noise and name in ("circle", "rings")
    assert abs(targets.mean()) < (0.4 if uneven else 5 / np.sqrt(COUNT))


@pytest.mark.parametrize(("name", "classes"), [pair for pair in ALL if pair[1]])
def test_several_classes_of_the_same_size(name: str, classes: int) -> None:
    for count in (COUNT, 801):
        labels, sizes = np.unique(drawn(name, 0.5, classes, count=count).targets, return_counts=True)
        assert labels.tolist() == list(range(classes))
        assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("name", [*TWO, *VALUES])
def test_points_lie_within_the_drawn_plane(name: str) -> None:
    inside = np.abs(drawn(name).inputs).max(axis=1) <= PLANE
    # Of the clouds a few are beyond.
    assert inside.mean() > 0.999 if name == "gaussian" else inside.all()


@pytest.mark.parametrize(("name", "classes"), ALL)
def test_more_noise_moves_the_same_points_further(name: str, classes: int) -> None:
    clean = drawn(name, 0, classes)
    moved = [drawn(name, noise, classes) for noise in (0.1, 0.2, 0.5, 0.8)]
    if name in MOVES_LABELS:
        for points in moved:
            np.testing.assert_array_equal(points.inputs, clean.inputs)
        # Far out another label may be right again by chance.
        away = [np.abs(points.targets - clean.targets).mean() for points in moved]
        assert 0.001 < away[0] < away[1] < min(away[2:])
        return
    for points in moved:
        np.testing.assert_array_equal(points.targets, clean.targets)
    steps = [np.abs(points.inputs - clean.inputs) for points in moved]
    assert all((less <= more).all() for less, more in pairwise(steps))
    assert steps[0].mean() > 0.02


@pytest.mark.parametrize(("name", "classes"), [("spiral", 0), *(("spirals", classes) for classes in CLASSES)])
def test_noise_of_spirals_is_uniform_within_its_amplitude(name: str, classes: int) -> None:
    steps = drawn(name, 0.3, classes).inputs - drawn(name, 0, classes).inputs
    assert 0.299 < np.abs(steps).max() <= 0.3 + 1e-12
    assert even(steps.ravel(), -0.3 - 1e-12, 0.3 + 1e-12)


def test_circle_is_a_disc_in_a_ring() -> None:
    points = drawn("circle")
    inner = points.targets > 0
    assert inner.sum() == COUNT // 2
    # Uniform along the radius, not over the area.
    assert even(radius(points)[inner], 0, 2.5)
    assert even(radius(points)[~inner], 3.5, 5)
    assert even(angle(points), 0, 2 * np.pi)


def test_xor_has_four_quadrants_with_a_gap_along_the_axes() -> None:
    points = drawn("xor")
    assert ((points.inputs.prod(axis=1) > 0) == (points.targets > 0)).all()
    assert even(np.abs(points.inputs).ravel(), 0.3, 5.3)
    for one in (1, -1):
        for other in (1, -1):
            share = ((points.inputs[:, 0] * one > 0) & (points.inputs[:, 1] * other > 0)).mean()
            assert share == pytest.approx(0.25, abs=0.045)


def clouds(points: Points, label: float, centre: tuple[float, float], variance: float) -> None:
    """Assert that a class is a normal cloud, within five standard deviations of each figure."""
    cloud = points.inputs[points.targets == label]
    count, spread = len(cloud), np.sqrt(variance)
    np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=5 * spread / np.sqrt(count))
    np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=5 * np.sqrt(2 / count))
    assert abs(np.asarray(np.corrcoef(cloud.T))[0, 1]) < 5 / np.sqrt(count)
    within = np.hypot(*(cloud - centre).T) < 1.1774 * spread  # the median of Rayleigh's distribution
    assert within.mean() == pytest.approx(0.5, abs=2.5 / np.sqrt(count))


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.5, 4.0), (0.8, 6.1)])
def test_gaussian_has_two_clouds(noise: float, variance: float) -> None:
    points = drawn("gaussian", noise)
    clouds(points, 1, (2, 2), variance)
    clouds(points, -1, (-2, -2), variance)


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.5, 4.0)])
def test_blobs_have_one_cloud_per_class_evenly_around_the_centre(
    classes: int, noise: float, variance: float
) -> None:
    points = drawn("blobs", noise, classes)
    for label in range(classes):
        turn = 2 * np.pi * label / classes
        clouds(points, label, (4 * np.sin(turn), 4 * np.cos(turn)), variance)


def test_spiral_has_two_arms_of_1_75_turns() -> None:
    points = drawn("spiral")
    away = radius(points)
    turn = 3.5 * np.pi * away / 5 + np.where(points.targets > 0, 0, np.pi)
    expected = np.stack([away * np.sin(turn), away * np.cos(turn)], axis=1)
    np.testing.assert_allclose(points.inputs, expected, atol=1e-12)
    half = COUNT // 2
    for sign in (1, -1):
        np.testing.assert_allclose(
            np.sort(away[points.targets == sign]), 5 * np.arange(half) / half, atol=1e-12
        )


@pytest.mark.parametrize("classes", CLASSES)
def test_spirals_have_one_arm_per_class(classes: int) -> None:
    points = drawn("spirals", 0, classes)
    away = radius(points)
    turn = 2 * np.pi * (3.5 / classes * away / 5 + points.targets / classes)
    expected = np.stack([away * np.sin(turn), away * np.cos(turn)], axis=1)
    np.testing.assert_allclose(points.inputs, expected, atol=1e-12)
    for label in range(classes):
        assert even(away[points.targets == label], 0, 5)


@pytest.mark.parametrize("classes", CLASSES)
def test_arms_keep_their_distance_however_many_there_are(classes: int) -> None:
    points = drawn("spirals", 0, classes)
    far = radius(points) > 2.5
    first, others = (points.inputs[far & same] for same in (points.targets == 0, points.targets > 0))
    gaps = np.hypot(*(first[:, None] - others).transpose(2, 0, 1)).min(axis=1)
    # An arm advances by 5 in 3.5 / classes turns, and has all others between its own turns.
    assert 0.75 * 5 / 3.5 < gaps.min() < 5 / 3.5
    assert np.median(gaps) == pytest.approx(5 / 3.5, rel=0.25)


def test_two_spirals_are_the_spiral() -> None:
    several, two = drawn("spirals", 0, 2), drawn("spiral")
    for label, sign in ((0, 1), (1, -1)):
        np.testing.assert_allclose(
            several.inputs[several.targets == label], two.inputs[two.targets == sign], atol=1e-12
        )


@pytest.mark.parametrize("noise", [0, 0.3])
def test_moons_are_interlocking_half_circles_of_radius_3(noise: float) -> None:
    points = drawn("moons", noise)
    reach = 0.3 + 3 * noise
    for sign in (1, -1):
        moon = points.inputs[points.targets == sign] * sign + [1.5, 0.75]
        away = np.hypot(*moon.T)
        assert np.abs(away - 3).max() <= reach * np.sqrt(2)
        assert np.abs(away - 3).max() > 0.8 * reach
        assert moon[:, 1].min() >= -reach
        angle = np.arctan2(moon[:, 1], moon[:, 0])
        assert even(angle[(angle > 0.5) & (angle < np.pi - 0.5)], 0.5, np.pi - 0.5)
    upper = points.inputs[points.targets > 0]
    lower = points.inputs[points.targets < 0]
    # No straight line between: the tip of each lies inside the other.
    assert lower[:, 1].max() > 0.3 > -0.3 > upper[:, 1].min()
    assert lower[:, 0].min() < 0.5 < upper[:, 0].max()


def right_ring(points: Points) -> Mask:
    ring = np.digitize(radius(points), [1.3, 2.9, 4.5])
    return np.asarray((ring % 2 == 0) == (points.targets > 0))


def test_rings_are_a_disc_and_three_rings_of_alternating_classes() -> None:
    points = drawn("rings")
    assert right_ring(points).all()
    for low, high in ((0, 1), (1.6, 2.6), (3.2, 4.2), (4.8, 5.8)):
        here = radius(points)[(radius(points) >= low) & (radius(points) <= high)]
        assert len(here) == COUNT // 4
        assert even(here, low, high)
    assert even(angle(points), 0, 2 * np.pi)


def right_square(points: Points) -> Mask:
    return np.asarray((np.floor(points.inputs / 3).sum(axis=1) % 2 == 0) == (points.targets > 0))


def test_checkerboard_has_sixteen_squares_of_alternating_classes() -> None:
    points = drawn("checkerboard")
    assert right_square(points).all()
    columns, rows = (np.floor(points.inputs / 3) + 2).astype(int).T
    counts = np.bincount(4 * columns + rows, minlength=16)
    assert counts.sum() == COUNT
    assert np.abs(counts - COUNT / 16).max() < 5 * np.sqrt(COUNT / 16)


@pytest.mark.parametrize(("name", "reach"), [("circle", 5), ("xor", 5), ("rings", 3), ("checkerboard", 3)])
def test_noise_changes_labels_only_near_class_boundaries(name: str, reach: float) -> None:
    points = drawn(name, 0.1)
    inputs, away = points.inputs, radius(points)
    wrong, border = {
        "circle": ((away < 2.5) != (points.targets > 0), np.abs(away - 2.5)),
        "xor": ((inputs.prod(axis=1) >= 0) != (points.targets > 0), np.abs(inputs).min(axis=1)),
        "rings": (~right_ring(points), np.abs(away[:, None] - [1.3, 2.9, 4.5]).min(axis=1)),
        "checkerboard": (~right_square(points), np.abs(inputs / 3 - np.rint(inputs / 3)).min(axis=1) * 3),
    }[name]
    assert 0.001 < wrong.mean() < 0.3
    assert border[wrong].max() <= reach * 0.1 * np.sqrt(2)


def test_plane_is_linear_and_not_clipped() -> None:
    points = drawn("plane")
    np.testing.assert_allclose(points.targets, points.inputs.sum(axis=1) / 10)
    assert points.targets.max() > 1
    error = np.abs(drawn("plane", 0.5).targets - points.targets)
    assert 0.5 < error.max() <= 0.6


@pytest.mark.parametrize(
    ("x1", "x2", "sign"),
    [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)],
)
def test_multi_gaussian_has_maxima_and_minima(x1: float, x2: float, sign: int) -> None:
    points = drawn("multi_gaussian")
    away = np.hypot(*(points.inputs - [x1, x2]).T)
    near = away < 1.5
    assert near.sum() > 50
    np.testing.assert_allclose(points.targets[near], sign * (1 - away[near] / 2))


def test_multi_gaussian_is_0_between_the_clouds() -> None:
    points = drawn("multi_gaussian")
    flat = (np.abs(points.inputs[:, 1]) < 0.4) | (np.abs(points.inputs[:, 1]) > 4.6)
    assert not points.targets[flat].any()
    assert np.abs(points.targets).max() <= 1


def test_curve_depends_only_on_x1() -> None:
    points = drawn("curve")
    x1 = points.inputs[:, 0]
    np.testing.assert_allclose(points.targets, 0.8 * np.sin(x1) + 0.2 * np.cos(3 * x1))
    assert 0.8 < np.abs(points.targets).max() <= 1
    noisy = drawn("curve", 0.1)
    # The steepest slope is below 1.4, and x1 moves by up to 0.3.
    assert 0.1 < np.abs(noisy.targets - points.targets).max() < 1.4 * 0.3


@pytest.mark.parametrize("name", ["plane", "multi_gaussian", "curve", "checkerboard"])
def test_inputs_are_uniformly_distributed_over_the_plane(name: str) -> None:
    assert all(even(column, -6, 6) for column in drawn(name).inputs.T)
