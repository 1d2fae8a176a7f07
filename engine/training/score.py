"""The score of a network: how wrong it is on the test points, on a scale that no setting changes.

For two classes it is the mean of half the squared difference from targets of -1 and 1, with a probability p
read as 2p - 1; for several classes the mean cross-entropy; in regression the mean of half the squared
difference, from the targets as they are. Neither the loss that is trained nor a penalty changes it. Lower is
better.
"""

import sys

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.nn.heads import OUTPUTS
from engine.nn.network import Network
from engine.state import Metrics
from engine.training import backend

_PROBABILITY_FACTOR = 4.0
"""Squared errors of a probability p and a target t, times this, are those of 2p - 1 and 2t - 1."""


def score(
    network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int, metrics: Metrics
) -> float:
    """Return the score of a network; it is always finite.

    Args:
        network: the network.
        config: its settings.
        inputs: (n, inputs), scaled.
        targets: (n, outputs), on the scale of the output.
        split: number of training points; the others are the test points.
        metrics: of the network on these points. If their loss has the score's form, it is not measured again.
    """
    measured = score_of_loss(config, metrics.test_loss)
    if measured is None:
        config = config.model_copy(update={"loss": _scored_loss(config)})
        metrics = backend.metrics_function(config)(network, config, inputs, targets, split)
        measured = score_of_loss(config, metrics.test_loss)
        assert measured is not None
    return measured


def score_of_loss(config: TrainingConfig, test_loss: float) -> float | None:
    """Return the score of a network with a test loss; None if the loss has another form than the score."""
    if config.loss != _scored_loss(config):
        return None
    squared_probability = OUTPUTS[config.output_activation].probability and config.loss == "squared_error"
    return min(test_loss * (_PROBABILITY_FACTOR if squared_probability else 1.0), sys.float_info.max)


def _scored_loss(config: TrainingConfig) -> str:
    losses = OUTPUTS[config.output_activation].losses
    return "squared_error" if "squared_error" in losses else losses[0]
