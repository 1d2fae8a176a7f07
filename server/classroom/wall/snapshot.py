"""What the wall shows of one learner's training, taken in a turn of its session."""

import math
from typing import NamedTuple

import numpy as np

from server.sessions.loss_history import LossHistory
from server.sessions.session import Session

MAX_CURVE_POINTS = 48
"""Points of a loss curve at most."""


class Picture(NamedTuple):
    """The output over the plane, as the frames' FINE section has it, or CLASSES where there are several."""

    resolution: int
    classes: bool
    scale: float
    levels: bytes


class Curve(NamedTuple):
    """The test loss over the epochs."""

    generation: int
    """Another one means that points given out before no longer hold."""
    network: tuple[int, int, int]
    """When it was taken."""
    points: tuple[tuple[float, float | None], ...]


class WallSnapshot(NamedTuple):
    """One training as it stood at a moment."""

    network: tuple[int, int, int]
    """What the network differs in from what it was before: revision, epoch, mini-batch."""
    playing: bool
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    diverged: bool
    generation: int
    """Of the loss history."""
    picture: Picture
    curve: Curve

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return self.network[1]


def take_snapshot(
    session: Session, before: WallSnapshot | None, *, resolution: int, curve: bool
) -> WallSnapshot:
    """Return what there is to see; nothing is drawn again that `before` shows already.

    Args:
        session: the session, in its turn.
        before: what was seen of it last.
        resolution: cells on a side of the picture.
        curve: whether the loss curve is wanted up to date; one of a new training is given in any case.
    """
    metrics = session.metrics()  # this may find that the training has diverged
    trainer, history = session.trainer, session.history
    network = (session.revision, trainer.epoch, trainer.batch)
    diverged = trainer.divergence is not None
    if before is not None and (before.network, before.picture.resolution) == (network, resolution):
        picture = before.picture
    else:
        picture = _render_picture(session, resolution)
    known = None if before is None or before.generation != history.generation else before.curve
    if known is None or (curve and known.network != network):
        known = Curve(history.generation, network, thin_curve(history))
    seen = WallSnapshot(
        network,
        session.playing,
        _finite(metrics.train_loss),
        _finite(metrics.test_loss),
        _finite(metrics.train_accuracy),
        _finite(metrics.test_accuracy),
        diverged,
        history.generation,
        picture,
        known,
    )
    return before if before is not None and seen == before else seen


def thin_curve(history: LossHistory, most: int = MAX_CURVE_POINTS) -> tuple[tuple[float, float | None], ...]:
    """Return epochs and test losses of a history, evenly, the first and the last among them."""
    points = history.points()
    places = np.unique(np.linspace(0, len(points) - 1, min(most, len(points))).round().astype(int))
    return tuple((float(point["epoch"]), _finite(float(point["test"]))) for point in points[places])


def _render_picture(session: Session, resolution: int) -> Picture:
    """Draw the output. That of several classes is drawn as a whole."""
    shape = session.trainer.network.shape
    pictures = session.trainer.heat_maps
    if shape[-1] > 1:
        return Picture(resolution, True, 1.0, pictures.classes(resolution).tobytes())
    drawn = pictures.detail(len(shape) - 1, 0, resolution)
    return Picture(resolution, False, drawn.scale, drawn.levels.tobytes())


def _finite(value: float | None) -> float | None:
    """Return a number as JSON can hold it, in as many digits as a wall shows."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.5g}")
