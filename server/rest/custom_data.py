"""Converts the points of a request into a dataset of the engine."""

import numpy as np

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.errors import InvalidValue
from server.limits.training_size import check_points
from server.rest.schemas import CustomData


def checked_dataset(config: TrainingConfig, data: CustomData | None, *, max_points: int) -> Dataset | None:
    """Return the points of a request as a dataset, or None if the request has none.

    Raises:
        engine.errors.InvalidValue: a target is not valid for the config's problem.
        server.errors.wire_errors.MessageError: there are more than `max_points` points.
    """
    if data is None:
        return None
    check_points(len(data.train) + len(data.test), max_points)
    return dataset_of(config, data)


def dataset_of(config: TrainingConfig, data: CustomData) -> Dataset:
    """Return points as a dataset.

    Raises:
        engine.errors.InvalidValue: a target is not valid for the config's problem.
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
