"""Converts the points of a request into a dataset of the engine."""

from itertools import chain

import numpy as np

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.errors import InvalidValue
from server.errors.validation import plain_number
from server.limits.training_size import check_points
from server.rest.schemas import CustomData


def validate_dataset(
    config: TrainingConfig, data: CustomData | None, *, max_points: int, within: str = "data"
) -> Dataset | None:
    """Return the points of a request as a dataset, or None if the request has none.

    Args:
        config: its settings.
        data: its points.
        max_points: the most points that are accepted.
        within: the field of the body that holds the points, for errors; "" if they are the body.

    Raises:
        engine.errors.InvalidValue: a target is not valid for the config's problem, or that is `images`.
        server.errors.wire_errors.MessageError: there are more than `max_points` points.
    """
    if data is None:
        return None
    if config.image:
        raise InvalidValue(within or "data", "points of the plane", "no data: the network takes images")
    check_points(len(data.train) + len(data.test), max_points)
    return to_dataset(config, data, within)


def to_dataset(config: TrainingConfig, data: CustomData, within: str = "data") -> Dataset:
    """Return points as a dataset; `within` as in `validate_dataset`.

    Raises:
        engine.errors.InvalidValue: a target is not valid for the config's problem.
    """
    parts = {}
    for name, rows in (("train", data.train), ("test", data.test)):
        table = np.fromiter(chain.from_iterable(rows), np.float64, 3 * len(rows)).reshape(-1, 3)
        allowed = {"classification": [-1, 1], "multiclass": list(range(config.classes))}.get(config.problem)
        if allowed is not None:
            wrong = ~np.isin(table[:, 2], allowed)
            if wrong.any():
                expected = f"targets {allowed[0]} {'or' if len(allowed) == 2 else 'to'} {allowed[-1]}"
                number = int(wrong.argmax())
                row = [plain_number(value) for value in rows[number]]
                raise InvalidValue(".".join(filter(None, (within, name))), row, expected, (number,))
        parts[name] = Points(table[:, :2], table[:, 2])
    return Dataset(**parts)
