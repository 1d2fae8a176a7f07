"""Real runs: for each explanation some that trigger it, and some that must not."""

from typing import Any

SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
ENTROPY: dict[str, Any] = {"output_activation": "sigmoid", "loss": "cross_entropy"}
LINEAR: dict[str, Any] = {"activation": "linear", "dataset": "circle"}
WIDE: dict[str, Any] = {"dataset": "circle", "hidden_layers": (8, 8)}
DROPOUT: dict[str, Any] = {**WIDE, "dropout": (0.5, 0.5)}
RELU: dict[str, Any] = {"dataset": "spiral", "hidden_layers": (8, 8, 8), "activation": "relu"}
SIX_SIGMOID: dict[str, Any] = {"hidden_layers": (8,) * 6, "activation": "sigmoid"}
TWO_SIGMOID: dict[str, Any] = {"dataset": "circle", "hidden_layers": (2,), "activation": "sigmoid"}
SINGLE_POINTS: dict[str, Any] = {
    "dataset": "moons", "noise": 50.0, "batch_size": 1, "learning_rate": 0.1, "hidden_layers": (8, 8),
    "activation": "relu", **ENTROPY,
}  # fmt: skip
LITTLE_DATA: dict[str, Any] = {
    "dataset": "spiral", "noise": 50.0, "train_percent": 10, "features": SEVEN, "activation": "relu",
    "hidden_layers": (8, 8), "learning_rate": 0.1,
}  # fmt: skip


def _l2(rate: float) -> dict[str, Any]:
    return {"dataset": "circle", "regularization": "l2", "regularization_rate": rate}


TRUE: dict[str, tuple[str, int, dict[str, Any]]] = {
    "diverged": ("diverged", 40, {"problem": "regression", "activation": "relu", "learning_rate": 10.0}),
    "bouncing": ("bouncing", 300, {"dataset": "spiral", "hidden_layers": (8, 8, 8), "learning_rate": 0.3}),
    "noisy by dropout": ("noisy", 300, {**DROPOUT, "learning_rate": 0.1}),
    "noisy by single points": ("noisy", 100, SINGLE_POINTS),
    "symmetric": ("symmetric", 40, {"initializer": "zeros", "initial_bias": 0.1, "dataset": "xor"}),
    "no slope": ("no_slope", 300, {"activation": "step", "dataset": "circle"}),
    "dead": ("dead", 40, {"hidden_layers": (8, 8), "activation": "relu", "learning_rate": 3.0, **ENTROPY}),
    "dead at a large rate": ("dead", 200, {**RELU, "learning_rate": 1.0}),
    "strangled by L1": (
        "strangled",
        100,
        {"dataset": "xor", "regularization": "l1", "regularization_rate": 0.1},
    ),
    "strangled by L2": ("strangled", 300, _l2(1.0)),
    "shrunk by L2": ("strangled", 300, _l2(0.1)),
    "slow": ("slow", 300, {**WIDE, "learning_rate": 1e-5}),
    "slow for long": ("slow", 1000, {"dataset": "circle", "learning_rate": 1e-4}),
    "slow with Adam": ("slow", 300, {"dataset": "circle", "optimizer": "adam", "learning_rate": 1e-5}),
    "linear": ("linear", 500, {**LINEAR, "hidden_layers": (8, 8)}),
    "linear for long": ("linear", 2500, {**LINEAR, "hidden_layers": (4,)}),
    "no hidden layer": ("linear", 500, {"dataset": "circle", "hidden_layers": ()}),
    "linear regression": (
        "linear",
        500,
        {"problem": "regression", "dataset": "curve", "activation": "linear"},
    ),
    "no gradient": (
        "no_gradient",
        100,
        {"dataset": "spiral", "hidden_layers": (8, 8), "activation": "sigmoid", "learning_rate": 10.0},
    ),
    "vanishing": ("vanishing", 100, SIX_SIGMOID),
    "saturated": (
        "saturated",
        100,
        {"dataset": "spiral", "hidden_layers": (8, 8), "learning_rate": 3.0, **ENTROPY},
    ),
    "overfitting": ("overfitting", 300, LITTLE_DATA),
    "one neuron": ("underfitting", 300, {"dataset": "xor", "hidden_layers": (1,)}),
    "two sigmoid neurons": ("underfitting", 1000, TWO_SIGMOID),
}
"""What is to be explained: by which explanation, after how many epochs, with which settings."""

FALSE: dict[str, tuple[set[str], int, dict[str, Any]]] = {
    "a rate that is not too large": ({"diverged", "bouncing"}, 300, {"problem": "regression"}),
    "dropout is no overshooting": ({"bouncing"}, 300, {**DROPOUT, "learning_rate": 0.1}),
    "dropout at a usual rate": ({"bouncing"}, 300, DROPOUT),
    "single points are no overshooting": ({"bouncing"}, 100, SINGLE_POINTS),
    "overshooting is no noise": (
        {"noisy"},
        300,
        {"dataset": "spiral", "hidden_layers": (8, 8, 8), "learning_rate": 0.3},
    ),
    "small random weights": ({"symmetric"}, 40, {"initializer": "small_normal", "dataset": "xor"}),
    "a slope that is small": ({"no_slope"}, 300, {"activation": "sigmoid", "dataset": "circle"}),
    "leaky neurons do not die": ({"dead"}, 200, {**RELU, "activation": "leaky_relu", "learning_rate": 1.0}),
    "a step function": (
        {"underfitting", "dead", "vanishing"},
        1000,
        {"activation": "step", "dataset": "circle"},
    ),
    "a weak penalty": ({"strangled"}, 500, {**LINEAR, "regularization": "l2", "regularization_rate": 0.003}),
    "a penalty that is too strong": ({"vanishing", "underfitting", "no_gradient"}, 300, _l2(0.1)),
    "steps that are large enough": ({"slow"}, 40, {"dataset": "circle"}),
    "a plateau that no rate leaves": ({"slow"}, 100, SIX_SIGMOID),
    "steps that are too small": (
        {"underfitting", "vanishing", "linear"},
        1000,
        {"dataset": "circle", "learning_rate": 1e-4},
    ),
    "a straight border": ({"linear", "underfitting"}, 500, {"activation": "linear", "dataset": "gaussian"}),
    "a straight border in noise": (
        {"linear", "underfitting"},
        500,
        {"activation": "linear", "dataset": "gaussian", "noise": 50.0},
    ),
    "inputs that bend": (
        {"linear", "underfitting"},
        500,
        {**LINEAR, "features": ("x1_squared", "x2_squared")},
    ),
    "linear layers": (
        {"vanishing", "underfitting", "no_gradient"},
        2500,
        {**LINEAR, "hidden_layers": (8, 8)},
    ),
    "the least loss of linear layers": (
        {"vanishing", "underfitting", "no_gradient"},
        1000,
        {**LINEAR, "batch_size": 1000, "learning_rate": 0.3},
    ),
    "neurons that are seldom flat": ({"saturated"}, 100, {"dataset": "spiral", "hidden_layers": (8, 8)}),
    "data without noise": ({"overfitting"}, 300, {"dataset": "gaussian"}),
    "noise that no network learns": ({"underfitting"}, 500, {"dataset": "gaussian", "noise": 50.0}),
}
"""Which explanations must not appear, after how many epochs, with which settings."""

HEALTHY: dict[str, dict[str, Any]] = {
    "default": {},
    "gaussian": {"dataset": "gaussian"},
    "regression": {"problem": "regression"},
    "Adam": {"hidden_layers": (8,), "optimizer": "adam", "learning_rate": 0.01, **ENTROPY},
    "a wide network": {"hidden_layers": (8, 8), "dataset": "moons"},
}
"""Trainings that are told nothing."""
