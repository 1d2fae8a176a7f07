"""Builds the messages of `server.protocol.quality`: how good a session's network is."""

import numpy as np

from engine.training.quality import SetQuality, quality
from engine.training.trainer import Trainer
from server.errors import wire_errors
from server.protocol.json_numbers import finite_or_none
from server.protocol.quality import NetworkQuality, PointPrediction, QualityOnSet, QualityReport
from server.sessions.session import Session

MAX_REPORTED_POINTS = 100
"""Maximum number of points of a set that the websocket tells."""


def network_quality(trainer: Trainer, max_points: int | None = None) -> NetworkQuality:
    """Return how good the network is on both sets, with the `max_points` worst points of each (None: all).

    Raises:
        server.errors.wire_errors.MessageError: the network takes images; those have a confusion matrix.
    """
    if trainer.config.image:
        raise wire_errors.other_problem(takes_images=True)
    train, test = (_on_set(each, max_points) for each in quality(trainer))
    return NetworkQuality.model_construct(epoch=trainer.epoch, train=train, test=test)


def quality_report(session: Session, ref: int | None) -> QualityReport:
    """Return the reply to `measure_quality` for the shown network; raises as `network_quality`."""
    found = network_quality(session.look_back.shown, MAX_REPORTED_POINTS)
    return QualityReport.model_construct(quality=found, ref=ref)


def _on_set(found: SetQuality, max_points: int | None) -> QualityOnSet:
    worst = found.worst[:max_points]
    predicted, outputs, losses = (
        finite_or_none(np.array([getattr(each, name) for each in worst], dtype=np.float64))
        for name in ("predicted", "output", "loss")
    )
    return QualityOnSet.model_construct(
        points=found.points,
        accuracy=found.accuracy,
        matrix=None if found.matrix is None else found.matrix.tolist(),
        r_squared=found.r_squared,
        rmse=found.rmse,
        wrong=None if found.matrix is None else len(found.worst),
        worst=[
            PointPrediction.model_construct(
                index=each.index,
                target=each.target,
                predicted=predicted[at],
                output=outputs[at],
                loss=losses[at],
            )
            for at, each in enumerate(worst)
        ],
    )
