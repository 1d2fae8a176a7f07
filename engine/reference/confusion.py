"""The confusion matrix of a network with several classes, and the points that it gets wrong."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats


class Confusion(NamedTuple):
    """How the classes of points are predicted."""

    matrix: NDArray[np.int64]
    """(classes, classes): how many points of each class, by row, are predicted to be of each, by column."""
    wrong: NDArray[np.int64]
    """The indices of the points whose prediction is wrong, ascending."""
    predicted: NDArray[np.int64]
    """The predicted class of each of these points."""
    probability: Floats
    """The probability that the network gives to that class."""


def confusion(outputs: Floats, labels: Floats) -> Confusion:
    """Return the confusion of outputs (n, classes) for points of known classes (n,), from 0.

    Of classes with the same output the first is predicted.
    """
    predicted, actual = outputs.argmax(axis=1), labels.astype(np.int64)
    matrix = confusion_matrix(actual, predicted, outputs.shape[1])
    wrong = np.flatnonzero(predicted != actual)
    return Confusion(matrix, wrong, predicted[wrong], outputs[wrong, predicted[wrong]])


def confusion_matrix(
    actual: NDArray[np.int64], predicted: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Return how many points of each class, by row, are predicted to be of each, by column."""
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (actual, predicted), 1)
    return matrix
