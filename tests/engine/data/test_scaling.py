import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.features import FEATURES, compute
from engine.data.scaling import SCALINGS, fit, unscaled
from tests.engine.factories import random_points


def test_standardized_features_have_mean_0_and_deviation_1() -> None:
    features = compute(list(FEATURES), random_points(50).inputs)
    scaled = fit("standardized", features)(features)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-13)


def test_test_points_are_scaled_with_the_statistics_of_the_training_points() -> None:
    scaling = fit("standardized", np.array([[1.0, 10.0], [3.0, 30.0]]))
    np.testing.assert_array_equal(scaling(np.array([[2.0, 20.0], [5.0, 0.0]])), [[0, 0], [3, -2]])


def test_without_scaling_nothing_changes() -> None:
    features = compute(list(FEATURES), random_points(5).inputs)
    np.testing.assert_array_equal(fit("none", features)(features), features)
    np.testing.assert_array_equal(unscaled(len(FEATURES))(features), features)


def test_a_constant_feature_is_only_shifted() -> None:
    features = np.array([[3.0, 1.0], [3.0, 2.0]])
    scaling = fit("standardized", features)
    np.testing.assert_array_equal(scaling(features), [[0, -1], [0, 1]])
    np.testing.assert_array_equal(scaling(np.array([[5.0, 1.5]])), [[2, 0]])


def test_a_single_point_is_only_shifted() -> None:
    np.testing.assert_array_equal(
        fit("standardized", np.array([[3.0, 4.0]]))(np.array([[3.0, 4.0]])), [[0, 0]]
    )


@pytest.mark.parametrize("scaling", SCALINGS)
def test_overflowing_features_give_no_warning(scaling: str) -> None:
    features = np.array([[1e300, 1e200, np.inf], [-1e300, 1.0, 0.0], [1e308, 1e-300, 1.0]])
    with np.errstate(all="raise"):
        found = fit(scaling, features)
        found(features)
    assert (found.deviation > 0).all()
    assert np.isfinite(found.deviation).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_scaled_features_stay_small(values: list[float]) -> None:
    features = np.array(values)[:, None]
    scaled = fit("standardized", features)(features)
    # No value is further out than the root of their number.
    assert np.abs(scaled).max() <= np.sqrt(len(values)) + 1e-3
