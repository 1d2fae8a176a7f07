"""Steps as the server tells them, for tests of the page: `python -m tests.server.inspected_steps`."""

import json
from pathlib import Path
from typing import Any

from engine.config import TrainingConfig
from server.protocol.inside import PointToInspect
from server.sessions.inside import inspection, step_of
from server.sessions.session import Session

PATH = Path(__file__).parent.parent / "data" / "inspected_steps.json"

SMALL: dict[str, Any] = {"hidden_layers": [3, 2], "weights_seed": 1, "data_seed": 2}
IMAGES: dict[str, Any] = {
    "problem": "images",
    "layers": [
        {"kind": "conv", "filters": 2, "activation": "relu"},
        {"kind": "max_pool"},
        {"kind": "conv", "filters": 2},
        {"kind": "average_pool"},
        {"kind": "dense", "neurons": 3},
    ],
}
CASES: dict[str, dict[str, Any]] = {
    "sgd": {},
    "momentum, L2, schedule": {
        "optimizer": "momentum", "regularization": "l2", "regularization_rate": 0.1,
        "schedule": "exponential", "schedule_epochs": 1,
    },
    "nesterov, L1, clipped": {
        "optimizer": "nesterov", "regularization": "l1", "regularization_rate": 0.03, "gradient_clip": 0.05,
    },
    "rmsprop, elastic net": {
        "optimizer": "rmsprop", "regularization": "elastic_net", "regularization_rate": 0.1,
    },
    "adam, L2": {"optimizer": "adam", "regularization": "l2", "regularization_rate": 0.1},
    "adamw, cross-entropy": {"optimizer": "adamw", "output_activation": "sigmoid", "loss": "cross_entropy"},
    "several classes, ReLU": {"problem": "multiclass", "classes": 3, "activation": "relu"},
    "regression, huber": {"problem": "regression", "loss": "huber", "huber_delta": 0.01},
    "dropout": {"dropout": [0.5, 0.3]},
    "batch normalization, residual": {
        "normalization": ["batch_norm_before", "batch_norm"], "residual": [1, 2], "hidden_layers": [3, 3],
    },
    "layer normalization": {"normalization": ["layer_norm", "layer_norm_before"]},
    "images": IMAGES,
}  # fmt: skip
POINTS: dict[str, dict[str, Any]] = {"next": {"index": 73}, "alone": {"index": 2}}


def told_steps() -> dict[str, Any]:
    """Return for each case its config, and a step with a point that is next and one that is not."""
    steps = {}
    for name, settings in CASES.items():
        config = TrainingConfig.model_validate((SMALL if settings is not IMAGES else {}) | settings)
        session = Session(config)
        for _ in range(7):
            session.trainer.step()
        told = {
            kind: step_of(inspection(session.trainer, PointToInspect(**point))).model_dump(mode="json")
            for kind, point in POINTS.items()
        }
        steps[name] = {"config": config.model_dump(mode="json"), **told}
    return steps


if __name__ == "__main__":
    PATH.write_text(json.dumps(told_steps(), separators=(",", ":")) + "\n", "utf-8")
