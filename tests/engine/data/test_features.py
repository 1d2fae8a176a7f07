from typing import Any

import numpy as np
import pytest

from engine.data.features import FEATURES, compute

POINTS = np.array([[2.0, -3.0], [0.5, 4.0]])
EXPECTED: dict[str, Any] = {
    "x1": [2, 0.5],
    "x2": [-3, 4],
    "x1_squared": [4, 0.25],
    "x2_squared": [9, 16],
    "x1_x2": [-6, 2],
    "sin_x1": np.sin([2, 0.5]),
    "sin_x2": np.sin([-3, 4]),
    "cos_x1": np.cos([2, 0.5]),
    "cos_x2": np.cos([-3, 4]),
    "x1_cubed": [8, 0.125],
    "x2_cubed": [-27, 64],
    "x1_plus_x2": [-1, 4.5],
}


def test_features_are_in_the_expected_order() -> None:
    assert list(FEATURES) == list(EXPECTED)


@pytest.mark.parametrize("name", FEATURES)
def test_values_match_numpy(name: str) -> None:
    np.testing.assert_array_equal(compute([name], POINTS), np.array([EXPECTED[name]]).T)


def test_columns_are_in_the_order_of_the_names() -> None:
    computed = compute(["sin_x2", "x1"], POINTS)
    np.testing.assert_array_equal(computed, np.column_stack([EXPECTED["sin_x2"], EXPECTED["x1"]]))
    assert computed.flags.c_contiguous
    assert computed.dtype == np.float64


def test_large_points_overflow_without_a_warning() -> None:
    with np.errstate(all="raise"):
        computed = compute(["x1_cubed", "x2_squared"], np.array([[1e200, 1e200], [-1e200, 0.0]]))
    assert computed.tolist() == [[np.inf, np.inf], [-np.inf, 0]]
