"""What the engine has to offer, as REST and the page tell it: the catalogue, and points of each dataset."""

from functools import cache
from typing import Any, cast

from engine.catalogue import catalogue
from engine.datasets import DATASETS, draw
from engine.streams import Purpose, stream

SAMPLE = 150
"""Points of a dataset that the page draws in its thumbnail."""


@cache
def offered() -> dict[str, Any]:
    """Return all choices and bounds, JSON-able. Do not change it."""
    return catalogue()


def bounds(field: str) -> tuple[float, float]:
    """Return the least and the greatest value of a number in the catalogue."""
    entry = offered()["fields"][field]
    return cast(float, entry["minimum"]), cast(float, entry["maximum"])


def problem_of(dataset: str) -> str | None:
    """Return the problem that a dataset is for, None if there is no such dataset."""
    source = DATASETS.get(dataset)
    return None if source is None else source.problem


def points(dataset: str, *, noise: float, seed: int, count: int | None = None) -> list[list[float]]:
    """Return points x1, x2, target of a dataset: those that a training with this noise and seed has."""
    drawn = draw(dataset, rng=stream(seed, Purpose.DATA), noise=noise, count=count)
    rows = zip(drawn.inputs.tolist(), drawn.targets.tolist(), strict=True)
    return [[*point, target] for point, target in rows]


@cache
def samples() -> dict[str, list[list[float]]]:
    """Return a few rounded points of every dataset, for thumbnails."""
    return {
        name: [
            [round(number, 2) for number in point] for point in points(name, noise=0, seed=0, count=SAMPLE)
        ]
        for name in DATASETS
    }
