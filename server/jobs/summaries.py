"""Summaries of a sweep's results at each point of its grid."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from server.jobs.finished_runs import ENDINGS, Records
from server.jobs.sweep_plan import SweepPlan
from server.sessions.training_run import StopCriterion

_QUARTERS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


class FiveNumberSummary(NamedTuple):
    """The distribution of a value over several runs."""

    least: float
    lower: float
    """A quarter of the values is below."""
    median: float
    upper: float
    """A quarter of the values is above."""
    most: float
    runs: int
    """How many runs have a value."""


class GridPointSummary(NamedTuple):
    """A summary of the finished runs at one point of the grid."""

    settings: Mapping[str, Any]
    runs: int
    diverged: int
    success_rate: float | None
    """The fraction of runs that met the stop criterion after at least one epoch; None without a criterion."""
    train_loss: FiveNumberSummary | None
    """Both losses are those of the runs that did not diverge."""
    test_loss: FiveNumberSummary | None
    epochs_to_goal: FiveNumberSummary | None
    """Over the runs that met the stop criterion."""
    train_accuracy: FiveNumberSummary | None
    """Both accuracies are fractions, over the runs that did not diverge; None in regression."""
    test_accuracy: FiveNumberSummary | None


def summaries_of(plan: SweepPlan, records: Records) -> list[GridPointSummary]:
    """Return a summary of results (n,) for each point of a plan's grid."""
    points = len(plan.settings)
    settings = records["number"] % points
    reached = records["ending"] == ENDINGS.index("reached")
    runs = np.bincount(settings, minlength=points).tolist()
    diverged = np.bincount(settings[records["ending"] == ENDINGS.index("diverged")], minlength=points)
    successes = np.bincount(settings[reached], minlength=points).tolist()
    has_goal = plan.stop_criterion != StopCriterion()
    return [
        GridPointSummary(
            plan.settings[point],
            runs[point],
            int(diverged[point]),
            successes[point] / runs[point] if runs[point] and has_goal else None,
            *spreads,
        )
        for point, spreads in enumerate(
            zip(
                five_numbers(records["train_loss"], settings, points),
                five_numbers(records["test_loss"], settings, points),
                five_numbers(np.where(reached, records["epochs"], np.nan), settings, points),
                five_numbers(records["train_accuracy"], settings, points),
                five_numbers(records["test_accuracy"], settings, points),
                strict=True,
            )
        )
    ]


def five_numbers(values: Floats, groups: NDArray[np.int64], count: int) -> list[FiveNumberSummary | None]:
    """Return the five-number summary of each group of values; None for a group without values.

    Args:
        values: (n,); NaN counts as no value.
        groups: (n,), the index of each value's group.
        count: the number of groups.
    """
    known = ~np.isnan(values)
    values, groups = values[known], groups[known]
    values = values[np.lexsort((values, groups))]
    sizes = np.bincount(groups, minlength=count)
    places = _QUARTERS * np.maximum(sizes - 1, 0)[:, None]
    below = np.floor(places).astype(np.int64)
    starts = (np.cumsum(sizes) - sizes)[:, None]
    last = max(len(values) - 1, 0)
    padded = values if len(values) else np.zeros(1)
    lower = padded[np.minimum(starts + below, last)]
    upper = padded[np.minimum(starts + np.ceil(places).astype(np.int64), last)]
    quartiles = lower + (upper - lower) * (places - below)
    return [
        FiveNumberSummary._make([*row, runs]) if runs else None
        for row, runs in zip(quartiles.tolist(), sizes.tolist(), strict=True)
    ]
