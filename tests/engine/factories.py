"""Helpers for tests of the engine: random configs and data, and numerical gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM, DATASETS, Dataset, Points
from engine.data.features import FEATURES
from engine.data.scaling import SCALINGS
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, PROBLEMS
from engine.nn.initializers import INITIALIZERS
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.regularizers import REGULARIZERS
from engine.optim.schedules import SCHEDULES

Array = NDArray[np.float64]

HEADS = [(output, loss) for output in OUTPUTS for loss in OUTPUTS[output].losses]
"""Every output with every loss that fits it."""


def problem_of(output: str) -> str:
    """Return the problem that an output activation is for."""
    return next(problem for problem, outputs in PROBLEMS.items() if output in outputs)


def numerical_gradient(function: Callable[[Array], float], at: Array, reach: float = 1e-6) -> Array:
    """Return the gradient of a function of an array of shape (n,), by central differences."""
    result = np.empty_like(at)
    for index in range(at.size):
        ends = []
        for direction in (1, -1):
            moved = at.copy()
            moved[index] += direction * reach
            ends.append(function(moved))
        result[index] = (ends[0] - ends[1]) / (2 * reach)
    return result


def random_targets(problem: str, classes: int, count: int, rng: np.random.Generator) -> Array:
    """Return random targets of a problem, shape (count,)."""
    if problem == "regression":
        return rng.uniform(-1, 1, count)
    if problem in ("multiclass", "images"):
        return rng.integers(10 if problem == "images" else classes, size=count).astype(float)
    return np.where(rng.random(count) < 0.5, -1.0, 1.0)


def random_points(count: int, seed: int = 0, problem: str = "classification", classes: int = 3) -> Points:
    """Return random points of the plane, or images, with targets of a problem."""
    rng = np.random.default_rng(seed)
    inputs = rng.random((count, 64)) if problem == "images" else rng.uniform(-6, 6, (count, 2))
    return Points(inputs, random_targets(problem, classes, count, rng))


def random_dataset(
    train: int = 23, test: int = 7, problem: str = "classification", classes: int = 3
) -> Dataset:
    return Dataset(random_points(train, 1, problem, classes), random_points(test, 2, problem, classes))


def data_for(config: TrainingConfig, train: int = 23, test: int = 7) -> Dataset:
    """Return random points with targets of a config's problem and classes."""
    return random_dataset(train, test, config.problem, config.classes)


def rows_of(points: Points) -> list[tuple[float, float, float]]:
    """Return points as rows (x1, x2, target)."""
    return [
        (x1, x2, target)
        for (x1, x2), target in zip(points.inputs.tolist(), points.targets.tolist(), strict=True)
    ]


@st.composite
def configs(
    draw: st.DrawFn, /, *, largest_layer: int = 5, most_layers: int = 3, **fixed: Any
) -> TrainingConfig:
    """Draw a valid config with a small network; the settings in `fixed` are used as given."""

    def one_of(names: Any) -> str:
        return str(draw(st.sampled_from(list(names))))

    problem = fixed.get("problem") or one_of([name for name in PROBLEMS if name != "images"])
    output = fixed.get("output_activation") or one_of(PROBLEMS[problem])
    classes = fixed.get("classes") or draw(st.integers(2, 8))
    layers = fixed.get("hidden_layers")
    if layers is None:
        layers = draw(st.lists(st.integers(1, largest_layer), max_size=most_layers))
    count = len(layers)
    settings: dict[str, Any] = {
        "problem": problem,
        "dataset": one_of(name for name, kind in DATASETS.items() if problem in kind.problems),
        "classes": classes,
        "points": (),
        "noise": draw(st.floats(0, 80)),
        "train_percent": draw(st.integers(10, 90)),
        "features": draw(st.lists(st.sampled_from(list(FEATURES)), min_size=1, unique=True)),
        "input_scaling": one_of(SCALINGS),
        "hidden_layers": layers,
        "activation": one_of(ACTIVATIONS),
        "layer_activations": draw(
            st.just([]) | st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=count, max_size=count)
        ),
        "output_activation": output,
        "loss": one_of(OUTPUTS[output].losses),
        "huber_delta": draw(st.sampled_from([0.001, 0.1, 0.3, 1.0, 10.0])),
        "optimizer": one_of(OPTIMIZERS),
        "momentum": draw(st.sampled_from([0.0, 0.5, 0.9, 0.999])),
        "rho": draw(st.sampled_from([0.0, 0.5, 0.9, 0.9999])),
        "beta1": draw(st.sampled_from([0.0, 0.5, 0.9, 0.9999])),
        "beta2": draw(st.sampled_from([0.0, 0.9, 0.999, 0.99999])),
        "epsilon": draw(st.sampled_from([1e-12, 1e-8, 1e-3, 1.0])),
        "weight_decay": draw(st.sampled_from([0.0, 0.01, 0.5, 10.0])),
        "schedule": one_of(SCHEDULES),
        "schedule_epochs": draw(st.sampled_from([1, 2, 3, 7, 100, 1_000_000])),
        "schedule_factor": draw(st.sampled_from([1e-6, 0.1, 0.5, 1.0])),
        "learning_rate": draw(st.floats(1e-5, 100)),
        "batch_size": draw(st.integers(1, 40)),
        "regularization": one_of(REGULARIZERS),
        "regularization_rate": draw(st.sampled_from([0.0, 0.003, 0.1, 3.0, 100.0])),
        "l1_ratio": draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        "dropout": draw(
            st.just([]) | st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.9]), min_size=count, max_size=count)
        ),
        "gradient_clip": draw(st.sampled_from([0.0, 0.01, 0.3, 5.0, 1000.0])),
        "initializer": one_of(INITIALIZERS),
        "initial_bias": draw(st.sampled_from([-10.0, -0.5, 0.0, 0.1, 2.0])),
        "data_seed": draw(st.integers(0, 2**32 - 1)),
        "weights_seed": draw(st.integers(0, 2**32 - 1)),
    }
    settings |= fixed
    if settings["dataset"] == CUSTOM and not settings["points"]:
        points = random_points(draw(st.integers(2, 40)), draw(st.integers(0, 9)), problem, classes)
        settings["points"] = rows_of(points)
    return TrainingConfig(**settings)


def first_error(**settings: Any) -> tuple[str, str]:
    """Return the field and type of the first validation error of some settings; all must be in one field."""
    with pytest.raises(ValidationError) as caught:
        TrainingConfig(**settings)
    errors = caught.value.errors()
    (field,) = {str(error["loc"][0]) for error in errors}
    return field, errors[0]["type"]
