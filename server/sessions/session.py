"""A session: one training with the views of its clients.

A `Session` uses no sockets, threads or clock. Its caller uses it from one thread at a time, decides how much
to train, and has it build frames. `server.sessions.commands` applies the clients' messages to it;
`server.sessions.session_record` converts it to a record and back.
"""

from collections.abc import Mapping
from typing import Any

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.errors import InvalidValue
from engine.reference.confusion import Confusion
from engine.training.score import score_of_loss
from engine.training.trainer import Change, Divergence, Metrics, Snapshot, Trainer
from server.errors import wire_errors
from server.limits import training_size
from server.protocol import messages as wire
from server.sessions.client_view import ClientView, Delivery, WatchedNode
from server.sessions.frame_builder import FrameBuilder
from server.sessions.look_back import ShownMoment
from server.sessions.loss_history import LossHistory, LossPoints
from server.sessions.race import Race
from server.sessions.rules_mixin import RulesMixin
from server.sessions.setup_version import SetupVersion
from server.sessions.state_message import state_message
from server.sessions.training_control import PendingSteps, TrainingControl
from server.sessions.training_loop import Stop, TrainingLoop
from server.sessions.training_run import TrainingRun


class Session(RulesMixin):
    """A trainer, its settings and its clients' views.

    Attributes:
        trainer: the trainer; `loop` trains it, and `control` decides what is trained.
        look_back: shows the clients earlier networks.
        race: the race against its rival, if it has one.
        history: the losses so far.
        speed: epochs per second, None for as fast as possible.
        revision: grows with every change of the config, and with every change of the network except training.
        views: the views of its clients.
        allowed: refuses a change that would make the training too large.
        edited: whether a parameter was set by hand since epoch 0.
        opened: whether the network was replaced as a whole since then: see `from_outside`.
    """

    def __init__(
        self,
        config: TrainingConfig,
        *,
        speed: float | None = 60.0,
        playing: bool = False,
        data: Dataset | None = None,
        parameters: Floats | None = None,
        pruned: Mask | None = None,
        buffers: Floats | None = None,
    ) -> None:
        """Create a session at epoch 0.

        Args:
            config: the settings.
            speed: epochs per second, None for as fast as possible.
            playing: whether it trains continuously.
            data: custom points; by default those of the config's dataset are generated.
            parameters: initial parameters, flat; by default the config's initializer draws them.
            pruned: which of them L1 regularization keeps at 0.
            buffers: the layers' buffers (running statistics), flat.

        Raises:
            engine.errors.InvalidValue: data or parameters do not fit the config.
        """
        super().__init__()
        self.speed = speed
        self.views: list[ClientView] = []
        self.allowed: training_size.SizeCheck = training_size.SizeLimits()
        self.edited = self.opened = False
        self.trainer = Trainer(config, data=data, parameters=parameters, pruned=pruned, buffers=buffers)
        self.history = LossHistory()
        self._frames = FrameBuilder(self.trainer, self.history, self.views)
        self.loop = TrainingLoop(self.trainer, self.history, self._frames)
        self.control = TrainingControl(self.trainer, self.loop, playing=playing)
        self.look_back = ShownMoment(self.trainer, self.loop.moments, self._frames)
        self.race = Race(self.trainer, self.loop, self.control, self._frames)
        self._known_divergence: Divergence | None = None
        self._setup_version = SetupVersion()
        self._on_restarted()

    @property
    def config(self) -> TrainingConfig:
        """The settings of the training."""
        return self.trainer.config

    @property
    def playing(self) -> bool:
        """Whether the session trains continuously."""
        return self.control.playing

    @property
    def work(self) -> PendingSteps | None:
        """The remaining single steps; None if there are none."""
        return self.control.work

    @property
    def training_run(self) -> TrainingRun | None:
        """The run that a program has started; None if there is none."""
        return self.control.training_run

    @property
    def busy(self) -> bool:
        """Whether there are single steps or a run to train."""
        return self.control.busy

    def metrics(self) -> Metrics:
        """Return the current losses and accuracies; while a network for images plays, the last measured."""
        trains = (self.playing or self.busy) and not (self.paused_by_rules or self.trainer.divergence)
        return self.loop.last_metrics() if trains and self.trainer.network.image else self.loop.metrics()

    def score(self) -> float:
        """Return the score of the network to which `metrics` belong."""
        known = score_of_loss(self.config, self.metrics().test_loss)
        return self.loop.score() if known is None else known

    def confusion(self) -> Confusion:
        """Return the confusion of a network for images on its test set, at the measurement of `metrics`."""
        self.metrics()
        return self._frames.confusion()

    # -- clients

    def attach(self) -> tuple[ClientView, list[Delivery]]:
        """Add a client; return its view and the state for it. Its first frame will have all sections."""
        view = ClientView(watch=self.output_node())
        self.views.append(view)
        return view, [Delivery(view, self.state(view))]

    def detach(self, view: ClientView) -> None:
        """Remove a client. The training continues."""
        self.views.remove(view)

    def state(self, view: ClientView) -> wire.State:
        """Return the state message for the view's client."""
        return state_message(
            self.trainer,
            view.watch,
            self.control,
            revision=self.revision,
            speed=self.speed,
            shown_epoch=self.look_back.epoch,
            rival=self.race.rival,
        )

    def broadcast_state(self) -> list[Delivery]:
        """Return the current state for every client, and have each receive a frame at once."""
        for view in self.views:
            view.urgent = True
        states = {view.watch: self.state(view) for view in {each.watch: each for each in self.views}.values()}
        return [Delivery(view, states[view.watch]) for view in self.views]

    def is_stale(self, view: ClientView) -> bool:
        """Return whether the view's client lacks a part of the current state."""
        return self._frames.is_stale(view, revision=self.revision, playing=self.playing)

    def frame(self, view: ClientView, number: int) -> bytes:
        """Return the next frame for a view. Call `measure` first if the network changed."""
        metrics = self.look_back.metrics() or self.metrics()
        view.urgent = False
        return self._frames.build(view, number, metrics, revision=self.revision, playing=self.playing)

    def output_node(self) -> WatchedNode:
        """Return the node that a view watches by default."""
        return self._frames.output_node()

    # -- changes

    def reset(self) -> None:
        """Return to the initial parameters and epoch 0, paused."""
        self.control.playing = False
        self.trainer.reset()
        self._on_restarted()

    def configure(self, changes: Mapping[str, object], *, restart: bool = False) -> None:
        """Change settings, all of them or none.

        Args:
            changes: values by the settings' names.
            restart: return to epoch 0 even if training could continue.

        Raises:
            pydantic.ValidationError: a value is not valid.
            server.errors.wire_errors.MessageError: the training would be too large, or its points were given
                and do not allow the change.
        """
        config = self.config.changed(changes)
        rival = self.race.config_after(self.config, config)
        ends_race = self.race.rival is not None and rival is None
        sized = training_size.SIZE_SETTINGS
        if ends_race or any(getattr(config, name) != getattr(self.config, name) for name in sized):
            self.allowed.check(config, given=self.trainer.overrides.data, rival=rival)
        try:
            change = self.trainer.change(config)
        except InvalidValue as problem:
            raise wire_errors.custom_data(problem) from None
        self.race.follow_change(rival)
        if change is Change.REBUILT:
            self._on_restarted()
        elif restart:
            self.trainer.reset()
            self._on_restarted()
        elif change is not Change.NONE:
            self._on_changed(data=change is Change.DATA)

    def mark_edited(self) -> None:
        """Mark the session as edited: parameters of the trainer were set by hand."""
        self.edited = True
        self._on_changed()

    def on_points_replaced(self) -> None:
        """Handle new points of the trainer, whose weights are the same."""
        self.race.share_points()
        self._on_changed(data=True)

    # -- training

    def start_run(self, training_run: TrainingRun) -> None:
        """Start a run, unless it has ended already; it replaces play, steps and an earlier run.

        Raises:
            server.errors.wire_errors.MessageError: a classroom's pause forbids it.
        """
        if self.paused_by_rules and self.enforced_rules is not None:
            raise wire_errors.paused()
        self.control.start_run(training_run)

    def limit_run(self, seconds: float, limit: float) -> None:
        """Add seconds that a thread has spent on the run, if there is one; end the run beyond `limit`."""
        if self.training_run is not None:
            self.training_run.seconds += seconds
            if self.training_run.seconds >= limit:
                self.cancel_run()

    @property
    def is_untouched(self) -> bool:
        """Whether it was not changed and hardly trained since it was created."""
        return self.revision == 1 and self.control.has_hardly_begun  # creating it was the first change

    def cancel_run(self) -> None:
        """End the run, if there is one, as interrupted."""
        self.control.end_run("interrupted")

    def train(self, limit: float, stop: Stop, *, stride: int = 1, by_batch: bool = False) -> int:
        """Play as `TrainingLoop.train` does; return how many epochs were finished."""
        return self.race.continue_play(limit, stop, stride=stride, by_batch=by_batch)

    def do_work(self, stop: Stop, *, stride: int = 1, by_batch: bool = False) -> int:
        """Train a part of the run or of the steps; return how many epochs were finished."""
        return self.race.do_work(stop, stride=stride, by_batch=by_batch)

    def measure(self) -> list[Delivery]:
        """Update the metrics for a frame; return what `detect_divergence` returns."""
        self.metrics()
        self.race.measure()
        return self.detect_divergence()

    def detect_divergence(self) -> list[Delivery]:
        """Pause if the training has diverged; return the state for all clients if that changes it.

        The divergence of a rival pauses nothing.
        """
        if self.trainer.divergence == self._known_divergence:
            if not self.race.divergence_changed():
                return []
            self.revision += 1
            return self.broadcast_state()
        self._known_divergence = self.trainer.divergence
        if self._known_divergence is not None:
            self.control.end_run("diverged")
        self.control.pause()
        self.revision += 1
        self._frames.on_network_changed()
        self._frames.on_measured()
        return self.broadcast_state()

    # -- for records

    @property
    def version(self) -> tuple[object, ...]:
        """A value that differs after any change of what is stored; training changes only its last item."""
        by_training = self._frames.network, self.work
        return self.revision, self.playing, self.speed, self.work is None, by_training

    @property
    def setup_version(self) -> int:
        """A number that grows with each change of config, custom data or parameters, or the rival's."""
        return self._setup_version.of(self.trainer, self.race.rival)

    def resume(
        self,
        snapshot: Snapshot,
        losses: LossPoints,
        history_details: dict[str, Any],
        *,
        revision: int,
        work: PendingSteps | None,
        edited: bool,
        attempts: int,
        at_start: bool,
    ) -> None:
        """Take over the state of a session with the same config; training continues bit for bit."""
        self.trainer.restore(snapshot)
        self.history.restore(losses, history_details)
        self._known_divergence = snapshot.divergence
        self.revision, self.control.work, self.edited = revision, work, edited
        self.loop.attempts, self.loop.at_start = attempts, at_start
        self.loop.on_network_changed()

    # -- after changes

    def _on_restarted(self) -> None:
        """Handle a restart: the training is at epoch 0, with parameters that no client has seen."""
        self.loop.clear_history()
        self.race.restart()
        self.edited = self.opened = False
        self.control.work = None
        self.cancel_run()
        self.on_network_replaced()

    def on_network_replaced(self) -> None:
        """Handle the replacement of the network, perhaps by one with other layers."""
        self._frames.on_network_rebuilt()
        for view in self.views:
            if view.follows_output or not self._frames.exists(*view.watch):
                view.watch, view.follows_output = self.output_node(), True
        self._on_changed(data=True)

    def _on_changed(self, *, data: bool = False) -> None:
        """Handle a change of the config or the network in another way than by training."""
        self.revision += 1
        self._known_divergence = self.trainer.divergence
        self.loop.on_network_changed()
        if data:
            self._frames.on_data_changed()
        self.loop.restart_history()
