"""Datasets of real data, from the tables that travel with the program.

Columns are scaled to the plane, and targets of a regression to [-1, 1]. Noise moves the points: at 100 % each
coordinate has 5 times a standard normal number added.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

import numpy as np

from engine.arrays import Floats
from engine.data.columns import MAX_CLASSES, DataColumn, DataColumns
from engine.data.points import Points

IRIS = DataColumns(
    x1=DataColumn(name="petal length (cm)", offset=4.95, factor=2.564),
    x2=DataColumn(name="petal width (cm)", offset=1.75, factor=6.667),
    classes=("versicolor", "virginica"),
)
"""Two kinds of iris, by the size of their petals."""

THREE_IRISES = DataColumns(
    x1=DataColumn(name="petal length (cm)", offset=3.95, factor=1.695),
    x2=DataColumn(name="petal width (cm)", offset=1.3, factor=4.1667),
    classes=("setosa", "versicolor", "virginica"),
)
"""All three kinds of iris."""

EL_NINO = DataColumns(
    x1=DataColumn(name="year", offset=1980.0, factor=0.1667),
    x2=DataColumn(name="month", offset=6.5, factor=0.9091),
    target=DataColumn(name="sea temperature (°C)", offset=24.1, factor=0.1944),
)
"""The temperature of the Pacific off Peru by year and month."""

COUNTS = {"iris": 100, "iris-3": 150, "elnino": 732}
"""Number of rows of each dataset."""


@lru_cache(maxsize=4)
def load_table(name: str, columns: DataColumns) -> Floats:
    """Return the rows of a table, scaled: x1, x2 and target. Rows of classes that have no name are left out.

    Targets are -1 and 1 for two classes, 0, 1, 2 for three.
    """
    text = (files("engine.data.tables") / f"{name}.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    two = len(columns.classes) == 2
    numbers = {label: 2.0 * index - 1 if two else float(index) for index, label in enumerate(columns.classes)}
    target = columns.target
    table = np.array(
        [
            [
                columns.x1.scaled(float(x1)),
                columns.x2.scaled(float(x2)),
                numbers[value] if target is None else target.scaled(float(value)),
            ]
            for x1, x2, value in rows
            if target is not None or value in numbers
        ]
    )
    table.setflags(write=False)
    return table


def generator(name: str, columns: DataColumns) -> Callable[..., Points]:
    """Return the generator of a table: it draws rows in random order, each at most once.

    Its argument `classes` leaves out the rows of classes from that number on.
    """

    def draw(count: int, noise: float, rng: np.random.Generator, classes: int = MAX_CLASSES) -> Points:
        table = load_table(name, columns)
        if classes < len(columns.classes):
            table = table[table[:, 2] < classes]
        rows = table[rng.permutation(len(table))[:count]]
        return Points(rows[:, :2] + 5 * noise * rng.standard_normal((len(rows), 2)), rows[:, 2])

    return draw
