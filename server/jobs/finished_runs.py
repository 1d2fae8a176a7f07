"""The result of a run: as a compact record, of which there may be millions, and as a named tuple."""

import math
from collections.abc import Iterator
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from server.jobs.sweep_plan import SweepPlan
from server.sessions.session import Session
from server.sessions.training_run import StopReason, TrainingRun

RECORD = np.dtype(
    [
        ("number", "<i8"),
        ("ending", "u1"),
        ("epochs", "<i8"),
        ("train_loss", "<f8"),
        ("test_loss", "<f8"),
        ("train_accuracy", "<f8"),
        ("test_accuracy", "<f8"),
    ]
)
"""A record: the run's number in its plan, the index of its ending in `ENDINGS`, and metrics or NaN."""

Records = NDArray[np.void]
"""Results (n,) of dtype `RECORD`."""

ENDINGS: tuple[StopReason, ...] = get_args(StopReason)


class FinishedRun(NamedTuple):
    """The result of one training."""

    setting: int
    """The index of its point in the grid of settings."""
    seed: int
    ending: StopReason
    epochs: int
    train_loss: float | None
    """This and the other metrics are None if the training diverged."""
    test_loss: float | None
    train_accuracy: float | None
    """Both accuracies are also None in regression."""
    test_accuracy: float | None


def record_of(number: int, session: Session, training_run: TrainingRun) -> Records:
    """Return the record, an array of shape (1,), of a session whose run has ended."""
    metrics = session.metrics()
    ending = training_run.ended.result(0)
    values = (None,) * len(metrics) if ending == "diverged" else metrics
    numbers = [math.nan if value is None else value for value in values]
    return np.array([(number, ENDINGS.index(ending), session.trainer.epoch, *numbers)], RECORD)


def with_names(records: Records, plan: SweepPlan) -> Iterator[FinishedRun]:
    """Yield records (n,) of a plan's runs as named tuples."""
    for number, ending, epochs, *metrics in records.tolist():
        values = [None if math.isnan(value) else value for value in metrics]
        yield FinishedRun(*plan.position(number), ENDINGS[ending], epochs, *values)
