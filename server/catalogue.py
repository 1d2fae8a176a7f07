"""What the engine has to offer, as REST and the page tell it: the catalogue, and points of each dataset."""

import base64
from functools import cache
from typing import Any, cast

import numpy as np

from engine.catalogue import catalogue
from engine.data.datasets import DATASETS, draw
from engine.seeding import Purpose, stream

SAMPLE_POINTS = 120
"""Points of a dataset that the page draws in its thumbnail."""


@cache
def get_catalogue() -> dict[str, Any]:
    """Return all choices and bounds, JSON-able. Do not change it."""
    return catalogue()


def bounds(field: str) -> tuple[float, float]:
    """Return the least and the greatest value of a number in the catalogue."""
    entry = get_catalogue()["fields"][field]
    return cast(float, entry["minimum"]), cast(float, entry["maximum"])


def problem_of(dataset: str) -> str | None:
    """Return the problem that a dataset is drawn for, None if there is no such dataset."""
    kind = DATASETS.get(dataset)
    return None if kind is None or kind.generate is None else kind.problems[0]


def generated_datasets() -> list[str]:
    """Return the names of the datasets that can be drawn."""
    return [name for name, kind in DATASETS.items() if kind.generate is not None]


def points(
    dataset: str, *, noise: float, seed: int, count: int | None = None, classes: int = 3
) -> list[list[float]]:
    """Return points x1, x2, target of a dataset: those that a training with this noise and seed has."""
    drawn = draw(dataset, rng=stream(seed, Purpose.DATA), noise=noise, count=count, classes=classes)
    rows = zip(drawn.inputs.tolist(), drawn.targets.tolist(), strict=True)
    return [[*point, target] for point, target in rows]


@cache
def samples() -> dict[str, str]:
    """Return a few points of every dataset, for thumbnails: base64 of three signed bytes a point.

    They are x1 and x2 in twentieths, and the target: a class from 0 on, else in 127ths.
    """
    return {name: _packed(name) for name in generated_datasets()}


def _packed(dataset: str) -> str:
    rows = np.array(points(dataset, noise=0, seed=0, count=SAMPLE_POINTS))
    scales = np.array([20, 20, 1 if problem_of(dataset) == "multiclass" else 127])
    return base64.b64encode(np.clip(np.rint(rows * scales), -127, 127).astype(np.int8).tobytes()).decode()
