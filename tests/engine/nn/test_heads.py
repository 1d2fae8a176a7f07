import numpy as np
import pytest

from engine.errors import InvalidValue
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, PROBLEMS, head
from engine.nn.losses import LOSSES
from tests.engine.factories import HEADS, numerical_gradient, problem_of, random_targets


@pytest.mark.parametrize(
    ("output", "loss", "count"),
    [
        (output, loss, count)
        for output, loss in HEADS
        for count in ((2, 5, 8) if output == "softmax" else (1,))
    ],
)
def test_delta_is_the_derivative_of_the_loss_by_the_pre_activations(
    output: str, loss: str, count: int
) -> None:
    rng = np.random.default_rng(4)
    pre_activations = rng.uniform(-3, 3, (6, count))
    targets = OUTPUTS[output].targets(random_targets(problem_of(output), count, 6, rng), count)
    ours = head(output, loss, 0.3)

    def total_loss(flat: np.ndarray) -> float:
        z = flat.reshape(pre_activations.shape)
        return float(ours.loss(z, OUTPUTS[output].function(z), targets).sum())

    delta = ours.delta(pre_activations, OUTPUTS[output].function(pre_activations), targets)
    assert delta.shape == pre_activations.shape
    np.testing.assert_allclose(
        delta.ravel(), numerical_gradient(total_loss, pre_activations.ravel()), atol=1e-8
    )
    assert ours.loss(pre_activations, OUTPUTS[output].function(pre_activations), targets).shape == (6, 1)


@pytest.mark.parametrize("end", [("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")])
def test_the_cross_entropy_gradient_does_not_vanish_for_saturated_wrong_outputs(end: tuple[str, str]) -> None:
    pre_activations = np.array([[-1e4, 1e4]]) if end[0] == "softmax" else np.array([[-1e4]])
    targets = np.array([[1.0, 0.0]]) if end[0] == "softmax" else np.array([[1.0]])
    delta = head(*end, 0.3).delta(pre_activations, OUTPUTS[end[0]].function(pre_activations), targets)
    np.testing.assert_allclose(np.abs(delta), 1)


def test_the_squared_error_gradient_of_a_saturated_sigmoid_vanishes() -> None:
    pre_activations = np.array([[-1e4]])
    assert (
        np.abs(
            head("sigmoid", "squared_error", 0.3).delta(
                pre_activations, OUTPUTS["sigmoid"].function(pre_activations), np.ones((1, 1))
            )
        )
        < 1e-300
    )


def test_losses_match_known_values() -> None:
    zero, one = np.zeros((1, 1)), np.ones((1, 1))
    assert head("tanh", "squared_error", 1).loss(zero, zero, -one) == 0.5
    assert head("sigmoid", "squared_error", 1).loss(zero, one / 2, one) == 0.125
    assert head("sigmoid", "cross_entropy", 1).loss(zero, one / 2, one) == pytest.approx(np.log(2))
    five = np.zeros((1, 5))
    assert head("softmax", "cross_entropy", 1).loss(five, five + 0.2, np.eye(5)[:1]) == pytest.approx(
        np.log(5)
    )
    assert head("linear", "squared_error", 0.3).loss(one, one, 3 * one) == 2
    assert head("linear", "huber", 0.3).loss(one, one, 3 * one) == pytest.approx(0.3 * 1.85)


@pytest.mark.parametrize("output", ["", "relu", "Tanh", "softmax "])
def test_an_unknown_output_raises(output: str) -> None:
    with pytest.raises(InvalidValue, match="output_activation: expected 'tanh', "):
        head(output, "squared_error", 0.3)


@pytest.mark.parametrize(
    ("output", "loss"),
    [(output, loss) for output in OUTPUTS for loss in [*LOSSES, "hinge"] if (output, loss) not in HEADS],
)
def test_a_loss_that_does_not_fit_the_output_raises(output: str, loss: str) -> None:
    with pytest.raises(InvalidValue, match="loss: expected"):
        head(output, loss, 0.3)


def test_every_problem_has_outputs_and_every_output_a_problem() -> None:
    assert {name for names in PROBLEMS.values() for name in names} == set(OUTPUTS)
    assert all(output.losses for output in OUTPUTS.values())


@pytest.mark.parametrize("name", [name for name in OUTPUTS if name != "softmax"])
def test_an_output_applies_the_activation_of_its_name(name: str) -> None:
    pre_activations = np.linspace(-3, 3, 13)[:, None]
    np.testing.assert_array_equal(
        OUTPUTS[name].function(pre_activations), ACTIVATIONS[name].function(pre_activations)
    )


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "linear"])
def test_displayed_targets_equal_the_labels(name: str) -> None:
    output = OUTPUTS[name]
    labels = np.array([-1.0, 1.0]) if name != "linear" else np.array([-1.0, -0.5, 0.0, 1000.0])
    targets = output.targets(labels, 1)
    assert targets.shape == (len(labels), 1)
    np.testing.assert_array_equal(output.drawn(targets)[:, 0], labels)
    assert output.drawn(np.array([[output.threshold]])) == 0


def test_targets_are_copied() -> None:
    labels = np.array([1.0, -1.0])
    OUTPUTS["tanh"].targets(labels, 1)[:] = 7
    assert labels.tolist() == [1, -1]


def test_targets_of_a_sigmoid_are_0_and_1() -> None:
    np.testing.assert_array_equal(OUTPUTS["sigmoid"].targets(np.array([-1.0, 1.0]), 1), [[0], [1]])


@pytest.mark.parametrize("classes", range(2, 9))
def test_targets_of_several_classes_are_one_hot(classes: int) -> None:
    labels = np.arange(classes, dtype=float)[::-1]
    np.testing.assert_array_equal(OUTPUTS["softmax"].targets(labels, classes), np.eye(classes)[::-1])


def test_probabilities_are_displayed_from_minus_1_to_1() -> None:
    for name, output in OUTPUTS.items():
        drawn = output.drawn(np.array([[0.0, 0.25, 1.0]]))
        expected = [[-1, -0.5, 1]] if name in ("sigmoid", "softmax") else [[0, 0.25, 1]]
        np.testing.assert_array_equal(drawn, expected)
