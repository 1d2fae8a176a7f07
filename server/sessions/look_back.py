"""Shows the clients of a session its network as it was at an earlier epoch; the training itself stays."""

from engine.training.trainer import Metrics, Trainer
from server.sessions.frame_builder import FrameBuilder
from server.sessions.moments import Moments, trainer_at


class ShownMoment:
    """The network that the clients of a session see: the present one, or that of a kept moment.

    Any change of the network ends the look back: the frames show the present network again.
    """

    def __init__(self, trainer: Trainer, moments: Moments, frames: FrameBuilder) -> None:
        self._trainer = trainer
        self._moments = moments
        self._frames = frames
        self._metrics: tuple[Trainer, Metrics] | None = None

    @property
    def shown(self) -> Trainer:
        """The trainer that the clients see; that of an earlier epoch must not be trained."""
        return self._frames.shown

    @property
    def epoch(self) -> int | None:
        """The shown epoch; None if the present is shown."""
        return None if self.shown is self._trainer else self.shown.epoch

    def go_to(self, epoch: int | None) -> None:
        """Show the kept moment nearest to an epoch, and the same epoch of a rival; None shows the present."""
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
        """Return the losses and accuracies of the shown network; None if the present is shown."""
        shown = self.shown
        if shown is self._trainer:
            self._metrics = None
            return None
        if self._metrics is None or self._metrics[0] is not shown:
            self._metrics = (shown, shown.metrics())
        return self._metrics[1]
