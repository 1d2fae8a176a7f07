"""Shows the clients of a session its network as it was at an earlier epoch; the training itself stays."""

from engine.training.trainer import Metrics, Trainer
from server.sessions.frame_builder import FrameBuilder
from server.sessions.moments import Moments, trainer_at


class ShownMoment:
    """Which network the clients of a session see: the present one, or that of a kept moment.

    Whatever changes the network ends the look back, as frames then show what has changed.
    """

    def __init__(self, trainer: Trainer, moments: Moments, frames: FrameBuilder) -> None:
        self._trainer = trainer
        self._moments = moments
        self._frames = frames
        self._metrics: tuple[Trainer, Metrics] | None = None

    @property
    def shown(self) -> Trainer:
        """What the clients see; at an earlier epoch, it is not to be trained."""
        return self._frames.shown

    @property
    def epoch(self) -> int | None:
        """The epoch that is looked back to; None: the present is shown."""
        return None if self.shown is self._trainer else self.shown.epoch

    def go_to(self, epoch: int | None) -> None:
        """Show the kept moment nearest to an epoch; for None, and where that is the present, the present.

        Of a rival, the same epoch is shown.
        """
        moment = None if epoch is None or epoch >= self._trainer.epoch else self._moments.nearest(epoch)
        if moment is None or moment.epoch >= self._trainer.epoch:
            self._frames.show(self._trainer)
        elif moment.epoch != self.epoch:
            self._frames.show(trainer_at(self._trainer, moment))
        if self._frames.rival is not None:
            self._frames.rival.look_back(self.epoch)

    def end(self) -> None:
        """Show the present."""
        self.go_to(None)

    def metrics(self) -> Metrics | None:
        """Return the losses and accuracies of what is shown; None if that is the present."""
        shown = self.shown
        if shown is self._trainer:
            self._metrics = None
            return None
        if self._metrics is None or self._metrics[0] is not shown:
            self._metrics = (shown, shown.metrics())
        return self._metrics[1]
