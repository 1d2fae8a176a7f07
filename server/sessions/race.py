"""A race: trains a session's training and its rival in lockstep."""

from collections.abc import Iterator

from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.training.trainer import Divergence, Trainer
from server.sessions.frame_builder import FrameBuilder
from server.sessions.rival import Rival
from server.sessions.training_control import TrainingControl
from server.sessions.training_loop import Stop, TrainingLoop


class Race:
    """The race of a session: applies to the rival, if there is one, what happens to the training.

    Attributes:
        rival: the rival; None without a race.
    """

    def __init__(
        self, trainer: Trainer, loop: TrainingLoop, control: TrainingControl, frames: FrameBuilder
    ) -> None:
        self._trainer = trainer
        self._loop = loop
        self._control = control
        self._frames = frames
        self.rival: Rival | None = None
        self._known_divergence: Divergence | None = None
        self._first_network = self._first_generation = 0

    @property
    def is_fast(self) -> bool:
        """Whether several epochs of the training, and of its rival, take less than a millisecond."""
        return self._trainer.is_fast and (self.rival is None or self.rival.trainer.is_fast)

    @property
    def config(self) -> TrainingConfig | None:
        """The settings of the rival, None without a race."""
        return None if self.rival is None else self.rival.trainer.config

    @property
    def parameters(self) -> int:
        """The number of weights and biases of both networks."""
        own = self._trainer.network.parameters.size
        return own if self.rival is None else own + self.rival.trainer.network.parameters.size

    # -- beginning and ending

    def set_rival(self, trainer: Trainer) -> Rival:
        """Make a trainer at epoch 0 the rival, in place of an earlier one; return the rival."""
        self.end()
        rival = Rival(trainer, network=self._first_network, generation=self._first_generation)
        self.rival = self._frames.rival = rival
        return rival

    def end(self) -> None:
        """Remove the rival."""
        if self.rival is not None:
            self._first_network = self.rival.network + 1
            self._first_generation = self.rival.history.generation + 1
        self.rival = self._frames.rival = None
        self._known_divergence = None

    def swap(self) -> None:
        """Exchange the training and its rival: settings, weights, losses and kept networks."""
        rival = self.rival
        assert rival is not None
        own, other = self._loop, rival.loop
        generation = 1 + max(own.history.generation, other.history.generation)
        for mine, theirs in (
            (self._trainer, rival.trainer),
            (own.history, other.history),
            (own.moments, other.moments),
        ):
            _swap_attributes(mine, theirs)
        own.history.generation = other.history.generation = generation
        own.attempts, other.attempts = other.attempts, own.attempts
        own.at_start, other.at_start = other.at_start, own.at_start
        self._known_divergence = rival.trainer.divergence
        other.on_network_changed()

    # -- what happens with the training

    def config_after(self, before: TrainingConfig, after: TrainingConfig) -> TrainingConfig | None:
        """Return the rival's settings after a change of the training's; None if that ends the race.

        It ends if networks then take images, or if the change does not fit the rival's own settings.
        """
        if self.rival is None or after.image:
            return None
        try:
            return self.rival.config_like(before, after)
        except ValidationError:
            return None

    def follow_change(self, config: TrainingConfig | None) -> None:
        """Give the rival the settings that `config_after` returned, or end the race."""
        if self.rival is None:
            return
        if config is None:
            self.end()
        elif config != self.rival.trainer.config:
            self.rival.trainer.change(config)
            self.rival.on_config_changed()

    def share_points(self) -> None:
        """Give the rival the training's custom points, unless it has them or there are none."""
        data = self._trainer.overrides.data
        if self.rival is not None and data is not self.rival.trainer.overrides.data and data is not None:
            self.rival.trainer.set_data(data)
            self.rival.on_config_changed()

    def restart(self) -> None:
        """Reset the rival to epoch 0."""
        if self.rival is not None:
            self.rival.restart()
            self._known_divergence = None

    def continue_play(self, limit: float, stop: Stop, *, stride: int, by_batch: bool) -> int:
        """Play as `TrainingControl.continue_play` does, in lockstep with a rival."""
        control = self._control
        if self.rival is None:
            return control.continue_play(limit, stop, stride=stride, by_batch=by_batch)
        finished = 0
        for _ in self._interleaved_turns(self.rival, lambda: stop() or control.is_at_end(), stride):
            finished += control.continue_play(
                limit - finished, _stop_at_once, stride=stride, by_batch=by_batch
            )
        return finished

    def do_work(self, stop: Stop, *, stride: int, by_batch: bool) -> int:
        """Train steps or a run as `TrainingControl.do_work` does, in lockstep with a rival."""
        control = self._control
        if self.rival is None:
            return control.do_work(stop, stride=stride, by_batch=by_batch)
        if control.training_run is not None:
            stride = control.stride_of(control.training_run)
        finished = 0
        for _ in self._interleaved_turns(self.rival, stop, stride):
            finished += control.do_work(_stop_at_once, stride=stride, by_batch=by_batch)
        return finished

    def _interleaved_turns(self, rival: Rival, stop: Stop, stride: int) -> Iterator[None]:
        """Yield for each short turn in which the caller trains; after it, the rival catches up.

        Ends once a turn has trained nothing, or `stop` returns True, which is called when both are level.
        """
        rival.follow(self._trainer, stride=stride)
        while True:
            steps = self._trainer.counts.steps
            yield
            rival.follow(self._trainer, stride=stride)
            if self._trainer.counts.steps == steps or stop():
                break

    def measure(self) -> None:
        """Measure the rival's losses, which may detect that it has diverged."""
        if self.rival is not None:
            self.rival.loop.metrics()

    def divergence_changed(self) -> bool:
        """Return whether the rival's divergence has begun or ended since the last call."""
        found = None if self.rival is None else self.rival.trainer.divergence
        is_news = found != self._known_divergence
        self._known_divergence = found
        return is_news


def _stop_at_once() -> bool:
    """Return True: a `Stop` that ends training as soon as possible."""
    return True


def _swap_attributes(one: object, other: object) -> None:
    """Swap all attributes of two objects of one class, so that references to them stay valid."""
    mine, theirs = vars(one), vars(other)
    kept = dict(mine)
    mine.clear()
    mine.update(theirs)
    theirs.clear()
    theirs.update(kept)
