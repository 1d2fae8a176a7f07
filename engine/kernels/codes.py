"""The codes by which kernels identify the entries of the engine's tables.

A name that is missing here has no kernel: a training that uses it runs in the reference implementation.
"""

from collections.abc import Set
from typing import Literal, TypeAlias

from engine.config import TrainingConfig
from engine.nn.layers import DENSE_KINDS, kinds_of

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

# A softmax layer computes pre-activations, like a linear one; the head applies the softmax.
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
# AdamW differs from Adam only by its penalty.
OPTIMIZERS = {
    "sgd": SGD,
    "momentum": MOMENTUM,
    "nesterov": NESTEROV,
    "rmsprop": RMSPROP,
    "adam": ADAM,
    "adamw": ADAM,
}


(
    DENSE,
    ACTIVATION,
    BATCH_NORM,
    LAYER_NORM,
    RESIDUAL,
    DROPOUT,
    CONV,
    MAX_POOL,
    AVERAGE_POOL,
    FLATTEN,
) = range(10)
KINDS = {
    "dense": DENSE,
    "activation": ACTIVATION,
    "batch_norm": BATCH_NORM,
    "layer_norm": LAYER_NORM,
    "residual": RESIDUAL,
    "dropout": DROPOUT,
    "conv": CONV,
    "max_pool": MAX_POOL,
    "average_pool": AVERAGE_POOL,
    "flatten": FLATTEN,
}
"""The kinds of layers that have kernels."""

# The kernels support mixtures of an L1 and an L2 penalty.
REGULARIZERS = frozenset({"none", "l1", "l2", "elastic_net"})

MAX_OUTPUTS = 8
"""Maximum number of outputs of networks of points, because they must fit into one vector."""

Family: TypeAlias = Literal["dense", "chain", "images"]
"""Networks that have kernels of their own: dense ones, other chains of layers, and those that take images."""

ALL, ONE, WINNER = -1, -2, -3
"""What a heat map shows: all neurons of all layers, one neuron, or the most probable of several classes."""


def supports(config: TrainingConfig) -> bool:
    """Return whether there are kernels for everything that a config names.

    Features, initial weights and learning rates are computed outside of the kernels, so that their names do
    not matter.
    """
    return (
        kinds_of(config.chain) <= KINDS.keys()
        and all(name in ACTIVATIONS for name in config.activations)
        and config.output_activation in OUTPUTS
        and (config.output_activation, config.loss) in HEADS
        and config.optimizer in OPTIMIZERS
        and config.regularization in REGULARIZERS
        and (config.image is not None or config.outputs <= MAX_OUTPUTS)
    )


def family_of(kinds: Set[str], *, images: bool) -> Family:
    """Return which kernels run a chain of layers of these kinds. `images`: whether its inputs are images.

    Those of `registry.KERNELS` are for dense networks.
    """
    if images:
        return "images"
    return "dense" if kinds <= DENSE_KINDS else "chain"
