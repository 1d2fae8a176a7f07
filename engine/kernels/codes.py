"""The numbers by which compiled code knows the entries of the engine's tables.

A name that is missing here has no kernel: a training that uses it runs in the reference.
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

# A softmax layer computes weighted sums, as a linear one does; the head does the rest.
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
# AdamW differs from Adam by its penalty only.
OPTIMIZERS = {
    "sgd": SGD,
    "momentum": MOMENTUM,
    "nesterov": NESTEROV,
    "rmsprop": RMSPROP,
    "adam": ADAM,
    "adamw": ADAM,
}


# Mixtures of an L1 and an L2 penalty, which is all that the kernels know.
REGULARIZERS = frozenset({"none", "l1", "l2", "elastic_net"})

MAX_OUTPUTS = 8
"""Outputs that fit into a vector."""

ALL, ONE, WINNER = -1, -2, -3
"""What a heat map shows: all neurons of all layers, one neuron, or the winner of several classes."""


def supports(config: TrainingConfig) -> bool:
    """Return whether there are kernels for everything that a config names.

    Inputs, first weights and learning rates are computed outside of the kernels, so that their names do not
    matter.
    """
    return (
        all(name in ACTIVATIONS for name in config.activations)
        and config.output_activation in OUTPUTS
        and (config.output_activation, config.loss) in HEADS
        and config.optimizer in OPTIMIZERS
        and config.regularization in REGULARIZERS
        and config.outputs <= MAX_OUTPUTS
    )
