"""How well a network does on points: mean losses, and the share of points whose class is right."""

import numpy as np

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.nn.heads import head
from engine.nn.network import Network
from engine.state import Metrics


def measure(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Metrics:
    """Return the metrics of points (n, inputs) with targets (n, outputs), of which the first `split` train.

    What overflows becomes infinite or nan.
    """
    loss = head(config.output_activation, config.loss, config.huber_delta).loss
    with np.errstate(all="ignore"):
        forward = network.propagate(inputs)
        outputs = forward.outputs[-1]
        losses = loss(forward.pre_activations[-1], outputs, targets)
        train, test = float(losses[:split].mean()), float(losses[split:].mean())
        if config.problem == "regression":
            return Metrics(train, test, None, None)
        right = _right(outputs, targets, network.output.threshold)
    return Metrics(train, test, float(right[:split].mean()), float(right[split:].mean()))


def _right(outputs: Floats, targets: Floats, middle: float) -> Mask:
    """Return for each point whether its class is right: the likeliest, or the side of the middle.

    An output exactly in the middle counts as the positive class, as it does in the original's picture.
    """
    if outputs.shape[1] > 1:
        return np.asarray(outputs.argmax(axis=1) == targets.argmax(axis=1))
    return np.asarray((outputs[:, 0] >= middle) == (targets[:, 0] >= middle))
