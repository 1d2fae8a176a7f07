"""Helpers for tests of exports: trainings, and programs that are executed."""

from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.exports.source import Source, source_of
from engine.training.trainer import Trainer


def trained(config: TrainingConfig, *, epochs: int = 2, batches: int = 1, **given: Any) -> Trainer:
    """Return a training in the middle of an epoch."""
    trainer = Trainer(config, **given)
    trainer.run_epochs(epochs)
    for _ in range(batches):
        trainer.step()
    return trainer


def source(trainer: Trainer, name: str = "a network") -> Source:
    return source_of(name, trainer.config, trainer.overrides, trainer.snapshot(), trainer.metrics())


def executed(program: str, name: str = "exported") -> dict[str, Any]:
    """Execute a program as an import does, or as a program with the name `__main__`; return its names."""
    names: dict[str, Any] = {"__name__": name}
    exec(compile(program, "exported.py", "exec"), names)
    return names


def some_inputs(config: TrainingConfig, count: int = 40) -> Floats:
    """Return points of the plane, or images."""
    rng = np.random.default_rng(5)
    return rng.random((count, 64)) if config.image else rng.uniform(-6, 6, (count, 2))


def assert_close(ours: Floats, theirs: Any, tolerance: float = 1e-6) -> None:
    """Assert that outputs differ by at most the tolerance, relative to them where they are larger than 1."""
    theirs = np.asarray(theirs, dtype=np.float64)
    assert theirs.shape == ours.shape
    assert (np.abs(theirs - ours) <= tolerance * np.maximum(1, np.abs(ours))).all(), np.abs(
        theirs - ours
    ).max()


TABLE = {
    "dataset": "own",
    "points": [[-2, -1, -1], [-1, -2, -1], [2, 1, 1], [1, 3, 1], [2, -1, 1], [-3, 0, -1]],
    "data_columns": {
        "x1": {"name": 'petal "length"', "offset": 3.8, "factor": 1.7},
        "x2": {"name": "width\\", "offset": 1.2, "factor": 4.0},
        "target": None,
        "classes": ["setosa", "virginica"],
    },
}
"""Settings of a training on points from one's own table."""


def assert_predicts_rows(names: dict[str, Any], trainer: Trainer) -> None:
    """Assert that a program names the classes of rows of the table, in its units."""
    points = some_inputs(trainer.config)
    rows = points / [1.7, 4.0] + [3.8, 1.2]
    expected = ["virginica" if output >= 0 else "setosa" for output in trainer.outputs(points)[:, 0]]
    assert names["predict_rows"](rows) == expected
    assert names["COLUMNS"] == ['petal "length"', "width\\"]
