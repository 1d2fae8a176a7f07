"""The catalogue of a training's settings, and points of the datasets, for REST and the page."""

from functools import cache
from typing import Any, cast

import numpy as np

from engine.catalogue import catalogue
from engine.data.datasets import DATASETS, draw
from engine.data.images import DIGITS
from engine.seeding import Purpose, stream

SAMPLE_POINTS = 90
"""The number of points in a dataset's thumbnail."""

SAMPLE_ZERO, SAMPLE_UNIT, SAMPLE_TARGET, SAMPLE_MAX = 80, 7.5, 42, 45
"""How thumbnails are written: the letter of 0, steps of a coordinate's unit and of a target's, most steps."""


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
    """Return the thumbnails of all datasets of points, each as a text with a letter for each number.

    First x1 of all points, then x2, then the targets. A letter's code is `SAMPLE_ZERO` plus the coordinate
    times `SAMPLE_UNIT`, the index of a class, or another target times `SAMPLE_TARGET`. Letters of few kinds
    travel in less than bytes would.
    """
    return {name: _packed(name) for name in generated_datasets() if name != DIGITS}


def _packed(dataset: str) -> str:
    rows = np.array(points(dataset, noise=0, seed=0, count=SAMPLE_POINTS))
    scales = np.array([SAMPLE_UNIT, SAMPLE_UNIT, 1 if problem_of(dataset) == "multiclass" else SAMPLE_TARGET])
    steps = np.clip(np.rint(rows * scales), -SAMPLE_MAX, SAMPLE_MAX).astype(int)
    return "".join(map(chr, (steps.T.ravel() + SAMPLE_ZERO).tolist()))
