"""The status of a session, for goals and for the teacher's list."""

from server.classroom.model.goals import TrainingStatus
from server.sessions.session import Session


def training_status(session: Session) -> TrainingStatus:
    """Return the status of a session. Call it in the session's own thread."""
    metrics, trainer = session.metrics(), session.trainer
    return TrainingStatus(
        config=session.config,
        shape=tuple(trainer.network.shape),
        weights=int(trainer.network.parameters.size),
        epoch=trainer.epoch,
        **metrics._asdict(),
        score=session.score(),
        **trainer.counts._asdict(),
        playing=session.playing and not session.paused_by_rules,
        diverged=trainer.divergence is not None,
        edited=session.edited,
        runs=session.loop.attempts,
        revision=session.revision,
    )
