import numpy as np
import pytest

from engine.arrays import Floats
from engine.nn.heads import OUTPUTS
from engine.nn.losses import (
    LOSSES,
    binary_cross_entropy,
    categorical_cross_entropy,
    huber,
    huber_derivative,
    softmax,
    squared_error,
    squared_error_derivative,
)
from tests.engine.factories import numerical_gradient

OUTPUT = np.array([[0.1], [0.5], [0.9], [0.25], [-4.0], [7.0]])
TARGET = np.array([[0.0], [1.0], [1.0], [0.0], [2.0], [1.0]])
FAR = np.array([[-1e308], [-1e4], [-745.0], [745.0], [1e4], [1e308]])


def one_hot(labels: list[int], classes: int) -> Floats:
    return np.eye(classes)[labels]


def test_every_loss_belongs_to_an_output() -> None:
    assert {loss for output in OUTPUTS.values() for loss in output.losses} == set(LOSSES)


def test_squared_error_is_halved() -> None:
    assert squared_error(np.array([[10.0]]), np.array([[6.0]])) == 8


def test_squared_error_derivative_matches_finite_differences() -> None:
    measured = numerical_gradient(
        lambda outputs: float(squared_error(outputs[:, None], TARGET).sum()), OUTPUT[:, 0]
    )
    np.testing.assert_allclose(squared_error_derivative(OUTPUT, TARGET)[:, 0], measured, atol=1e-8)


@pytest.mark.parametrize("delta", [0.001, 0.3, 1.0, 10.0])
def test_huber_derivative_matches_finite_differences(delta: float) -> None:
    measured = numerical_gradient(
        lambda outputs: float(huber(outputs[:, None], TARGET, delta).sum()), OUTPUT[:, 0]
    )
    np.testing.assert_allclose(huber_derivative(OUTPUT, TARGET, delta)[:, 0], measured, atol=1e-8)


def test_huber_is_quadratic_up_to_delta_and_linear_beyond() -> None:
    zero = np.zeros((5, 1))
    errors = np.array([[0.2], [-0.3], [0.5], [-2.0], [1e300]])
    expected = [[0.02], [0.045], [0.3 * 0.35], [0.3 * 1.85], [3e299]]
    np.testing.assert_allclose(huber(errors, zero, 0.3), expected, rtol=1e-13)
    derivatives = huber_derivative(errors, zero, 0.3)
    np.testing.assert_allclose(derivatives, [[0.2], [-0.3], [0.3], [-0.3], [0.3]], rtol=1e-15)


def test_binary_cross_entropy_is_the_negative_log_probability() -> None:
    pre_activations = np.array([[-2.0], [-2.0], [0.5], [0.5], [0.5]])
    targets = np.array([[0.0], [1.0], [0.0], [1.0], [0.25]])
    p = 1 / (1 + np.exp(-pre_activations))
    expected = -targets * np.log(p) - (1 - targets) * np.log(1 - p)
    np.testing.assert_allclose(binary_cross_entropy(pre_activations, targets), expected, rtol=1e-14)


def test_binary_cross_entropy_of_a_wrong_output_is_finite() -> None:
    with np.errstate(all="raise", under="ignore"):
        wrong = binary_cross_entropy(FAR, (FAR < 0).astype(float))
        right = binary_cross_entropy(FAR, (FAR > 0).astype(float))
    np.testing.assert_array_equal(wrong, np.abs(FAR))
    assert right.max() < 1e-300


def test_softmax_gives_probabilities_that_sum_to_1() -> None:
    p = softmax(np.array([[0.0, 0, 0, 0], [1, 2, 3, 4], [np.log(1), np.log(2), np.log(3), np.log(4)]]))
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(p[0], 0.25)
    np.testing.assert_allclose(p[1, 1:] / p[1, :-1], np.e)
    np.testing.assert_allclose(p[2], [0.1, 0.2, 0.3, 0.4])


def test_softmax_is_invariant_to_a_common_offset_and_does_not_overflow() -> None:
    pre_activations = np.array([[1.0, -2.0, 0.5]])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(softmax(pre_activations + 1e6), softmax(pre_activations), rtol=1e-9)
        np.testing.assert_array_equal(softmax(np.array([[1e308, 0, -7e307]])), [[1, 0, 0]])
        np.testing.assert_array_equal(softmax(np.array([[-1e308, -1e308]])), [[0.5, 0.5]])


@pytest.mark.parametrize("classes", range(2, 9))
def test_categorical_cross_entropy_is_the_negative_log_probability_of_the_class(classes: int) -> None:
    rng = np.random.default_rng(classes)
    pre_activations, labels = rng.normal(size=(5, classes)), rng.integers(classes, size=5).tolist()
    losses = categorical_cross_entropy(pre_activations, one_hot(labels, classes))
    assert losses.shape == (5, 1)
    np.testing.assert_allclose(losses[:, 0], -np.log(softmax(pre_activations)[range(5), labels]), rtol=1e-13)


def test_categorical_cross_entropy_of_a_wrong_output_is_finite() -> None:
    pre_activations = np.array([[1e300, 0, 0], [0, 800, 0], [-800, 0, -800]])
    with np.errstate(all="raise", under="ignore"):
        losses = categorical_cross_entropy(pre_activations, one_hot([1, 0, 1], 3))
    np.testing.assert_allclose(losses[:, 0], [1e300, 800, 0], atol=1e-300)


def test_with_two_classes_both_cross_entropies_are_equal() -> None:
    difference = np.linspace(-5, 5, 11)[:, None]
    labels = [0, 1] * 5 + [0]
    two = categorical_cross_entropy(np.hstack([0 * difference, difference]), one_hot(labels, 2))
    one = binary_cross_entropy(difference, np.array(labels, dtype=float)[:, None])
    np.testing.assert_allclose(two, one, rtol=1e-13)


@pytest.mark.parametrize("loss", [squared_error, lambda a, t: huber(a, t, 0.3)])
def test_a_loss_is_minimal_at_the_target(loss: object) -> None:
    assert callable(loss)
    assert (loss(TARGET, TARGET) == 0).all()
    assert (loss(OUTPUT, TARGET) > 0).all()
