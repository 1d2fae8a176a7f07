"""The names of controls and panels of the page that a lesson can refer to; the page has the same names."""

from typing import Literal

from engine.config import TrainingConfig

CONTROLS = (
    *(
        "play",
        "reset",
        "step_epoch",
        "step_batch",
        "new_weights",
        "speed",
        "more",
        "regenerate",
        "inside",
        "race",
    ),
    *("show_train", "show_test", "discretize", "decision_line", "log_scale"),
    *("data", "network", "output", "chart", "losses", "epoch", "inputs", "layers", "neurons", "output_bias"),
)
"""Controls of the page that are not settings of a training."""

HIGHLIGHTABLE = (*CONTROLS, *TrainingConfig.model_fields)
"""The controls that a step can highlight."""

HIDABLE_CONTROLS = (
    *("play", "reset", "step_epoch", "step_batch", "new_weights", "speed", "more", "regenerate"),
    *("learning_rate", "activation", "regularization", "regularization_rate", "problem", "dataset"),
    *("classes", "train_percent", "noise", "batch_size", "layers", "show_test", "discretize"),
)
"""The controls that a step can list in `show`; those that it does not list are then hidden."""

Panel = Literal["training", "point", "quality", "descent"]
"""The panels that a step can open: what happens in all layers (gradients, curves), one point by hand, how
good the network is, the laboratory of gradient descent."""

Measure = Literal[
    "epochs",
    "steps",
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "neurons",
    "hidden_layers",
    "weights",
]
"""The measures with which a prediction can be compared."""
