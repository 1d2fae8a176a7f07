"""How good a network is on the points of a set: accuracy and confusion, or R squared and the usual error."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.nn.heads import head
from engine.reference.confusion import confusion_matrix
from engine.reference.metrics import propagate
from engine.training.trainer import Trainer


@dataclass(frozen=True)
class Prediction:
    """What a network makes of one point."""

    index: int
    """Its index in its set."""
    target: float
    """-1 or 1, a class from 0, or in regression any number."""
    predicted: float
    """The same that the network predicts."""
    output: float
    """The network's output for that: of several classes, the predicted one's."""
    loss: float
    """The loss of the point."""


class SetQuality(NamedTuple):
    """How good a network is on the points of a set."""

    points: int
    accuracy: float | None
    """Fraction of points of the right class; None in regression."""
    matrix: NDArray[np.int64] | None
    """(classes, classes): how many points of each class, by row, are predicted to be of each, by column.
    Of two classes -1 is the first. None in regression."""
    r_squared: float | None
    """1 - the mean squared error in units of the targets' variance: 0 for their mean as prediction.
    None in classification, for targets that are all the same, and for errors that are not finite."""
    rmse: float | None
    """Root of the mean squared error, in the targets' units; None in classification, and if not finite."""
    worst: list[Prediction]
    """The points of a wrong class, in regression all, the largest loss first."""


def quality(trainer: Trainer) -> tuple[SetQuality, SetQuality]:
    """Return how good a network of the plane is on its training points, and on its test points."""
    arrays, dataset = trainer.arrays, trainer.dataset
    with np.errstate(all="ignore"):
        sums, outputs = propagate(trainer.network, arrays.inputs)
        config = trainer.config
        loss = head(config.output_activation, config.loss, config.huber_delta).loss
        losses = loss(sums, outputs, arrays.targets)[:, 0]
    parts = ((dataset.train, slice(arrays.split)), (dataset.test, slice(arrays.split, None)))
    train, test = (_of_set(trainer, points.targets, outputs[part], losses[part]) for points, part in parts)
    return train, test


def _of_set(trainer: Trainer, labels: Floats, outputs: Floats, losses: Floats) -> SetQuality:
    """Return how good outputs (n, outputs) are for labels (n,), which are targets as a dataset has them."""
    if trainer.config.problem == "regression":
        return _of_regression(labels, outputs[:, 0], losses)
    if outputs.shape[1] > 1:
        actual, predicted, classes = labels.astype(np.int64), outputs.argmax(axis=1), outputs.shape[1]
        names = np.arange(classes, dtype=np.float64)
    else:
        threshold = trainer.network.output.threshold
        actual, predicted = (labels > 0).astype(np.int64), (outputs[:, 0] >= threshold).astype(np.int64)
        classes, names = 2, np.array([-1.0, 1.0])
    wrong = np.flatnonzero(predicted != actual)
    chosen = outputs[np.arange(len(outputs)), predicted if outputs.shape[1] > 1 else 0]
    return SetQuality(
        points=len(labels),
        accuracy=1 - len(wrong) / len(labels),
        matrix=confusion_matrix(actual, predicted, classes),
        r_squared=None,
        rmse=None,
        worst=_worst(wrong, labels, names[predicted], chosen, losses),
    )


def _of_regression(labels: Floats, outputs: Floats, losses: Floats) -> SetQuality:
    with np.errstate(all="ignore"):
        squared = float(np.mean((outputs - labels) ** 2))
        variance = float(np.var(labels))
    is_finite = bool(np.isfinite(squared))
    return SetQuality(
        points=len(labels),
        accuracy=None,
        matrix=None,
        r_squared=1 - squared / variance if is_finite and variance > 0 else None,
        rmse=float(np.sqrt(squared)) if is_finite else None,
        worst=_worst(np.arange(len(labels)), labels, outputs, outputs, losses),
    )


def _worst(
    indices: NDArray[np.int64], labels: Floats, predicted: Floats, outputs: Floats, losses: Floats
) -> list[Prediction]:
    """Return points by their indices, the largest loss first; one that is not a number is the largest."""
    order = np.argsort(-np.nan_to_num(losses[indices], nan=np.inf), kind="stable")
    return [
        Prediction(index, *(float(each[index]) for each in (labels, predicted, outputs, losses)))
        for index in indices[order].tolist()
    ]
