"""Datasets of real data, from the tables that travel with the program.

Columns are scaled to the plane, and targets of a regression to [-1, 1]. Noise moves the points: at 100 % each
coordinate has 5 times a standard normal number added.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

import numpy as np

from engine.arrays import Floats
from engine.data.columns import DataColumn, DataColumns
from engine.data.points import Points

IRIS = DataColumns(
    x1=DataColumn(name="petal length (cm)", offset=4.95, factor=2.564),
    x2=DataColumn(name="petal width (cm)", offset=1.75, factor=6.667),
    classes=("versicolor", "virginica"),
)
"""Two kinds of iris, by the size of their petals."""

EL_NINO = DataColumns(
    x1=DataColumn(name="year", offset=1980.0, factor=0.1667),
    x2=DataColumn(name="month", offset=6.5, factor=0.9091),
    target=DataColumn(name="sea temperature (°C)", offset=24.1, factor=0.1944),
)
"""The temperature of the Pacific off Peru by year and month."""

COUNTS = {"iris": 100, "elnino": 732}
"""Number of rows of each table."""


@lru_cache(maxsize=4)
def load_table(name: str, columns: DataColumns) -> Floats:
    """Return a table, scaled: rows of x1, x2 and target."""
    text = (files("engine.data.tables") / f"{name}.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    numbers = {label: 2.0 * index - 1 for index, label in enumerate(columns.classes)}
    target = columns.target
    table = np.array(
        [
            [
                columns.x1.scaled(float(x1)),
                columns.x2.scaled(float(x2)),
                numbers[value] if target is None else target.scaled(float(value)),
            ]
            for x1, x2, value in rows
        ]
    )
    table.setflags(write=False)
    return table


def generator(name: str, columns: DataColumns) -> Callable[[int, float, np.random.Generator], Points]:
    """Return the generator of a table: it draws rows in random order, each at most once."""

    def draw(count: int, noise: float, rng: np.random.Generator) -> Points:
        table = load_table(name, columns)
        rows = table[rng.permutation(len(table))[:count]]
        return Points(rows[:, :2] + 5 * noise * rng.standard_normal((len(rows), 2)), rows[:, 2])

    return draw
