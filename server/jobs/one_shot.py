"""A one-shot training: it leaves no session behind, only its results."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.training.trainer import Divergence, Metrics
from server.jobs.task_group import TaskGroup, TrainingTask
from server.sessions.loss_history import LossPoints
from server.sessions.network_snapshot import NetworkSnapshot
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class TrainedNetwork:
    """What is kept of a one-shot training that has ended."""

    epoch: int
    batch: int
    metrics: Metrics
    divergence: Divergence | None
    losses: LossPoints
    epochs_a_point: int
    network: NetworkSnapshot
    pruned: Indices
    """Of the weights that L1 regularization has set to 0 permanently."""

    @classmethod
    def of(cls, session: Session) -> "TrainedNetwork":
        """Return what a session has trained."""
        metrics, trainer = session.metrics(), session.trainer  # metrics first: they may find a divergence
        return cls(
            trainer.epoch,
            trainer.batch,
            metrics,
            trainer.divergence,
            session.history.points(),
            session.history.width,
            NetworkSnapshot(session),
            np.flatnonzero(trainer.pruned),
        )


class OneShotTraining:
    """The job of one training that belongs to no session of a page.

    The training exists from its first turn until it has ended, or is cancelled.

    Attributes:
        result: what was trained, None until the job has ended by itself.
        training_run: what is trained.
        points: the points, or images, for which to predict the network's outputs after the training.
        task_group: for the worker pool.
    """

    def __init__(
        self,
        create: Callable[[], Session],
        training_run: TrainingRun,
        points: Floats,
        *,
        given: int = 0,
        memory: int = 0,
        owner: str = "",
    ) -> None:
        """Create the job; it starts when its task group is submitted to a worker pool.

        Args:
            create: creates the training; called in its first turn.
            training_run: what to train.
            points: what to predict after the training: (n, 2) points of the plane, or (n, pixels) images.
            given: about how many bytes its data and parameters take before it begins.
            memory: about how many bytes the training takes while it is under way.
            owner: the client network that starts it.
        """
        self.result: TrainedNetwork | None = None
        self.training_run = training_run
        self.points = points
        self._given = given
        tasks = iter([TrainingTask(create, training_run)])
        self.task_group = TaskGroup(tasks, self._on_finished, memory=memory, owner=owner)
        self.task_group.ended.add_done_callback(lambda _: training_run.end("interrupted"))

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """A future that is done when the training has ended."""
        return self.task_group.ended

    @property
    def seconds(self) -> float:
        """Time that a thread has spent on the training."""
        return self.task_group.seconds

    @property
    def kept_memory(self) -> int:
        """About how many bytes the job takes: what waits to be trained, or its result."""
        result = self.result
        trained = 0 if result is None else result.network.nbytes + result.losses.nbytes
        return self.points.nbytes + trained + (0 if self.ended.done() else self._given)

    @property
    def kept_disk(self) -> int:
        """It writes no file."""
        return 0

    def cancel(self) -> None:
        """Stop training."""
        self.task_group.cancel()

    def _on_finished(self, task: TrainingTask) -> None:
        self.result = TrainedNetwork.of(task.session)
