"""A session's training as a portable value: for files, exports to other frameworks, and imports.

The format of the database is in `session_record`; both restore a training bit for bit.
"""

import math
from dataclasses import dataclass
from typing import Any

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.state import Metrics, Overrides, Snapshot
from engine.training.takeover import take_over
from server.errors import wire_errors
from server.limits.training_size import points_in
from server.sessions.locks import refuse_locked
from server.sessions.loss_history import EMPTY_CURSOR, LossPoints
from server.sessions.rules import WEIGHTS, changed_settings
from server.sessions.session import Session


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A training at one moment; its arrays must not be changed."""

    config: TrainingConfig
    overrides: Overrides
    """The custom data and initial parameters."""
    snapshot: Snapshot
    losses: LossPoints
    history: dict[str, Any]
    """The details of the loss history, as `LossHistory.details` returns them."""
    edited: bool
    """Whether parameters were set by hand."""
    metrics: Metrics | None = None
    """Its metrics; None if they were not measured."""

    @property
    def points(self) -> int:
        """The number of custom points."""
        return points_in(self.overrides.data)

    def create(self) -> Session:
        """Return a paused session that trains on as the original would, bit for bit.

        Raises:
            engine.errors.InvalidValue: the parts do not fit each other, or its losses are not finite.
        """
        data, parameters, pruned, buffers = self.overrides
        session = Session(self.config, data=data, parameters=parameters, pruned=pruned, buffers=buffers)
        _restore(session, self, revision=session.revision, edited=self.edited)
        metrics = session.metrics()
        if not (math.isfinite(metrics.train_loss) and math.isfinite(metrics.test_loss)):
            raise InvalidValue("state", "infinite losses", "values with which all losses are finite")
        return session


def capture_model(session: Session) -> TrainedModel:
    """Return a session's training as it is now. The session does not change."""
    metrics = session.loop.metrics()  # first, as it may detect a divergence
    trainer, history = session.trainer, session.history
    _, points, _ = history.since(EMPTY_CURSOR)
    return TrainedModel(
        session.config,
        trainer.overrides,
        trainer.snapshot(),
        points,
        history.details(),
        session.edited,
        metrics,
    )


def open_model(session: Session, model: TrainedModel) -> None:
    """Replace a session's training by another one, paused; this ends a race.

    In a classroom the network then counts as set by hand, and lessons' checks as from outside, because it may
    have been trained anywhere.

    Raises:
        engine.errors.InvalidValue: the model's parts do not fit each other.
        server.errors.wire_errors.MessageError: it would be too large, or the classroom's rules forbid it.
    """
    rules = session.enforced_rules
    if rules is not None and rules.paused:
        raise wire_errors.paused()
    refuse_locked(session, (*changed_settings(session.config, model.config), WEIGHTS))
    opened = model.create()
    session.allowed.check(model.config, given=model.overrides.data)
    session.race.end()
    take_over(session.trainer, opened.trainer)
    session.reset()
    _restore(session, model, revision=session.revision, edited=model.edited or session.rules is not None)


def _restore(session: Session, model: TrainedModel, *, revision: int, edited: bool) -> None:
    session.resume(
        model.snapshot,
        model.losses,
        model.history,
        revision=revision,
        work=None,
        edited=edited,
        attempts=session.loop.attempts,
        at_start=model.snapshot.state.steps == 0,
    )
    session.opened = True
    if not len(session.history):
        metrics = session.metrics()
        session.history.add(session.trainer.epoch, metrics.train_loss, metrics.test_loss)
