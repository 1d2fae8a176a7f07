"""The numbers by which compiled code knows the entries of the engine's tables.

What is missing here has no kernel: then the reference does it.
"""

from engine.config import TrainingConfig

RELU, TANH, SIGMOID, LINEAR, LEAKY_RELU, ELU, STEP, SOFTPLUS, SWISH, GELU, SINE = range(11)
ACTIVATIONS = {
    "relu": RELU,
    "tanh": TANH,
    "sigmoid": SIGMOID,
    "linear": LINEAR,
    "leaky_relu": LEAKY_RELU,
    "elu": ELU,
    "step": STEP,
    "softplus": SOFTPLUS,
    "swish": SWISH,
    "gelu": GELU,
    "sine": SINE,
}

# A softmax layer computes its sums, as a linear one does; the head does the rest.
OUTPUTS = {"tanh": TANH, "sigmoid": SIGMOID, "softmax": LINEAR, "linear": LINEAR}

SQUARED, ENTROPY, SOFTMAX, HUBER = range(4)
HEADS = {
    ("tanh", "squared_error"): SQUARED,
    ("sigmoid", "squared_error"): SQUARED,
    ("sigmoid", "cross_entropy"): ENTROPY,
    ("softmax", "cross_entropy"): SOFTMAX,
    ("linear", "squared_error"): SQUARED,
    ("linear", "huber"): HUBER,
}

SGD, MOMENTUM, NESTEROV, RMSPROP, ADAM = range(5)
# AdamW is Adam with another penalty.
OPTIMIZERS = {
    "sgd": SGD,
    "momentum": MOMENTUM,
    "nesterov": NESTEROV,
    "rmsprop": RMSPROP,
    "adam": ADAM,
    "adamw": ADAM,
}


def supports(config: TrainingConfig) -> bool:
    """Return whether there are kernels for all that a config names."""
    return (
        all(name in ACTIVATIONS for name in config.activations)
        and config.output_activation in OUTPUTS
        and (config.output_activation, config.loss) in HEADS
        and config.optimizer in OPTIMIZERS
        and config.outputs <= 8
    )
