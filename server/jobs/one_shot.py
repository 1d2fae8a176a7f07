"""A one-shot training: it leaves no session behind, only its results."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Literal

from server.jobs.worker_pool import TaskGroup, TrainingTask
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun


class OneShotTraining:
    """The job of one training that belongs to no session of a page.

    Attributes:
        session: the training; it may be read once the job has ended.
        training_run: what is trained.
        points: where to predict the network's outputs after the training.
        task_group: for the worker pool.
    """

    def __init__(
        self, session: Session, training_run: TrainingRun, points: Sequence[Sequence[float]]
    ) -> None:
        """Create the job; it starts when its task group is submitted to a worker pool.

        Args:
            session: a training that nothing else uses.
            training_run: what to train.
            points: (n, 2) points of the plane at which to predict after the training.
        """
        self.session = session
        self.training_run = training_run
        self.points = points
        self.task_group = TaskGroup(iter([TrainingTask(lambda: session, training_run)]), lambda _: None)
        self.task_group.ended.add_done_callback(lambda _: training_run.end("interrupted"))

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """A future that is done when the training has ended."""
        return self.task_group.ended

    @property
    def seconds(self) -> float:
        """Time that a thread has spent on the training."""
        return self.task_group.seconds

    def cancel(self) -> None:
        """Stop training."""
        self.task_group.cancel()
