"""Measures the status of a session, for goals and for the teacher's list."""

import numpy as np

from server.goals.goals import TrainingStatus
from server.sessions.rival import score_of
from server.sessions.session import Session


def training_status(session: Session) -> TrainingStatus:
    """Return the status of a session. Call it in the session's own thread."""
    metrics, trainer = session.metrics(), session.trainer
    network, rival = trainer.network, session.race.rival
    return TrainingStatus(
        config=session.config,
        shape=tuple(network.shape),
        weights=int(network.parameters.size),
        epoch=trainer.epoch,
        **metrics._asdict(),
        score=session.score(),
        **trainer.counts._asdict(),
        playing=session.playing and not session.paused_by_rules,
        diverged=trainer.divergence is not None,
        edited=session.edited,
        runs=session.loop.attempts,
        revision=session.revision,
        lesson_step=0 if session.lesson is None else session.lesson.step,
        points_by_hand=session.point_actions.count,
        point_steps=session.point_actions.steps,
        verified=session.verified,
        rival_score=None if rival is None else score_of(rival.trainer, rival.loop.metrics()),
        zero_weights=int(np.count_nonzero(network.parameters[network.weights_mask()] == 0)),
    )
