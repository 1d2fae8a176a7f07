"""Measures how good a session's network is, as `server.protocol.quality` sends it."""

import numpy as np

from engine.training.quality import SetQuality, quality
from server.errors import wire_errors
from server.protocol.json_numbers import finite_or_none
from server.protocol.quality import NetworkQuality, PointPrediction, QualityOnSet, QualityReport
from server.sessions.session import Session

MAX_TOLD = 100
"""Most points of a set that the websocket tells."""


def network_quality(session: Session, most: int | None = None) -> NetworkQuality:
    """Return how good the network is on both sets, with the `most` worst points of each; None: all.

    Raises `MessageError` if it takes images, whose confusion frames and REST tell.
    """
    if session.config.image:
        raise wire_errors.other_problem(takes_images=True)
    train, test = (_on_set(each, most) for each in quality(session.trainer))
    return NetworkQuality.model_construct(epoch=session.trainer.epoch, train=train, test=test)


def quality_report(session: Session, ref: int | None) -> QualityReport:
    """Return the reply to `measure_quality`; raise as `network_quality`."""
    return QualityReport.model_construct(quality=network_quality(session, MAX_TOLD), ref=ref)


def _on_set(found: SetQuality, most: int | None) -> QualityOnSet:
    told = found.worst[:most]
    predicted, outputs, losses = (
        finite_or_none(np.array([getattr(each, name) for each in told], dtype=np.float64))
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
            for at, each in enumerate(told)
        ],
    )
