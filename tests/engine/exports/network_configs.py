"""Configs with each layer kind, activation, loss and scaling, for frameworks that are slow to try."""

from typing import Any

from engine.data.features import FEATURES
from engine.nn.activations import ACTIVATIONS
from tests.engine.factories import HEADS, problem_of

NETWORKS: dict[str, dict[str, Any]] = {
    **{f"activation {name}": {"activation": name} for name in ACTIVATIONS},
    **{
        f"{output} {loss}": {"problem": problem_of(output), "output_activation": output, "loss": loss}
        for output, loss in HEADS
    },
    "features and scaling": {"features": list(FEATURES), "input_scaling": "standardized"},
    "no hidden layer": {"hidden_layers": []},
    "dropout": {"dropout": [0.2, 0.4], "activation": "leaky_relu"},
    "batch norm": {"normalization": ["batch_norm", "batch_norm_before"]},
    "layer norm": {"normalization": ["layer_norm", "layer_norm_before"], "activation": "gelu"},
    "residual": {"hidden_layers": [3, 4, 4, 5], "residual": [1, 0, 2, 2], "activation": "relu"},
    "everything": {
        "layers": [
            {"kind": "dense", "neurons": 5, "activation": "swish"},
            {"kind": "batch_norm", "before_activation": True},
            {"kind": "layer_norm"},
            {"kind": "dense", "neurons": 5},
            {"kind": "residual", "layers": 2},
            {"kind": "batch_norm"},
            {"kind": "dropout", "rate": 0.3},
            {"kind": "dense", "neurons": 3, "activation": "step"},
            {"kind": "residual", "layers": 1},
        ],
        "batch_size": 7,
    },
}

_CONV = {"kind": "conv", "filters": 3}

IMAGES: dict[str, dict[str, Any]] = {
    "no layers": {"layers": []},
    "default": {"batch_size": 100},
    "strides and windows": {
        "layers": [
            {**_CONV, "size": 4, "stride": 2},
            {"kind": "average_pool", "size": 2, "stride": 1},
            {**_CONV, "size": 2, "padding": "valid"},
            {"kind": "max_pool"},
        ]
    },
    "norms of maps": {
        "layers": [
            {**_CONV, "activation": "elu"},
            {"kind": "batch_norm", "before_activation": True},
            {"kind": "layer_norm"},
            {**_CONV, "activation": "sine"},
            {"kind": "residual", "layers": 1},
            {"kind": "batch_norm"},
            {"kind": "max_pool"},
            {"kind": "dropout", "rate": 0.2},
            {"kind": "flatten"},
            {"kind": "layer_norm"},
            {"kind": "dense", "neurons": 6},
            {"kind": "batch_norm"},
        ],
        "input_scaling": "standardized",
    },
    "maps at the end": {"layers": [{**_CONV, "size": 5, "stride": 3}, {"kind": "layer_norm"}]},
}

TRAININGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "sigmoid and half the squared error": {"output_activation": "sigmoid", "loss": "squared_error"},
    "sigmoid and cross-entropy": {"output_activation": "sigmoid", "loss": "cross_entropy"},
    "several classes": {"problem": "multiclass", "classes": 4},
    "regression": {"problem": "regression", "loss": "huber", "huber_delta": 0.1},
    "l2": {"regularization": "l2", "regularization_rate": 0.03},
    "l1": {"regularization": "l1", "regularization_rate": 0.03},
    "elastic net, clipped": {
        "regularization": "elastic_net",
        "regularization_rate": 0.03,
        "gradient_clip": 0.1,
    },
    "a schedule": {"schedule": "cosine", "schedule_epochs": 5, "learning_rate": 0.1},
    "layer norm and residual": {"normalization": ["layer_norm", "none"], "residual": [0, 2]},
    "batch norm": {"normalization": ["batch_norm", "none"]},
    "momentum": {"optimizer": "momentum", "gradient_clip": 0.3, "learning_rate": 0.01},
    "nesterov and l2": {
        "optimizer": "nesterov",
        "regularization": "l2",
        "regularization_rate": 0.03,
        "learning_rate": 0.01,
    },
    "rmsprop": {"optimizer": "rmsprop", "learning_rate": 0.003},
    "adam and l2": {
        "optimizer": "adam",
        "regularization": "l2",
        "regularization_rate": 0.01,
        "learning_rate": 0.003,
    },
    "adamw": {"optimizer": "adamw", "weight_decay": 0.3, "learning_rate": 0.003},
}
"""Settings of a training from its start, whose memory of the optimizer is empty."""
