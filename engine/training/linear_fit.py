"""What the best linear map of a training's inputs can do, whatever the training has come to."""

from typing import Literal, NamedTuple

import numpy as np

from engine.arrays import Floats
from engine.training.trainer import Trainer

MAX_STEPS = 200
"""Steps towards the best linear classifier."""

RIDGE = 1e-6
"""Added to the diagonal of the inputs' moments, so that they can be inverted."""


class LinearFit(NamedTuple):
    """What the best linear map leaves."""

    measure: Literal["wrong", "unexplained"]
    """Of classes the fraction of training points that it gets wrong; otherwise the unexplained variance."""
    left: float


def linear_fit(trainer: Trainer) -> LinearFit:
    """Return what the best linear map of the inputs leaves of the training targets; the training stays."""
    arrays, config = trainer.arrays, trainer.config
    inputs = arrays.train_inputs
    inputs = np.column_stack([inputs.reshape(len(inputs), -1), np.ones(len(inputs))])
    targets = arrays.train_targets
    if config.problem == "regression":
        solution, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
        variance = float(targets.var(axis=0).sum())
        left = float(((targets - inputs @ solution) ** 2).mean(axis=0).sum())
        return LinearFit("unexplained", left / variance if variance > 0 else 0.0)
    classes = targets.argmax(axis=1) if targets.shape[1] > 1 else (targets[:, 0] > targets.mean()).astype(int)
    return LinearFit("wrong", _fraction_wrong(inputs, classes))


def _fraction_wrong(inputs: Floats, classes: np.ndarray) -> float:
    """Return the smallest fraction of points (n, inputs) that a softmax of a linear map gets wrong.

    Each step is Newton's with a bound of the curvature (Böhning 1992): the likelihood never falls.
    """
    wanted = np.eye(int(classes.max()) + 1)[classes]
    moments = inputs.T @ inputs
    moments[np.diag_indices_from(moments)] += RIDGE * max(1.0, float(np.trace(moments)))
    inverse = np.linalg.inv(0.5 * moments)
    weights, lowest = np.zeros((inputs.shape[1], wanted.shape[1])), 1.0
    for _ in range(MAX_STEPS):
        sums = inputs @ weights
        lowest = min(lowest, float((sums.argmax(axis=1) != classes).mean()))
        if lowest == 0.0:
            break
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        weights += inverse @ (inputs.T @ (wanted - powers / powers.sum(axis=1, keepdims=True)))
    return lowest
