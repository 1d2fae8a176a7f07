from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.optim.optimizers import OPTIMIZERS, Hyperparameters
from tests.engine.factories import Array

HYPER = Hyperparameters()


def minimize(
    name: str, gradient: Callable[[Array], Array], point: Array, steps: int, rate: Callable[[int], float]
) -> Array:
    """Return the point after some steps from `point`; `rate` gives the learning rate of each step."""
    optimizer = OPTIMIZERS[name]
    state = np.zeros((optimizer.slots, point.size))
    for step in range(steps):
        point = point - optimizer.update(gradient(point), state, step, rate(step), HYPER)
    return point


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_minimizes_a_quadratic_function(name: str) -> None:
    curvature, minimum = np.array([1.0, 0.3, 2.0]), np.array([1.0, -2.0, 0.5])
    # Adaptive optimizers converge only with a decreasing learning rate.
    end = minimize(
        name, lambda point: curvature * (point - minimum), np.zeros(3), 3000, lambda step: 0.05 * 0.998**step
    )
    np.testing.assert_allclose(end, minimum, atol=2e-3)


@pytest.mark.medium
@pytest.mark.parametrize(
    ("name", "rate", "steps"),
    [
        ("sgd", 1e-3, 60_000),
        ("momentum", 3e-4, 20_000),
        ("nesterov", 3e-4, 20_000),
        ("rmsprop", 2e-3, 20_000),
        ("adam", 1e-2, 20_000),
        ("adamw", 1e-2, 20_000),
    ],
)
def test_every_optimizer_minimizes_the_rosenbrock_function(name: str, rate: float, steps: int) -> None:
    def gradient(point: Array) -> Array:
        x, y = point.tolist()
        return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])

    end = minimize(name, gradient, np.array([-1.2, 1.0]), steps, lambda step: rate * (1 - step / steps))
    np.testing.assert_allclose(end, [1, 1], atol=0.01)


def test_the_rosenbrock_table_covers_every_optimizer() -> None:
    marks = test_every_optimizer_minimizes_the_rosenbrock_function.pytestmark  # type: ignore[attr-defined]
    assert [name for name, _, _ in marks[0].args[1]] == list(OPTIMIZERS)


def test_in_a_narrow_valley_momentum_and_adam_converge_faster_than_sgd() -> None:
    curvature = np.array([1.0, 0.01])

    def distance(name: str, rate: float) -> float:
        end = minimize(name, lambda point: curvature * point, np.array([1.0, 1.0]), 300, lambda _: rate)
        return float(np.abs(end).max())

    # SGD is stable up to a rate of 2; even close to that the flat direction converges slowly.
    assert distance("sgd", 0.1) > 0.7
    assert distance("momentum", 0.1) < 0.1
    assert distance("nesterov", 0.1) < 0.1
    assert distance("adam", 0.1) < 0.1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_gradient_is_not_changed_and_the_state_is_updated_in_place(name: str) -> None:
    gradient, state = np.array([1.0, -1.0]), np.zeros((OPTIMIZERS[name].slots, 2))
    movements = [OPTIMIZERS[name].update(gradient, state, step, 0.1, HYPER) for step in range(2)]
    np.testing.assert_array_equal(gradient, [1, -1])
    assert state.shape == (OPTIMIZERS[name].slots, 2)
    assert (state != 0).all()
    assert all(movement.shape == (2,) for movement in movements)
    # Against the gradient, and symmetric in its sign.
    assert all(movement[0] > 0 and movement[0] == -movement[1] for movement in movements)


G, H = 2.0, -0.5
# name: the first two updates for gradients of 2 and -0.5 at a learning rate of 0.1.
BY_HAND: dict[str, list[float]] = {
    "sgd": [0.1 * G, 0.1 * H],
    "momentum": [0.1 * G, 0.1 * (0.9 * G + H)],
    "nesterov": [0.1 * (G + 0.9 * G), 0.1 * (H + 0.9 * (0.9 * G + H))],
    "rmsprop": [
        0.1 * G / np.sqrt(0.1 * G * G),
        0.1 * H / np.sqrt(0.9 * 0.1 * G * G + 0.1 * H * H),
    ],
    "adam": [
        0.1,
        0.1 * (0.09 * G + 0.1 * H) / 0.19 / np.sqrt((0.000999 * G * G + 0.001 * H * H) / 0.001999),
    ],
}
BY_HAND["adamw"] = BY_HAND["adam"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_steps_match_values_computed_by_hand(name: str) -> None:
    state = np.zeros((OPTIMIZERS[name].slots, 1))
    moved = [
        float(OPTIMIZERS[name].update(np.array([gradient]), state, step, 0.1, HYPER)[0])
        for step, gradient in enumerate((G, H))
    ]
    assert moved == pytest.approx(BY_HAND[name], rel=1e-7)


@pytest.mark.parametrize("name", ["rmsprop", "adam", "adamw"])
def test_a_gradient_of_0_changes_nothing_and_a_steeper_gradient_moves_no_further(name: str) -> None:
    movement = OPTIMIZERS[name].update(
        np.array([0.0, 1e-3, 1e3]), np.zeros((2, 3))[: OPTIMIZERS[name].slots], 0, 0.1, HYPER
    )
    assert movement[0] == 0
    assert movement[1] == pytest.approx(movement[2], rel=1e-4)


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_momentum_momentum_optimizers_equal_sgd(name: str) -> None:
    gradient, state = np.array([3.0, -4.0]), np.zeros((1, 2))
    for step in range(3):
        movement = OPTIMIZERS[name].update(gradient, state, step, 0.1, Hyperparameters(momentum=0.0))
        np.testing.assert_allclose(movement, 0.1 * gradient)


def test_the_settings_of_each_optimizer_are_config_fields() -> None:
    defaults: dict[str, Any] = TrainingConfig().model_dump()
    for optimizer in OPTIMIZERS.values():
        assert set(optimizer.parameters) <= set(defaults)
    assert Hyperparameters() == TrainingConfig().hyperparameters
