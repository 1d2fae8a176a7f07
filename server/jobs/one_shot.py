"""A training in the worker pool that leaves no session behind."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Literal

from server.jobs.worker_pool import TaskGroup, TrainingTask
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun


class OneShotTraining:
    """The job of one training. Read `session` only after the job has ended.

    Attributes:
        session: the training.
        training_run: how long it trains.
        points: points x1, x2 that whoever reads the result wants predictions for.
    """

    def __init__(
        self, session: Session, training_run: TrainingRun, points: Sequence[Sequence[float]]
    ) -> None:
        """Make the job; it starts when its `task_group` is added to the worker pool."""
        self.session = session
        self.training_run = training_run
        self.points = points
        self.task_group = TaskGroup(iter([TrainingTask(lambda: session, training_run)]), lambda _: None)

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """Is done when the training is."""
        return self.task_group.ended

    def cancel(self) -> None:
        """Stop training."""
        self.training_run.end("interrupted")
        self.task_group.cancel()
