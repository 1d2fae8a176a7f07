"""Snapshots of learners' trainings for the wall, taken on the thread of the session."""

import math
from typing import NamedTuple, TypeAlias

import numpy as np

from engine.config import TrainingConfig
from engine.training.score import score_of_loss
from server.sessions.loss_history import LossHistory
from server.sessions.session import Session

MAX_CURVE_POINTS = 48
"""Maximum number of points in a curve."""

CurvePoints: TypeAlias = tuple[tuple[float, float | None], ...]


class WallHeatMap(NamedTuple):
    """The output over the plane, encoded like a frame's DETAIL, or its CLASSES for several classes."""

    resolution: int
    classes: bool
    scale: float
    levels: bytes


class WallConfusion(NamedTuple):
    """The confusion matrix on the test set, in place of the heat map of a network for images."""

    resolution: int
    """The resolution that was asked for, as in `WallHeatMap`."""
    counts: tuple[int, ...]
    """The matrix row by row: a row for each true class, a column for each predicted one."""


class Curve(NamedTuple):
    """The score over the epochs."""

    generation: int
    """Number of the loss history; if it differs, earlier points are no longer valid."""
    network: tuple[int, int, int]
    """The state of the network at the last point, as in `WallSnapshot`."""
    points: CurvePoints
    """Epoch and score of each point; None if it is not finite."""


class WallSnapshot(NamedTuple):
    """The state of one training at one moment."""

    network: tuple[int, int, int]
    """Revision, epoch and mini-batch. If they are equal, so are the networks."""
    playing: bool
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    score: float | None
    counted_epochs: int
    """Epochs of training, with those that changes of the points cut off."""
    diverged: bool
    generation: int
    """Number of the loss history."""
    heat_map: WallHeatMap | WallConfusion
    curve: Curve

    @property
    def epoch(self) -> int:
        """The number of finished epochs."""
        return self.network[1]


def take_snapshot(
    session: Session, before: WallSnapshot | None, *, resolution: int, curve: bool
) -> WallSnapshot:
    """Return a snapshot of a session; `before` itself if nothing has changed since.

    Heat map and curve of `before` are reused while they are valid. Call it on the session's own thread.

    Args:
        session: the session.
        before: the previous snapshot of the session, if there is one.
        resolution: cells on a side of the heat map.
        curve: whether to bring the curve up to date. That of a new training always is.
    """
    metrics = session.metrics()  # first, as this may detect divergence
    trainer, history = session.trainer, session.history
    network = (session.revision, trainer.epoch, trainer.batch)
    diverged = trainer.divergence is not None
    if before is not None and (before.network, before.heat_map.resolution) == (network, resolution):
        heat_map = before.heat_map
    else:
        heat_map = _render_heat_map(session, resolution, None if before is None else before.heat_map)
    score = _finite(session.score())
    known = None if before is None or before.generation != history.generation else before.curve
    sampled = score_of_loss(session.config, 0.0) is None
    if known is None or ((curve or sampled) and known.network != network):
        counted = float(trainer.counts.counted_epochs)
        points = append_point(known, counted, score) if sampled else score_curve(session.config, history)
        score_points = Curve(history.generation, network, points)
    else:
        score_points = known
    snapshot = WallSnapshot(
        network,
        session.playing,
        _finite(metrics.train_loss),
        _finite(metrics.test_loss),
        _finite(metrics.train_accuracy),
        _finite(metrics.test_accuracy),
        score,
        trainer.counts.counted_epochs,
        diverged,
        history.generation,
        heat_map,
        score_points,
    )
    return before if before is not None and snapshot == before else snapshot


def score_curve(
    config: TrainingConfig, history: LossHistory, max_points: int = MAX_CURVE_POINTS
) -> CurvePoints:
    """Return at most `max_points` epochs and scores of a history, evenly spaced, both ends included.

    The losses of the config must have the form of the score.
    """
    points = history.points()
    indices = np.unique(np.linspace(0, len(points) - 1, min(max_points, len(points))).round().astype(int))
    losses = [(float(point["epoch"]), float(point["test"])) for point in points[indices]]
    return tuple(
        (epoch, _finite(score_of_loss(config, loss)) if math.isfinite(loss) else None)
        for epoch, loss in losses
    )


def append_point(known: Curve | None, epoch: float, score: float | None) -> CurvePoints:
    """Return the points of a curve with a new one appended; if they are too many, every second is dropped.

    This is for scores that cannot be computed from the losses of a history.
    """
    points = () if known is None else tuple(point for point in known.points if point[0] < epoch)
    points = (*points, (epoch, score))
    return points if len(points) <= MAX_CURVE_POINTS else (*points[:-1:2], points[-1])


def _render_heat_map(
    session: Session, resolution: int, before: WallHeatMap | WallConfusion | None
) -> WallHeatMap | WallConfusion:
    """Return a heat map of the output: the most likely class of each cell if there are several.

    Of a network for images, return the confusion matrix; `before` itself if it is the same.
    """
    shape = session.trainer.network.shape
    if session.trainer.network.image:
        counts = tuple(session.confusion().matrix.ravel().tolist())
        found = WallConfusion(resolution, counts)
        return before if isinstance(before, WallConfusion) and before == found else found
    heat_maps = session.trainer.heat_maps
    if shape[-1] > 1:
        return WallHeatMap(resolution, True, 1.0, heat_maps.classes(resolution).tobytes())
    heat_map = heat_maps.detail(len(shape) - 1, 0, resolution)
    return WallHeatMap(resolution, False, heat_map.scale, heat_map.levels.tobytes())


def _finite(value: float | None) -> float | None:
    """Return a number rounded to five digits, None if it is missing or not finite."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.5g}")
