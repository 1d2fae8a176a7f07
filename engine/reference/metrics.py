"""The metrics of a network: mean losses and accuracies."""

import numpy as np

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.nn.heads import head
from engine.nn.network import Network
from engine.state import Metrics

BAND = 128
"""Images that are propagated at a time: the windows of all images at once would take much memory."""


def measure(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Metrics:
    """Return the metrics for inputs (n, inputs) and targets (n, outputs).

    The first `split` points are the training set, the others the test set. Overflow gives infinity or nan.
    """
    loss = head(config.output_activation, config.loss, config.huber_delta).loss
    with np.errstate(all="ignore"):
        sums, outputs = propagate(network, inputs)
        losses = loss(sums, outputs, targets)
        train, test = float(losses[:split].mean()), float(losses[split:].mean())
        if config.problem == "regression":
            return Metrics(train, test, None, None)
        correct = _correct(outputs, targets, network.output.threshold)
    return Metrics(train, test, float(correct[:split].mean()), float(correct[split:].mean()))


def propagate(network: Network, inputs: Floats) -> tuple[Floats, Floats]:
    """Return the pre-activations of the output, and the outputs: both (n, outputs)."""
    band = BAND if network.image else len(inputs)
    parts = []
    for start in range(0, len(inputs), band):
        forward = network.propagate(inputs[start : start + band])
        parts.append((forward.values[-1], forward.output))
    sums, outputs = (
        (np.concatenate(each) for each in zip(*parts, strict=True)) if len(parts) > 1 else parts[0]
    )
    return sums, outputs


def _correct(outputs: Floats, targets: Floats, threshold: float) -> Mask:
    """Return for each point whether its predicted class is correct: (n,).

    The predicted class is the most probable one, or of two classes the side of the threshold. An output equal
    to the threshold counts as the positive class, as it does in TensorFlow Playground's heat map.
    """
    if outputs.shape[1] > 1:
        return np.asarray(outputs.argmax(axis=1) == targets.argmax(axis=1))
    return np.asarray((outputs[:, 0] >= threshold) == (targets[:, 0] >= threshold))
