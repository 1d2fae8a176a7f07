import numpy as np
import pytest

from engine.errors import InvalidValue
from engine.optim import regularizers
from engine.optim.regularizers import REGULARIZERS, strengths
from tests.engine.factories import numerical_gradient

WEIGHTS = np.array([-2.0, -0.25, 0.5, 3.0])
PENALTIES = [
    (regularizers.l1, regularizers.l1_derivative),
    (regularizers.l2, regularizers.l2_derivative),
]


@pytest.mark.parametrize(("function", "derivative"), PENALTIES)
def test_derivative_matches_finite_differences(function, derivative) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    measured = numerical_gradient(lambda weights: float(function(weights).sum()), WEIGHTS)
    np.testing.assert_allclose(derivative(WEIGHTS), measured, atol=1e-8)


@pytest.mark.parametrize(("function", "derivative"), PENALTIES)
def test_a_weight_of_0_has_no_penalty_and_no_penalty_gradient(function, derivative) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    zero = np.zeros((2, 3))
    np.testing.assert_array_equal(function(zero), zero)
    np.testing.assert_array_equal(derivative(zero), zero)


def test_penalties_match_known_values() -> None:
    np.testing.assert_array_equal(regularizers.l1(WEIGHTS), [2, 0.25, 0.5, 3])
    np.testing.assert_array_equal(regularizers.l2(WEIGHTS), [2, 0.03125, 0.125, 4.5])


@pytest.mark.parametrize(
    ("name", "l1", "l2"), [("none", 0, 0), ("l1", 0.4, 0), ("l2", 0, 0.4), ("elastic_net", 0.1, 0.3)]
)
def test_strengths_are_split_into_l1_and_l2(name: str, l1: float, l2: float) -> None:
    assert strengths(name, 0.4, 0.25) == pytest.approx((l1, l2))


def test_the_elastic_net_lies_between_the_two() -> None:
    assert strengths("elastic_net", 0.3, 1.0) == strengths("l1", 0.3, 0.5)
    assert strengths("elastic_net", 0.3, 0.0) == strengths("l2", 0.3, 0.5)


@pytest.mark.parametrize("name", REGULARIZERS)
def test_a_rate_of_0_gives_no_penalty(name: str) -> None:
    assert strengths(name, 0.0, 0.5) == (0, 0)


@pytest.mark.parametrize("name", ["", "L1", "lasso"])
def test_an_unknown_name_raises(name: str) -> None:
    with pytest.raises(InvalidValue, match="regularization: expected 'none', 'l1', 'l2' or 'elastic_net'"):
        strengths(name, 0.1, 0.5)
