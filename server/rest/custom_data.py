"""Points that a program gives, as the engine has them."""

import numpy as np

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.errors import InvalidValue
from server.rest.schemas import GivenData


def dataset_of(config: TrainingConfig, data: GivenData) -> Dataset:
    """Return given points as a dataset.

    Raises:
        engine.errors.InvalidValue: a target is none that the config's problem has.
    """
    parts = {}
    for name, rows in (("train", data.train), ("test", data.test)):
        table = np.array(rows, np.float64)
        allowed = {"classification": [-1, 1], "multiclass": list(range(config.classes))}.get(config.problem)
        if allowed is not None:
            wrong = ~np.isin(table[:, 2], allowed)
            if wrong.any():
                expected = f"targets {allowed[0]} {'or' if len(allowed) == 2 else 'to'} {allowed[-1]}"
                raise InvalidValue(f"data.{name}", float(table[wrong][0, 2]), expected)
        parts[name] = Points(table[:, :2], table[:, 2])
    return Dataset(**parts)
