"""Classes that one of the two sets of points lacks, as happens where a class has few points of its own."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np

from engine.config import TrainingConfig
from engine.config_fields import MAX_SEED
from engine.data.points import Dataset
from engine.training.build import build_dataset

MAX_ATTEMPTS = 20
"""Other splits that are tried."""


class MissingClass(NamedTuple):
    """A class that only one of the sets has."""

    lacks: Literal["train", "test"]
    """The set without a point of it."""
    target: float
    points: int
    """How many the other set has."""


def missing_class(config: TrainingConfig, data: Dataset) -> MissingClass | None:
    """Return the class with the most points that the training set lacks, else one that the test set lacks.

    None: both sets have the same classes, or the targets are no classes.
    """
    if config.problem == "regression":
        return None
    train, test = data.train.targets, data.test.targets
    return _lacking("train", train, test) or _lacking("test", test, train)


def _lacking(lacks: Literal["train", "test"], targets: np.ndarray, others: np.ndarray) -> MissingClass | None:
    classes, counts = np.unique(others[~np.isin(others, targets)], return_counts=True)
    if len(classes) == 0:
        return None
    index = int(counts.argmax())
    return MissingClass(lacks, float(classes[index]), int(counts[index]))


@lru_cache(maxsize=64)
def fuller_split(config: TrainingConfig) -> Mapping[str, Any]:
    """Return the change with which both sets have the same classes; empty if none was found.

    It is another data seed or, where all divide the points alike, the nearest other share for training.
    """
    seeds = [(config.data_seed + step) % MAX_SEED for step in range(1, MAX_ATTEMPTS + 1)]
    percents = sorted(range(10, 91, 10), key=lambda percent: abs(percent - config.train_percent))
    for change in [{"data_seed": seed} for seed in seeds] + [{"train_percent": each} for each in percents]:
        if missing_class(config, build_dataset(config.changed(change))) is None:
            return change
    return {}
