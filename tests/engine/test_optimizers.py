import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_the_bottom_of_a_bowl(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    steepness = np.array([1.0, 0.3, 2.0])
    bottom = np.array([1.0, -2.0, 0.5])
    place = np.zeros(3)
    state = optimizer.init(place.size)
    for _ in range(2000):
        movement, state = optimizer.update(steepness * (place - bottom), state, 0.05)
        place = place - movement
    np.testing.assert_allclose(place, bottom, atol=1e-2)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradient_and_state_are_left_alone(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    gradient = np.array([1.0, -1.0])
    _, state = optimizer.update(gradient, optimizer.init(2), 0.1)
    before = [array.copy() for array in state]
    first, _ = optimizer.update(gradient, state, 0.1)
    again, _ = optimizer.update(gradient, state, 0.1)
    np.testing.assert_array_equal(gradient, [1, -1])
    np.testing.assert_array_equal(first, again)
    for array, was in zip(state, before, strict=True):
        np.testing.assert_array_equal(array, was)


def test_sgd_goes_by_learning_rate_times_gradient() -> None:
    movement, _ = OPTIMIZERS["sgd"].update(np.array([2.0, -4.0]), (), 0.25)
    np.testing.assert_array_equal(movement, [0.5, -1])
