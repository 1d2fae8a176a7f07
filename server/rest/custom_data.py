"""Converts the points of a request into a dataset of the engine."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.errors import InvalidValue
from engine.training.trainer import Trainer
from server.errors.validation import plain_number
from server.limits.training_size import check_points, parameters_of
from server.protocol.messages import MAX_PARAMETER
from server.rest.schemas import CustomData


def checked_dataset(
    config: TrainingConfig, data: CustomData | None, *, max_points: int, within: str = "data"
) -> Dataset | None:
    """Return the points of a request as a dataset, or None if the request has none.

    Args:
        config: its settings.
        data: its points.
        max_points: the most points that are accepted.
        within: the field of the body that holds the points, for errors; "" if they are the body.

    Raises:
        engine.errors.InvalidValue: a target is not valid for the config's problem.
        server.errors.wire_errors.MessageError: there are more than `max_points` points.
    """
    if data is None:
        return None
    check_points(len(data.train) + len(data.test), max_points)
    return dataset_of(config, data, within)


def checked_parameters(
    config: TrainingConfig, parameters: Sequence[float] | None, data: Dataset | None
) -> Floats | None:
    """Return the initial parameters of a request as an array, or None if the request has none.

    Raises:
        engine.errors.InvalidValue: their number does not fit the config, or losses would not be finite.
    """
    if parameters is None:
        return None
    values, size = np.array(parameters, np.float64), parameters_of(config)
    if values.shape != (size,):
        raise InvalidValue("parameters", values.shape, f"shape {(size,)}")
    if np.abs(values).max(initial=0) > MAX_PARAMETER:  # otherwise losses are finite
        trainer = Trainer(config, data=data, parameters=values)
        trainer.metrics()
        if trainer.divergence is not None:
            raise InvalidValue("parameters", "infinite losses", "values with which all losses are finite")
    return values


def dataset_of(config: TrainingConfig, data: CustomData, within: str = "data") -> Dataset:
    """Return points as a dataset; `within` as in `checked_dataset`.

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
