from statistics import NormalDist

import numpy as np
import pytest

from engine.arrays import Floats
from engine.nn.activations import ACTIVATIONS, LEAK

# No value at a kink, so that finite differences give the derivative.
PRE_ACTIVATIONS = np.linspace(-6.05, 6.05, 122)

# name: values at -2, 0 and 3, written out.
KNOWN: dict[str, list[float]] = {
    "relu": [0, 0, 3],
    "tanh": [-0.9640275800758169, 0, 0.9950547536867305],
    "sigmoid": [0.11920292202211755, 0.5, 0.9525741268224334],
    "linear": [-2, 0, 3],
    "leaky_relu": [-0.02, 0, 3],
    "elu": [-0.8646647167633873, 0, 3],
    "step": [0, 0, 1],
    "softplus": [0.1269280110429725, 0.6931471805599453, 3.048587351573742],
    "swish": [-0.2384058440442351, 0, 2.8577223804673],
    "gelu": [-0.04540230591222498, 0, 2.996362607918227],
    "sine": [-0.9092974268256817, 0, 0.1411200080598672],
}
# name: derivative at 0; at a kink it is that of the left side.
AT_ZERO: dict[str, float] = {
    "relu": 0,
    "tanh": 1,
    "sigmoid": 0.25,
    "linear": 1,
    "leaky_relu": 0.01,
    "elu": 1,
    "step": 0,
    "softplus": 0.5,
    "swish": 0.5,
    "gelu": 0.5,
    "sine": 1,
}
EXTREMES = np.array([-1e308, -1e200, -1e100, -1e4, -710.0, 710.0, 1e4, 1e100, 1e200, 1e308])
FAR_OUT = EXTREMES[1:-1]
# name: limits of function and derivative, below and above.
FAR = {
    "relu": ("0", "z", 0, 1),
    "tanh": ("-1", "1", 0, 0),
    "sigmoid": ("0", "1", 0, 0),
    "linear": ("z", "z", 1, 1),
    "leaky_relu": ("leak", "z", 0.01, 1),
    "elu": ("-1", "z", 0, 1),
    "step": ("0", "1", 0, 0),
    "softplus": ("0", "z", 0, 1),
    "swish": ("0", "z", 0, 1),
    "gelu": ("0", "z", 0, 1),
}


def derivatives_of(name: str, pre_activations: Floats) -> Floats:
    return ACTIVATIONS[name].derivative(pre_activations, ACTIVATIONS[name].function(pre_activations))


def test_the_tables_of_this_test_cover_every_activation() -> None:
    assert list(ACTIVATIONS) == list(KNOWN) == list(AT_ZERO) == [*FAR, "sine"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_matches_finite_differences(name: str) -> None:
    function = ACTIVATIONS[name].function
    reach = 1e-6
    measured = (function(PRE_ACTIVATIONS + reach) - function(PRE_ACTIVATIONS - reach)) / (2 * reach)
    np.testing.assert_allclose(derivatives_of(name, PRE_ACTIVATIONS), measured, atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_match_known_values_at_three_points(name: str) -> None:
    values = ACTIVATIONS[name].function(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_allclose(values, KNOWN[name], rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_at_a_kink_the_derivative_is_that_of_the_left_side(name: str) -> None:
    assert derivatives_of(name, np.zeros(1))[0] == pytest.approx(AT_ZERO[name], rel=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(0,), (3,), (4, 2)])
@pytest.mark.parametrize("precision", [np.float64, np.float32])
def test_shape_and_dtype_are_kept_and_pre_activations_are_not_changed(
    name: str, shape: tuple[int, ...], precision: type
) -> None:
    pre_activations: Floats = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape).astype(precision)
    before = pre_activations.copy()
    outputs, derivatives = ACTIVATIONS[name].function(pre_activations), derivatives_of(name, pre_activations)
    assert outputs.shape == derivatives.shape == shape
    assert outputs.dtype == derivatives.dtype == precision
    np.testing.assert_array_equal(pre_activations, before)


@pytest.mark.parametrize("name", FAR)
def test_activations_approach_their_limits_for_large_inputs(name: str) -> None:
    low, high, left, right = FAR[name]
    expected = [{"0": 0, "1": 1, "-1": -1, "z": z, "leak": LEAK * z}[low if z < 0 else high] for z in FAR_OUT]
    with np.errstate(over="ignore"):  # the engine ignores overflows too; only the results matter here
        values, derivatives = ACTIVATIONS[name].function(FAR_OUT), derivatives_of(name, FAR_OUT)
    np.testing.assert_allclose(values, expected, rtol=1e-14, atol=1e-100)
    np.testing.assert_allclose(derivatives, np.where(FAR_OUT < 0, left, right), rtol=1e-14, atol=1e-100)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "softplus", "swish"])
def test_large_inputs_do_not_overflow(name: str) -> None:
    with np.errstate(all="raise", under="ignore"):
        ACTIVATIONS[name].function(EXTREMES)
        derivatives_of(name, EXTREMES)


def test_sine_stays_within_1() -> None:
    assert np.abs(ACTIVATIONS["sine"].function(EXTREMES)).max() <= 1
    assert np.abs(derivatives_of("sine", EXTREMES)).max() <= 1


@pytest.mark.parametrize(
    ("name", "z", "value"),
    [("sigmoid", -50.0, np.exp(-50)), ("softplus", -50.0, np.exp(-50)), ("elu", -1e-20, -1e-20)],
)
def test_small_values_keep_full_precision(name: str, z: float, value: float) -> None:
    np.testing.assert_allclose(ACTIVATIONS[name].function(np.array([z])), value, rtol=1e-15)


def test_gelu_is_close_to_its_exact_form() -> None:
    exact = [z * NormalDist().cdf(z) for z in PRE_ACTIVATIONS.tolist()]
    assert 1e-5 < np.abs(ACTIVATIONS["gelu"].function(PRE_ACTIVATIONS) - exact).max() < 1e-3
