"""The datasets, by name: the generator of each, and the problems that it is for.

The dataset `own` has no generator: the caller provides its points.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.data import generators, images, real
from engine.data.columns import DataColumns
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
    columns: DataColumns | None = None
    """The columns that the points of real data come from."""


def _two(generate: Generator) -> DatasetEntry:
    return DatasetEntry(("classification",), 500, generate)


def _several(generate: Callable[[int, float, np.random.Generator, int], Points]) -> DatasetEntry:
    return DatasetEntry(("multiclass",), 800, generate)


def _values(generate: Generator) -> DatasetEntry:
    return DatasetEntry(("regression",), 1200, generate)


def _real(problem: str, name: str, columns: DataColumns, table: str | None = None) -> DatasetEntry:
    generate = real.generator(table or name, columns)
    return DatasetEntry((problem,), real.COUNTS[name], generate, columns)


DATASETS: dict[str, DatasetEntry] = {
    "circle": _two(generators.circle),
    "xor": _two(generators.xor),
    "gaussian": _two(generators.gaussian),
    "spiral": _two(generators.spiral),
    "moons": _two(generators.moons),
    "rings": _two(generators.rings),
    "checkerboard": _two(generators.checkerboard),
    "iris": _real("classification", "iris", real.IRIS),
    "blobs": _several(generators.blobs),
    "spirals": _several(generators.spirals),
    "iris-3": _real("multiclass", "iris-3", real.THREE_IRISES, table="iris"),
    "plane": _values(generators.plane),
    "multi-gaussian": _values(generators.multi_gaussian),
    "curve": _values(generators.curve),
    "elnino": _real("regression", "elnino", real.EL_NINO),
    images.DIGITS: DatasetEntry(("images",), images.COUNT, images.digits),
    CUSTOM: DatasetEntry(("classification", "multiclass", "regression"), 0, None),
}


def draw(
    name: str, *, rng: np.random.Generator, noise: float = 0.0, count: int | None = None, classes: int = 3
) -> Points:
    """Return shuffled points of the named dataset; `noise` is in percent.

    `count` is by default the dataset's number of points, of which real data and images have no more.
    `classes` is used only by datasets of several classes. Raises `LookupError` for custom points.
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
    rows: Sequence[tuple[float, ...]], train_percent: int, rng: np.random.Generator, *, by_class: bool = False
) -> Dataset:
    """Return a dataset of at least two custom points, `train_percent` of them for training.

    Rows are (x1, x2, target), or of images (pixels, target).

    The training points are spread evenly over the rows from a random start, so that appending a row does not
    move other rows between the two sets. Both sets are shuffled and have at least one point.

    Args:
        rows: the points.
        train_percent: 1 to 99.
        rng: decides which points are for training, and the order of both sets.
        by_class: the targets are classes. Where the order of the rows leaves far too many or too few points
            of a class for training, as where classes alternate, each class is spread by itself.
    """
    table = np.array(rows, dtype=np.float64)
    start = int(rng.integers(100))
    train = _spread(len(table), train_percent, start)
    if by_class and _is_lopsided(train, table[:, -1], train_percent):
        for each in np.unique(table[:, -1]):
            places = np.flatnonzero(table[:, -1] == each)
            train[places] = _spread(len(places), train_percent, start)
    if train.all() or not train.any():
        train[0] = not train[0]
    order = rng.permutation(len(table))
    sets = [table[order[train[order]]], table[order[~train[order]]]]
    return Dataset(*(Points(rows[:, :-1], rows[:, -1]) for rows in sets))


def _spread(count: int, train_percent: int, start: int) -> NDArray[np.bool_]:
    """Return for each of so many rows whether it is for training, evenly over all; `start`: 0 to 99."""
    steps = (np.arange(count + 1) + start) * train_percent // 100
    return np.diff(steps) > 0


def _is_lopsided(train: NDArray[np.bool_], targets: NDArray[np.float64], train_percent: int) -> bool:
    """Return whether a class has a quarter of its points more or fewer for training than it should have."""
    for each in np.unique(targets):
        own = train[targets == each]
        if abs(own.sum() - len(own) * train_percent / 100) > max(1.5, len(own) / 4):
            return True
    return False
