import numpy as np
import pytest

from engine.activations import ACTIVATIONS, OUTPUTS

# No value of a kink, so that differences measure a slope.
SUMS = np.linspace(-6.05, 6.05, 122)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_is_the_slope_of_the_function(name: str) -> None:
    function, derivative = ACTIVATIONS[name].function, ACTIVATIONS[name].derivative
    reach = 1e-6
    measured = (function(SUMS + reach) - function(SUMS - reach)) / (2 * reach)
    np.testing.assert_allclose(derivative(SUMS, function(SUMS)), measured, atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(0,), (3,), (4, 2)])
def test_shape_is_kept_and_sums_are_left_alone(name: str, shape: tuple[int, ...]) -> None:
    sums = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
    before = sums.copy()
    outputs = ACTIVATIONS[name].function(sums)
    slopes = ACTIVATIONS[name].derivative(sums, outputs)
    assert outputs.shape == slopes.shape == shape
    np.testing.assert_array_equal(sums, before)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_saturation_overflows_nowhere(name: str) -> None:
    extremes = np.array([-1e308, -1e4, -710.0, 710.0, 1e4, 1e308])
    activation = ACTIVATIONS[name]
    low, high = 2 * activation.middle - 1 if activation.middle == 0 else 0.0, 1.0
    with np.errstate(all="raise", under="ignore"):
        outputs = activation.function(extremes)
        slopes = activation.derivative(extremes, outputs)
    np.testing.assert_allclose(outputs, [low, low, low, high, high, high], atol=1e-300)
    np.testing.assert_allclose(slopes, 0, atol=1e-300)


def test_known_values() -> None:
    sums = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_array_equal(ACTIVATIONS["relu"].function(sums), [0, 0, 3])
    np.testing.assert_array_equal(ACTIVATIONS["linear"].function(sums), sums)
    np.testing.assert_allclose(
        ACTIVATIONS["sigmoid"].function(sums), [0.11920292, 0.5, 0.95257413], atol=1e-8
    )
    np.testing.assert_allclose(ACTIVATIONS["tanh"].function(sums), [-0.96402758, 0, 0.99505475], atol=1e-8)


def test_sigmoid_keeps_its_digits_far_out() -> None:
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].function(np.array([-50.0])), np.exp(-50), rtol=1e-15)


def test_relu_is_flat_at_zero() -> None:
    zero = np.zeros(1)
    assert ACTIVATIONS["relu"].derivative(zero, zero) == 0


@pytest.mark.parametrize("name", sorted({name for names in OUTPUTS.values() for name in names}))
def test_targets_and_drawings_are_two_ways_of_one_scale(name: str) -> None:
    activation = ACTIVATIONS[name]
    targets = np.array([-1.0, -0.5, 0.0, 1.0])
    np.testing.assert_array_equal(activation.drawn(activation.scaled(targets)), targets)
    assert activation.scaled(np.zeros(1)) == activation.middle


def test_targets_of_a_sigmoid_are_0_and_1() -> None:
    np.testing.assert_array_equal(ACTIVATIONS["sigmoid"].scaled(np.array([-1.0, 1.0])), [0, 1])


def test_outputs_are_activations() -> None:
    assert {name for names in OUTPUTS.values() for name in names} <= set(ACTIVATIONS)
