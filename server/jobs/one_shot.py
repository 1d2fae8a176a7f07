"""A one-shot: a training on the bench that leaves no session behind, only what came of it."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Literal

from server.jobs.worker_pool import TaskGroup, TrainingTask
from server.rest import serializers
from server.rest.schemas import Predictions, TrainResult
from server.sessions.network_snapshot import NetworkSnapshot
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun


def predicted(still: NetworkSnapshot, points: Sequence[Sequence[float]]) -> Predictions:
    """Return what a network says at points."""
    answers = still.outputs_at(points)
    return Predictions(outputs=serializers.finite(answers), labels=still.labels(answers))


class OneShotTraining:
    """The job of one training by itself."""

    def __init__(
        self, session: Session, training_run: TrainingRun, points: Sequence[Sequence[float]]
    ) -> None:
        """Make the job.

        Args:
            session: a training that nothing else has to do with.
            training_run: how it is to train.
            points: to be asked about in the end.
        """
        self.training_run = training_run
        self._session = session
        self._points = points
        self.task_group = TaskGroup(iter([TrainingTask(lambda: session, training_run)]), lambda _: None)

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """Is done when the training is."""
        return self.task_group.ended

    def cancel(self) -> None:
        """Stop training."""
        self.training_run.end("interrupted")
        self.task_group.cancel()

    def result(self) -> TrainResult:
        """Return what came of the training, which has ended."""
        return TrainResult(
            metrics=serializers.metrics(self._session),
            losses=serializers.losses(self._session),
            parameters=serializers.parameters(self._session),
            predictions=predicted(NetworkSnapshot(self._session), self._points) if self._points else None,
        )
