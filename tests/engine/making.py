"""What several tests of the engine make: configs, data, gradients measured by differences."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.activations import ACTIVATIONS, OUTPUTS
from engine.config import TrainingConfig
from engine.datasets import DATASETS, Dataset, Points
from engine.features import FEATURES
from engine.initializers import INITIALIZERS
from engine.regularizers import REGULARIZERS

Array = NDArray[np.float64]


def slope(function: Callable[[Array], float], at: Array, reach: float = 1e-6) -> Array:
    """Return the gradient of a function of a flat array, by central differences."""
    result = np.empty_like(at)
    for index in range(at.size):
        ends = []
        for direction in (1, -1):
            moved = at.copy()
            moved[index] += direction * reach
            ends.append(function(moved))
        result[index] = (ends[0] - ends[1]) / (2 * reach)
    return result


def some_points(count: int, seed: int = 0, *, classes: bool = True) -> Points:
    """Return random points of the plane."""
    rng = np.random.default_rng(seed)
    targets = np.where(rng.random(count) < 0.5, -1.0, 1.0) if classes else rng.uniform(-1, 1, count)
    return Points(rng.uniform(-6, 6, (count, 2)), targets)


def some_data(train: int = 23, test: int = 7, *, classes: bool = True) -> Dataset:
    return Dataset(some_points(train, 1, classes=classes), some_points(test, 2, classes=classes))


def rows_of(points: Points) -> list[tuple[float, float, float]]:
    """Return points as rows x1, x2, target."""
    return [
        (x1, x2, target)
        for (x1, x2), target in zip(points.inputs.tolist(), points.targets.tolist(), strict=True)
    ]


@st.composite
def configs(
    draw: st.DrawFn, /, *, largest_layer: int = 5, most_layers: int = 3, **fixed: Any
) -> TrainingConfig:
    """Draw a config from the tables and bounds, with small networks."""
    problem = draw(st.sampled_from(sorted(OUTPUTS)))
    settings: dict[str, Any] = {
        "problem": problem,
        "dataset": draw(
            st.sampled_from([name for name, kind in DATASETS.items() if kind.problem == problem])
        ),
        "noise": draw(st.floats(0, 80)),
        "train_percent": draw(st.integers(10, 90)),
        "features": draw(st.lists(st.sampled_from(list(FEATURES)), min_size=1, unique=True)),
        "hidden_layers": draw(st.lists(st.integers(1, largest_layer), max_size=most_layers)),
        "activation": draw(st.sampled_from(list(ACTIVATIONS))),
        "output_activation": draw(st.sampled_from(OUTPUTS[problem])),
        "learning_rate": draw(st.floats(1e-5, 100)),
        "batch_size": draw(st.integers(1, 40)),
        "regularization": draw(st.sampled_from(list(REGULARIZERS))),
        "regularization_rate": draw(st.sampled_from([0.0, 0.003, 0.1, 3.0, 100.0])),
        "initializer": draw(st.sampled_from(list(INITIALIZERS))),
        "data_seed": draw(st.integers(0, 2**32 - 1)),
        "weights_seed": draw(st.integers(0, 2**32 - 1)),
    }
    return TrainingConfig(**settings | fixed)
