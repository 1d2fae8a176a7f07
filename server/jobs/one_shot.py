"""A one-shot: a training on the bench that leaves no session behind, only what came of it."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Literal

from server.jobs.worker_pool import Batch, Race
from server.rest import serializers
from server.rest.schemas import Predictions, TrainResult
from server.sessions.network_snapshot import Still
from server.sessions.session import Session
from server.sessions.training_run import Course


def predicted(still: Still, points: Sequence[Sequence[float]]) -> Predictions:
    """Return what a network says at points."""
    answers = still.answers(points)
    return Predictions(outputs=serializers.finite(answers), labels=still.labels(answers))


class Solo:
    """The job of one training by itself."""

    def __init__(self, session: Session, course: Course, points: Sequence[Sequence[float]]) -> None:
        """Make the job.

        Args:
            session: a training that nothing else has to do with.
            course: how it is to train.
            points: to be asked about in the end.
        """
        self.course = course
        self._session = session
        self._points = points
        self.batch = Batch(iter([Race(lambda: session, course)]), lambda _: None)

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """Is done when the training is."""
        return self.batch.ended

    def cancel(self) -> None:
        """Stop training."""
        self.course.end("interrupted")
        self.batch.cancel()

    def result(self) -> TrainResult:
        """Return what came of the training, which has ended."""
        return TrainResult(
            metrics=serializers.metrics(self._session),
            losses=serializers.losses(self._session),
            parameters=serializers.parameters(self._session),
            predictions=predicted(Still(self._session), self._points) if self._points else None,
        )
