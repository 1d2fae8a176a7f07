import numpy as np
import pytest

from engine.losses import LOSSES
from tests.engine.making import slope

OUTPUTS = np.array([0.1, 0.5, 0.9, 0.3])
TARGETS = np.array([0.0, 1.0, 1.0, 0.0])


@pytest.mark.parametrize("name", LOSSES)
def test_derivative_is_the_slope_of_the_function(name: str) -> None:
    loss = LOSSES[name]
    measured = slope(lambda outputs: float(loss.function(outputs, TARGETS).sum()), OUTPUTS)
    np.testing.assert_allclose(loss.derivative(OUTPUTS, TARGETS), measured, atol=1e-8)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_least_at_the_target(name: str) -> None:
    loss = LOSSES[name]
    best = loss.function(TARGETS, TARGETS)
    assert (loss.function(OUTPUTS, TARGETS) > best).all()
    assert best.shape == TARGETS.shape


def test_squared_error_is_halved() -> None:
    assert LOSSES["squared_error"].function(np.array([10.0]), np.array([6.0])) == 8
