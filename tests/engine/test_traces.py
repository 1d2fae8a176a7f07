"""Recorded runs of the original playground's network code are reproduced.

`TINKERNET_TRACES=DIR` runs the same test over another folder of traces.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import DATASETS, Dataset, Points
from engine.data.features import compute
from engine.training.trainer import Trainer
from tests.engine.factories import Array, data_for, rows_of
from tests.engine.plain import PlainNetwork

pytestmark = pytest.mark.usefixtures("engine")

STORED_TRACES = Path(__file__).parents[1] / "data" / "traces"
FOLDER = Path(os.environ.get("TINKERNET_TRACES") or STORED_TRACES)
TOLERANCE = 1e-9


def numbers(values: Any) -> Array:
    """Return an array of numbers, with NaN for `null`, which stands for a non-finite number."""
    return np.array(values, dtype=np.float64)


def config_of(trace: dict[str, Any]) -> TrainingConfig:
    """Return the config of a trace, without settings unknown to the engine and without the dataset."""
    settings = {
        name: value
        for name, value in trace["config"].items()
        if name in TrainingConfig.model_fields and value is not None
    }
    kind = DATASETS.get(settings.get("dataset", ""))
    if kind is None or settings.get("problem", "classification") not in kind.problems:
        settings.pop("dataset", None)
    return TrainingConfig(**settings)


def points_of(rows: list[list[float]]) -> Points:
    table = numbers(rows)
    return Points(table[:, :2], table[:, 2])


def flat(layers: list[dict[str, Any]]) -> Array:
    """Return parameters in the engine's order: for each layer the weights row by row, then the biases."""
    parts = [
        part for layer in layers for part in (numbers(layer["weights"]).ravel(), numbers(layer["biases"]))
    ]
    return np.concatenate(parts)


def grid_of(trainer: Trainer) -> Array:
    """Return outputs on 9x9 points of the plane, borders included; row 0 is x2 = 6."""
    along = np.linspace(-6, 6, 9)
    x1, x2 = np.meshgrid(along, along[::-1])
    points = np.stack([x1.ravel(), x2.ravel()], axis=1)
    return trainer.network.forward(compute(trainer.config.features, points)).reshape(9, 9)


def reproduce(trace: dict[str, Any]) -> None:
    """Train as the trace did, and assert equal results as long as the trace stays finite."""
    data = Dataset(points_of(trace["train"]), points_of(trace["test"]))
    trainer = Trainer(config_of(trace), data=data, parameters=flat(trace["initial"]))
    final = flat(trace["final"]) if "final" in trace else np.zeros(0)
    for epoch, expected in enumerate(numbers(trace["losses"])):
        if epoch:
            trainer.run_epochs(1)
        losses = trainer.metrics()[:2]
        if not np.isfinite(expected).all():
            assert trainer.divergence is not None, f"not diverged at epoch {epoch}"
        if trainer.divergence is not None:
            # Where no loss shows it, parameters alone have ceased to be finite: then they end so.
            assert not np.isfinite([*expected, *final]).all(), f"diverged at epoch {epoch}"
            return
        np.testing.assert_allclose(losses, expected, TOLERANCE, TOLERANCE, err_msg=f"losses at epoch {epoch}")
    assert np.isfinite(final).all(), "not diverged at the end"
    if "final" in trace:
        np.testing.assert_allclose(trainer.network.parameters, final, TOLERANCE, TOLERANCE)
    if "dead_weights" in trace:
        assert trainer.pruned.sum() == trace["dead_weights"]
    if "output_grid_9x9" in trace:
        grid = numbers(trace["output_grid_9x9"])
        np.testing.assert_allclose(grid_of(trainer), grid, TOLERANCE, TOLERANCE)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_stored_trace_is_reproduced(path: Path) -> None:
    reproduce(json.loads(path.read_text(encoding="utf-8")))


def test_traces_are_stored() -> None:
    assert list(FOLDER.glob("*.json")), f"no traces in {FOLDER}"


@pytest.mark.parametrize("path", sorted(STORED_TRACES.glob("*.json")), ids=lambda path: path.stem)
def test_a_stored_trace_has_every_compared_field(path: Path) -> None:
    trace = json.loads(path.read_text(encoding="utf-8"))
    assert {"final", "dead_weights", "output_grid_9x9"} <= set(trace)
    assert np.isfinite(numbers(trace["losses"])).all()


def stored_trace(name: str) -> dict[str, Any]:
    trace: dict[str, Any] = json.loads((STORED_TRACES / f"open-{name}.json").read_text(encoding="utf-8"))
    return trace


@pytest.mark.parametrize(
    "part",
    [
        "losses",
        "final weights",
        "final biases",
        "pruned weights",
        "grid",
        "learning rate",
        "batch size",
        "features",
    ],
)
def test_a_changed_trace_is_not_reproduced(part: str) -> None:
    trace = stored_trace("l1-dead-weights")
    if part == "losses":
        trace["losses"][7][1] += 3e-9
    elif part == "final weights":
        trace["final"][1]["weights"][0][0] += 3e-9
    elif part == "final biases":
        trace["final"][2]["biases"][0] += 5e-9
    elif part == "pruned weights":
        trace["dead_weights"] += 1
    elif part == "grid":
        trace["output_grid_9x9"].reverse()
    elif part == "learning rate":
        trace["config"]["learning_rate"] *= 1.0001
    elif part == "batch size":
        trace["config"]["batch_size"] += 1
    else:
        trace["config"]["features"].reverse()
    with pytest.raises(AssertionError):
        reproduce(trace)


def test_missing_and_unknown_settings_of_a_trace_are_ignored() -> None:
    trace = stored_trace("default-circle")
    for name in (
        "output_activation",
        "loss",
        "train_percent",
        "noise",
        "regularization",
        "regularization_rate",
    ):
        del trace["config"][name]
    trace["config"] |= {"dataset": "something else", "tool": "v8", "regularization": None}
    trace["checks"] = {"sum": 1}
    del trace["dead_weights"], trace["output_grid_9x9"]
    reproduce(trace)


def plain_trace(epochs: int = 6, **settings: Any) -> dict[str, Any]:
    """Return a trace of the plain loops, which continue with non-finite values, as the original does."""
    config = TrainingConfig(**settings)
    data = data_for(config)
    layers = Trainer(config).network.layers
    trace: dict[str, Any] = {
        "config": settings,
        "train": rows_of(data.train),
        "test": rows_of(data.test),
        "initial": [{"weights": weights.tolist(), "biases": biases.tolist()} for weights, biases in layers],
    }
    plain = PlainNetwork(config, flat(trace["initial"]).tolist())
    losses = []
    for epoch in range(epochs + 1):
        if epoch:
            plain.epoch(trace["train"])
        losses.append([plain.loss(trace["train"]), plain.loss(trace["test"])])
    values = iter(plain.flat())
    trace["final"] = [
        {
            "weights": [[next(values) for _ in row] for row in weights],
            "biases": [next(values) for _ in biases],
        }
        for weights, biases in layers
    ]
    along = np.linspace(-6, 6, 9)
    trace["output_grid_9x9"] = [[plain.output((x1, x2, 0)) for x1 in along] for x2 in along[::-1]]
    trace["losses"], trace["dead_weights"] = losses, plain.pruned_weights()
    text = json.dumps(trace)
    return json.loads(re.sub(r"-?Infinity|NaN", "null", text))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 1},
        {"batch_size": 23},
        {"batch_size": 22, "activation": "relu"},
        {"batch_size": 4000, "learning_rate": 0.3},
        {"output_activation": "sigmoid", "activation": "sigmoid", "hidden_layers": [3]},
        {"hidden_layers": [], "features": ["sin_x2", "x2", "x1_x2", "x1"]},
        {"regularization": "l1", "regularization_rate": 0.3, "output_activation": "sigmoid"},
        {"regularization": "l2", "regularization_rate": 0.1, "problem": "regression", "activation": "linear"},
        {"initializer": "zeros", "features": ["x2_squared"]},
    ],
    ids=str,
)
def test_generated_traces_are_reproduced(settings: dict[str, Any]) -> None:
    trace = plain_trace(**settings)
    assert "null" not in json.dumps(trace)
    reproduce(trace)


EXPLOSIVE = [
    {"problem": "regression", "learning_rate": 3.0, "activation": "relu", "hidden_layers": [5]},
    {"problem": "regression", "learning_rate": 0.3, "hidden_layers": [], "features": ["x1", "x2_squared"]},
    {"problem": "regression", "learning_rate": 10.0, "activation": "linear", "batch_size": 1},
    {"learning_rate": 10.0, "regularization": "l2", "regularization_rate": 10.0, "batch_size": 1},
]


@pytest.mark.parametrize("settings", EXPLOSIVE, ids=str)
def test_diverging_traces_are_reproduced(settings: dict[str, Any]) -> None:
    trace = plain_trace(epochs=40, **settings)
    assert trace["losses"][0][0] is not None
    assert trace["losses"][-1][0] is None
    reproduce(trace)


def test_a_divergence_of_only_one_side_fails() -> None:
    trace = plain_trace(epochs=40, **EXPLOSIVE[0])
    finite = [loss for loss in trace["losses"] if None not in loss]
    early = trace | {"losses": [*finite[:-1], [None, None]]}
    with pytest.raises(AssertionError, match="not diverged"):
        reproduce(early)
    late = trace | {"losses": [*finite, [1e300, 1e300]], "final": stored_trace("default-circle")["final"]}
    with pytest.raises(AssertionError, match="diverged at epoch"):
        reproduce(late)
