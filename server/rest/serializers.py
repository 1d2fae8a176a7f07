"""What REST has done with a session: each function is an order, and runs in the session's own turn."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidValue
from server.rest.schemas import Diverged, Layer, Losses, Metrics, Parameters, Progress, SessionState
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun

Row = list[float]


def metrics(session: Session) -> Metrics:
    """Return how well the network does."""
    found = session.metrics()
    return Metrics(epoch=session.trainer.epoch, batch=session.trainer.batch, **found._asdict())


def state(session: Session, *, identity: str, url: str) -> SessionState:
    """Return all that there is to tell of a session but its many numbers."""
    measured = metrics(session)  # first: it may find a divergence
    divergence, training_run = session.trainer.divergence, session.training_run
    return SessionState(
        id=identity,
        url=url,
        config=session.config,
        playing=session.playing,
        speed=session.speed,
        shape=list(session.trainer.network.shape),
        parameters=int(session.trainer.network.parameters.size),
        metrics=measured,
        training=None if training_run is None else progress(training_run),
        divergence=None
        if divergence is None
        else Diverged(epoch=divergence.epoch, batch=divergence.batch, cause=divergence.cause),
    )


def progress(training_run: TrainingRun) -> Progress:
    """Return how far a course is."""
    return Progress(unit=training_run.unit, done=training_run.done, total=training_run.total)


def losses(session: Session) -> Losses:
    """Return the losses so far, those of this moment last."""
    points = session.history.points()
    return Losses(
        epoch=points["epoch"].astype(int).tolist(),
        train_loss=points["train"].tolist(),
        test_loss=points["test"].tolist(),
        epochs_a_point=session.history.width,
    )


def parameters(session: Session) -> Parameters:
    """Return all weights and biases."""
    trainer = session.trainer
    return Parameters(
        flat=trainer.network.parameters.tolist(),
        layers=[
            Layer.model_construct(weights=weights.tolist(), biases=biases.tolist())
            for weights, biases in trainer.network.layers
        ],
        dead=trainer.pruned_weights,
    )


def set_layers(session: Session, layers: Sequence[Layer]) -> None:
    """Set all weights and biases, given by layers.

    Raises:
        engine.errors.InvalidValue: they do not have the network's shape.
    """
    shape = session.trainer.network.shape
    given = [([len(row) for row in layer.weights], len(layer.biases)) for layer in layers]
    if given != [([neurons] * inputs, neurons) for inputs, neurons in pairwise(shape)]:
        raise InvalidValue("layers", "another shape", f"a network of shape {list(shape)}")
    session.set_parameters(
        [value for layer in layers for part in (*layer.weights, layer.biases) for value in part]
    )


def points(session: Session) -> tuple[list[Row], list[Row]]:
    """Return x1, x2 and target of the points that train, and of those that test."""
    dataset = session.trainer.dataset
    return _rows(dataset.train), _rows(dataset.test)


def _rows(points: tuple[NDArray[np.float64], NDArray[np.float64]]) -> list[Row]:
    places, targets = points
    return [[x1, x2, target] for (x1, x2), target in zip(places.tolist(), targets.tolist(), strict=True)]


def finite(values: NDArray[np.float64]) -> Any:
    """Return an array as nested lists, with None for what is not finite: JSON has no other word for it."""
    if np.isfinite(values).all():
        return values.tolist()
    objects = values.astype(object)
    objects[~np.isfinite(values)] = None
    return objects.tolist()
