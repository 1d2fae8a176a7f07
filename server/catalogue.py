"""The catalogue of a training's settings, and points of the datasets, for REST and the page."""

import base64
from functools import cache
from typing import Any, cast

import numpy as np

from engine.catalogue import catalogue
from engine.data.datasets import DATASETS, draw
from engine.seeding import Purpose, stream

SAMPLE_POINTS = 120
"""The number of points in a dataset's thumbnail."""


@cache
def get_catalogue() -> dict[str, Any]:
    """Return all settings, choices and bounds, ready for JSON. Callers must not change it."""
    return catalogue()


def bounds(field: str) -> tuple[float, float]:
    """Return minimum and maximum of a numeric setting."""
    entry = get_catalogue()["fields"][field]
    return cast(float, entry["minimum"]), cast(float, entry["maximum"])


def problem_of(dataset: str) -> str | None:
    """Return the first problem that a generated dataset suits, None if there is no such dataset."""
    kind = DATASETS.get(dataset)
    return None if kind is None or kind.generate is None else kind.problems[0]


def generated_datasets() -> list[str]:
    """Return the names of the datasets that have a generator, that is, of all but custom points."""
    return [name for name, kind in DATASETS.items() if kind.generate is not None]


def points(
    dataset: str, *, noise: float, seed: int, count: int | None = None, classes: int = 3
) -> list[list[float]]:
    """Return points as rows x1, x2, target: those of a training with this noise (percent) and data seed."""
    generated = draw(dataset, rng=stream(seed, Purpose.DATA), noise=noise, count=count, classes=classes)
    rows: list[list[float]] = np.column_stack([generated.inputs, generated.targets]).tolist()
    return rows


@cache
def samples() -> dict[str, str]:
    """Return the thumbnails of all generated datasets: for each, base64 of three signed bytes a point.

    The bytes are x1 and x2 in twentieths, and the target: the index of a class, or else in units of 1/127.
    """
    return {name: _packed(name) for name in generated_datasets()}


def _packed(dataset: str) -> str:
    rows = np.array(points(dataset, noise=0, seed=0, count=SAMPLE_POINTS))
    scales = np.array([20, 20, 1 if problem_of(dataset) == "multiclass" else 127])
    return base64.b64encode(np.clip(np.rint(rows * scales), -127, 127).astype(np.int8).tobytes()).decode()
