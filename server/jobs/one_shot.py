"""A one-shot training: the job of a training without a session, of which only the results are kept."""

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
    """The results of a one-shot training."""

    epoch: int
    batch: int
    metrics: Metrics
    divergence: Divergence | None
    losses: LossPoints
    epochs_a_point: int
    network: NetworkSnapshot
    pruned: Indices
    """The indices of weights that L1 regularization has set to 0 permanently."""

    @classmethod
    def of(cls, session: Session) -> "TrainedNetwork":
        """Return the results of a session that has ended its run."""
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
    """The job of a one-shot training.

    The training is in memory from its first turn until it has ended or is cancelled.

    Attributes:
        result: the results; None until the training has ended by itself.
        training_run: how long to train.
        points: the points, or images, for which to predict the network's outputs after the training.
        task_group: to be submitted to the worker pool.
    """

    def __init__(
        self,
        create: Callable[[], Session],
        training_run: TrainingRun,
        points: Floats,
        *,
        input_bytes: int = 0,
        memory: int = 0,
        owner: str = "",
    ) -> None:
        """Create the job; it starts when its task group is submitted to a worker pool.

        Args:
            create: creates the training; called in its first turn.
            training_run: how long to train.
            points: predicted after the training: (n, 2) points of the plane, or (n, pixels) images.
            input_bytes: the estimated bytes of its data and parameters before it starts.
            memory: the estimated bytes of the training while it runs.
            owner: the client network that starts it.
        """
        self.result: TrainedNetwork | None = None
        self.training_run = training_run
        self.points = points
        self._input_bytes = input_bytes
        tasks = iter([TrainingTask(create, training_run)])
        self.task_group = TaskGroup(tasks, self._on_finished, memory=memory, owner=owner)
        self.task_group.ended.add_done_callback(lambda _: training_run.end("interrupted"))

    @property
    def ended(self) -> Future[Literal["done", "cancelled"]]:
        """The future of how the training has ended."""
        return self.task_group.ended

    @property
    def seconds(self) -> float:
        """Seconds that threads have spent on the training."""
        return self.task_group.seconds

    @property
    def kept_memory(self) -> int:
        """The estimated bytes of the job without the running training: its inputs, or its results."""
        result = self.result
        trained = 0 if result is None else result.network.nbytes + result.losses.nbytes
        return self.points.nbytes + trained + (0 if self.ended.done() else self._input_bytes)

    @property
    def kept_disk(self) -> int:
        """Zero: it writes no file."""
        return 0

    def cancel(self) -> None:
        """Stop training."""
        self.task_group.cancel()

    def _on_finished(self, task: TrainingTask) -> None:
        self.result = TrainedNetwork.of(task.session)
