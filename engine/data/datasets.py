"""The datasets, by name: what draws each, and for which problems.

One of them, `own`, is not drawn: its points are given by the caller.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.data import generators
from engine.data.points import PLANE, Dataset, Points

__all__ = ["CUSTOM", "DATASETS", "PLANE", "Dataset", "Kind", "Points", "draw", "split", "split_custom"]

CUSTOM = "own"
"""The dataset whose points are given."""

Sampler = Callable[[int, float, np.random.Generator], Points]


@dataclass(frozen=True)
class Kind:
    """One entry of the table: the problems it serves, how many points it has, and what draws them.

    A sampler of several classes takes their number besides. The one of given points is None.
    """

    problems: tuple[str, ...]
    points: int
    sample: Callable[..., Points] | None


def _two(sample: Sampler) -> Kind:
    return Kind(("classification",), 500, sample)


def _several(sample: Callable[[int, float, np.random.Generator, int], Points]) -> Kind:
    return Kind(("multiclass",), 800, sample)


def _values(sample: Sampler) -> Kind:
    return Kind(("regression",), 1200, sample)


DATASETS: dict[str, Kind] = {
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
    CUSTOM: Kind(("classification", "multiclass", "regression"), 0, None),
}


def draw(
    name: str, *, rng: np.random.Generator, noise: float = 0.0, count: int | None = None, classes: int = 3
) -> Points:
    """Return shuffled points of the named dataset, as many as it has or `count`; `noise` is in percent.

    `classes` is how many there are, where the dataset has several. Raises `LookupError` for given points.
    """
    kind = DATASETS[name]
    if kind.sample is None:
        raise LookupError(f"the points of {name!r} are given, not drawn")
    sample = partial(kind.sample, classes=classes) if "multiclass" in kind.problems else kind.sample
    points = sample(kind.points if count is None else count, noise / 100, rng)
    order = rng.permutation(len(points.targets))
    return Points(points.inputs[order], points.targets[order])


def split(points: Points, train_percent: int) -> Dataset:
    """Return a dataset of which the first `train_percent` of the points (1..99) train and the rest test."""
    inputs, targets = points
    first = len(targets) * train_percent // 100
    return Dataset(Points(inputs[:first], targets[:first]), Points(inputs[first:], targets[first:]))


def split_custom(
    rows: Sequence[tuple[float, float, float]], train_percent: int, rng: np.random.Generator
) -> Dataset:
    """Return a dataset of given points (x1, x2, target), two at least, of which `train_percent` train.

    Those that train are spread evenly over the rows, so that a row more leaves the others where they are;
    which come first is drawn. Each set has one point at least.
    """
    table = np.array(rows, dtype=np.float64)
    steps = (np.arange(len(table) + 1) + int(rng.integers(100))) * train_percent // 100
    train = np.diff(steps) > 0
    if train.all() or not train.any():
        train[0] = not train[0]
    order = rng.permutation(len(table))
    sets = [table[order[train[order]]], table[order[~train[order]]]]
    return Dataset(*(Points(rows[:, :2], rows[:, 2]) for rows in sets))
