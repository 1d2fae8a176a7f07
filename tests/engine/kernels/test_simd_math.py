"""SIMD functions compared with NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import njit

from engine.kernels import simd_math
from engine.kernels.simd_memory import load, pointer, store
from tests.engine.factories import Array

pytestmark = pytest.mark.medium

FUNCTIONS: dict[str, tuple[Callable[[Array], Array], float]] = {
    "tanh": (np.tanh, 30.0),
    "exp": (np.exp, 80.0),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), 80.0),
    "softplus": (lambda x: np.logaddexp(0, x), 80.0),
    "sine": (np.sin, 1000.0),
    "cosine": (np.cos, 1000.0),
}


def over(name: str, values: np.ndarray) -> np.ndarray:
    """Return the results of a kernel function for an array whose length is a multiple of 16."""
    if name in ("sine", "cosine"):
        number = ("sine", "cosine").index(name)
        both = simd_math.sine_and_cosine

        @njit
        def run(values, result, lanes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            given, out = pointer(values), pointer(result)
            for i in range(0, len(values), lanes):
                store(out, i, both(load(given, i))[number])

    else:
        function = getattr(simd_math, name)

        @njit
        def run(values, result, lanes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            given, out = pointer(values), pointer(result)
            for i in range(0, len(values), lanes):
                store(out, i, function(load(given, i)))

    result = np.empty_like(values)
    run(values, result, 64 // values.itemsize)
    return result


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_match_numpy(name: str, kind: Any) -> None:
    function, reach = FUNCTIONS[name]
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.uniform(-reach, reach, 4096), rng.normal(size=4096)]).astype(kind)
    tolerance = 4e-15 if kind is np.float64 else 1e-6
    # The rounding of x is part of the relative error of e^x.
    relative = 1e-13 if kind is np.float64 else 2e-5
    expected = function(values.astype(np.float64))
    np.testing.assert_allclose(
        over(name, values), expected, rtol=relative if name == "exp" else tolerance, atol=tolerance
    )


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_values_at_0_infinity_and_nan(kind: Any) -> None:
    ends = np.zeros(16, kind)
    ends[:5] = [0.0, np.inf, -np.inf, np.nan, 1e30]
    np.testing.assert_allclose(over("tanh", ends)[:5], [0, 1, -1, np.nan, 1], atol=1e-6)
    np.testing.assert_allclose(over("sigmoid", ends)[:5], [0.5, 1, 0, np.nan, 1], atol=1e-30)
    np.testing.assert_allclose(over("softplus", ends)[[0, 1, 4]], [np.log(2), np.inf, 1e30], rtol=1e-6)
    assert np.isnan(over("softplus", ends)[3])
    assert np.isnan(over("sine", ends)[[1, 2, 3]]).all()
