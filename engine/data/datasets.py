"""The datasets, by name: the generator of each, and the problems that it is for.

The dataset `own` has no generator: the caller provides its points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.data import generators
from engine.data.points import PLANE, Dataset, Points

__all__ = [
    "CUSTOM",
    "DATASETS",
    "PLANE",
    "Dataset",
    "DatasetEntry",
    "Points",
    "draw",
    "split",
    "split_custom",
]

CUSTOM = "own"
"""The dataset whose points the caller provides."""

Generator = Callable[[int, float, np.random.Generator], Points]


@dataclass(frozen=True)
class DatasetEntry:
    """One entry of the table: the problems that it is for, its number of points, and its generator.

    `generate(count, noise, rng)` draws points; for several classes it has the argument `classes`, too. It is
    None for custom points.
    """

    problems: tuple[str, ...]
    points: int
    generate: Callable[..., Points] | None


def _two(generate: Generator) -> DatasetEntry:
    return DatasetEntry(("classification",), 500, generate)


def _several(generate: Callable[[int, float, np.random.Generator, int], Points]) -> DatasetEntry:
    return DatasetEntry(("multiclass",), 800, generate)


def _values(generate: Generator) -> DatasetEntry:
    return DatasetEntry(("regression",), 1200, generate)


DATASETS: dict[str, DatasetEntry] = {
    "circle": _two(generators.circle),
    "xor": _two(generators.xor),
    "gaussian": _two(generators.gaussian),
    "spiral": _two(generators.spiral),
    "moons": _two(generators.moons),
    "rings": _two(generators.rings),
    "checkerboard": _two(generators.checkerboard),
    "blobs": _several(generators.blobs),
    "spirals": _several(generators.spirals),
    "plane": _values(generators.plane),
    "multi-gaussian": _values(generators.multi_gaussian),
    "curve": _values(generators.curve),
    CUSTOM: DatasetEntry(("classification", "multiclass", "regression"), 0, None),
}


def draw(
    name: str, *, rng: np.random.Generator, noise: float = 0.0, count: int | None = None, classes: int = 3
) -> Points:
    """Return shuffled points of the named dataset; `noise` is in percent.

    `count` is by default the dataset's number of points. `classes` is used only by datasets of several
    classes. Raises `LookupError` for custom points.
    """
    dataset = DATASETS[name]
    if dataset.generate is None:
        raise LookupError(f"the points of {name!r} are not drawn")
    generate = (
        partial(dataset.generate, classes=classes) if "multiclass" in dataset.problems else dataset.generate
    )
    points = generate(dataset.points if count is None else count, noise / 100, rng)
    order = rng.permutation(len(points.targets))
    return Points(points.inputs[order], points.targets[order])


def split(points: Points, train_percent: int) -> Dataset:
    """Return a dataset whose training points are the first `train_percent` (1..99) of the points."""
    inputs, targets = points
    first = len(targets) * train_percent // 100
    return Dataset(Points(inputs[:first], targets[:first]), Points(inputs[first:], targets[first:]))


def split_custom(
    rows: Sequence[tuple[float, float, float]], train_percent: int, rng: np.random.Generator
) -> Dataset:
    """Return a dataset of at least two custom points (x1, x2, target), `train_percent` of them for training.

    The training points are spread evenly over the rows from a random start, so that appending a row does not
    move other rows between the two sets. Both sets are shuffled and have at least one point.
    """
    table = np.array(rows, dtype=np.float64)
    steps = (np.arange(len(table) + 1) + int(rng.integers(100))) * train_percent // 100
    train = np.diff(steps) > 0
    if train.all() or not train.any():
        train[0] = not train[0]
    order = rng.permutation(len(table))
    sets = [table[order[train[order]]], table[order[~train[order]]]]
    return Dataset(*(Points(rows[:, :2], rows[:, 2]) for rows in sets))
