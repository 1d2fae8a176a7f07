import numpy as np
import pytest

from engine.regularizers import REGULARIZERS
from tests.engine.making import slope

WEIGHTS = np.array([-2.0, -0.25, 0.5, 3.0])


@pytest.mark.parametrize("name", REGULARIZERS)
def test_derivative_is_the_slope_of_the_function(name: str) -> None:
    regularizer = REGULARIZERS[name]
    measured = slope(lambda weights: float(regularizer.function(weights).sum()), WEIGHTS)
    np.testing.assert_allclose(regularizer.derivative(WEIGHTS), measured, atol=1e-8)


@pytest.mark.parametrize("name", REGULARIZERS)
def test_a_weight_of_0_costs_nothing_and_is_not_pushed(name: str) -> None:
    zero = np.zeros((2, 3))
    np.testing.assert_array_equal(REGULARIZERS[name].function(zero), zero)
    np.testing.assert_array_equal(REGULARIZERS[name].derivative(zero), zero)


def test_known_penalties() -> None:
    np.testing.assert_array_equal(REGULARIZERS["none"].function(WEIGHTS), 0 * WEIGHTS)
    np.testing.assert_array_equal(REGULARIZERS["l1"].function(WEIGHTS), [2, 0.25, 0.5, 3])
    np.testing.assert_array_equal(REGULARIZERS["l2"].function(WEIGHTS), [2, 0.03125, 0.125, 4.5])


def test_only_l1_kills() -> None:
    assert [name for name, regularizer in REGULARIZERS.items() if regularizer.kills] == ["l1"]
