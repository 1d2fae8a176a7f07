"""The metrics of a network: mean losses and accuracies."""

import numpy as np

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.nn.heads import head
from engine.nn.network import Network
from engine.state import Metrics


def measure(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Metrics:
    """Return the metrics for inputs (n, inputs) and targets (n, outputs).

    The first `split` points are the training set, the others the test set. Overflow gives infinity or nan.
    """
    loss = head(config.output_activation, config.loss, config.huber_delta).loss
    with np.errstate(all="ignore"):
        forward = network.propagate(inputs)
        outputs = forward.output
        losses = loss(forward.values[-1], outputs, targets)
        train, test = float(losses[:split].mean()), float(losses[split:].mean())
        if config.problem == "regression":
            return Metrics(train, test, None, None)
        correct = _correct(outputs, targets, network.output.threshold)
    return Metrics(train, test, float(correct[:split].mean()), float(correct[split:].mean()))


def _correct(outputs: Floats, targets: Floats, threshold: float) -> Mask:
    """Return for each point whether its predicted class is correct: (n,).

    The predicted class is the most probable one, or of two classes the side of the threshold. An output equal
    to the threshold counts as the positive class, as it does in TensorFlow Playground's heat map.
    """
    if outputs.shape[1] > 1:
        return np.asarray(outputs.argmax(axis=1) == targets.argmax(axis=1))
    return np.asarray((outputs[:, 0] >= threshold) == (targets[:, 0] >= threshold))
