"""Ways in which the figures of the lessons from the neuron to batches are measured."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.config import TrainingConfig
from engine.nn.activations import ACTIVATIONS
from engine.nn.losses import squared_error, squared_error_derivative
from engine.state import Metrics
from engine.training.inspection import Inspection, inspect_training_point
from engine.training.layer_statistics import layer_statistics
from engine.training.trainer import Trainer
from tests.server.lessons.figures.measures import Measure


def accuracy(metrics: Metrics) -> float | None:
    """Return the fraction of the test points that are right."""
    return metrics.test_accuracy


def loss(metrics: Metrics) -> float:
    """Return the test loss."""
    return metrics.test_loss


def by_hand(value: float) -> Measure:
    """Return a measure of what needs no training: it was worked out already."""
    return lambda _config: value


def once(measure: Measure) -> Measure:
    """Return a measure that trains each config once, for several figures."""
    found: dict[str, float] = {}

    def measured(config: TrainingConfig) -> float:
        key = config.model_dump_json()
        if key not in found:
            found[key] = measure(config)
        return found[key]

    return measured


def dead(trainer: Trainer) -> float:
    """Return how many of the hidden neurons are dead."""
    return sum(sum(layer.dead) for layer in layer_statistics(trainer))


def times(factor: float, measure: Measure) -> Measure:
    """Return a measure: so many times another, such as steps of epochs."""
    return lambda config: factor * measure(config)


def gradient(layer: int) -> Callable[[Trainer], float]:
    """Return how many times smaller the gradient is in a layer than at the output, as the panel has both."""

    def found(trainer: Trainer) -> float:
        layers = layer_statistics(trainer)
        return layers[-1].delta / layers[layer - 1].delta

    return found


def remaining(layer: int) -> Callable[[Trainer], float]:
    """Return by how much the gradient shrinks from the layer behind a layer to this."""

    def found(trainer: Trainer) -> float:
        layers = layer_statistics(trainer)
        return layers[layer].delta / layers[layer - 1].delta

    return found


def arriving(trainer: Trainer) -> float:
    """Return the size of the gradient that arrives in the first layer."""
    return layer_statistics(trainer)[0].delta


def slope(activation: str, z: float = 0.0) -> float:
    """Return the slope of an activation at a sum."""
    found, at = ACTIVATIONS[activation], np.array([z])
    return float(found.derivative(at, found.function(at))[0])


def value(activation: str, z: float) -> float:
    """Return the value of an activation at a sum."""
    return float(ACTIVATIONS[activation].function(np.array([z]))[0])


def hidden_change(trainer: Trainer) -> float:
    """Return how far training has moved any weight or bias of the hidden neurons."""
    moved = np.abs(trainer.network.parameters - Trainer(trainer.config).network.parameters)
    hidden = len(moved) - trainer.network.shape[-1] * (trainer.network.shape[-2] + 1)
    return float(moved[:hidden].max())


def share_of_others(trainer: Trainer) -> float:
    """Return how large the weights of one neuron's first two inputs are beside that of the third."""
    first, second, third = np.abs(trainer.network.parameters[:3])
    return float(max(first, second) / third)


def more_right_after(epochs: int, changes: Mapping[str, Any], more: int) -> Measure:
    """Return a measure: which fraction of the points is right only after a change and more epochs."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        trainer.run_epochs(epochs)
        before = trainer.metrics()
        trainer.change(trainer.config.changed(changes))
        trainer.run_epochs(more)
        after = trainer.metrics()
        return max((after[at] or 0.0) - (before[at] or 0.0) for at in (2, 3))

    return measured


def slid(steps: int, rate: float = 0.1) -> float:
    """Return the weight of the lesson on descent after some steps from 5: the sample is 2, its target 6."""
    x, target, weight = 2.0, np.array([[6.0]]), 5.0
    for _ in range(steps):
        error = squared_error_derivative(np.array([[weight * x]]), target)
        weight -= rate * x * float(error[0, 0])
    return weight


def chain(found: str) -> float:
    """Return a weight, the output or the loss of the lesson on backpropagation's chain after its step."""
    x, first, second, target, rate = 2.0, 1.0, 3.0, np.array([[4.0]]), 0.01
    error = float(squared_error_derivative(np.array([[second * first * x]]), target)[0, 0])
    first, second = first - rate * error * second * x, second - rate * error * first * x
    output = second * first * x
    final = float(squared_error(np.array([[output]]), target)[0, 0])
    return {"first": first, "second": second, "output": output, "loss": final}[found]


def corrected(point: tuple[float, float], target: int, weights: tuple[float, float, float]) -> list[float]:
    """Return the two weights, the bias and the sum z of a perceptron that has looked at a point."""
    at = np.array([*point, 1.0])
    found = np.array(weights)
    if (found @ at >= 0) != (target > 0):
        found = found + target * at
    return [*found.tolist(), float(found @ at)]


def from_seed(seed: int, measure: Measure) -> Measure:
    """Return a measure from the step's own seeds, whatever the start."""
    return lambda config: measure(config.changed({"data_seed": seed, "weights_seed": seed}))


def of_point(figure: Callable[[Inspection], float]) -> Measure:
    """Return a measure: a figure of the first point's step, from the seeds of the lesson's network."""
    return from_seed(1, lambda config: figure(inspect_training_point(Trainer(config), 0)))


def delta_without_influence(config: TrainingConfig) -> float:
    """Return the delta of neuron 2 of the lesson's network once its weight to the output is 0."""
    trainer = Trainer(config)
    trainer.set_weight(2, 1, 0, 0.0)
    return float(inspect_training_point(trainer, 0).value_gradients[0][0, 1])


def extreme_output(pick: Callable[[np.ndarray[Any, Any]], float]) -> Measure:
    """Return a measure: the least or greatest output for the training points, from the lesson's seeds."""

    def measured(config: TrainingConfig) -> float:
        trainer = Trainer(config)
        return float(pick(trainer.network.forward(trainer.arrays.train_inputs)[:, 0]))

    return from_seed(1, measured)


def accuracy_after_one_step(config: TrainingConfig) -> float:
    """Return the fraction of the test points that are right after the first mini-batch."""
    trainer = Trainer(config)
    trainer.step()
    return trainer.metrics().test_accuracy or math.nan
