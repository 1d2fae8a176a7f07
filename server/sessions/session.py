"""A session: one training with the views of its clients.

A `Session` uses no sockets, threads or clock. Its caller uses it from one thread at a time, says how much to
train, and builds frames with it. `server.sessions.commands` applies the clients' messages to it;
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
from server.sessions.setup_version import SetupVersion
from server.sessions.state_message import state_message
from server.sessions.training_control import TrainingControl, Work
from server.sessions.training_loop import Stop, TrainingLoop
from server.sessions.training_run import TrainingRun
from server.sessions.under_rules import UnderRules


class Session(UnderRules):
    """A trainer, its settings and its clients' views.

    Attributes:
        trainer: the training itself; `loop` trains it, `control` decides what is trained.
        look_back: shows the clients earlier networks.
        race: its rival, if it has one.
        history: the losses so far.
        speed: epochs per second, None for as fast as possible.
        revision: grows with every change of the config, and with every change of the network except training.
        views: one for each client.
        allowed: refuses a change that would make the training too large.
        edited: whether a parameter was set by hand since epoch 0.
        opened: whether the network was put in as a whole since then: see `from_outside`.
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
            data: given points; by default the config's are generated.
            parameters: initial parameters, flat; by default the config's are drawn.
            pruned: those of them that L1 regularization is to keep at 0.
            buffers: what the layers keep besides, flat.

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
        self._restarted()

    @property
    def config(self) -> TrainingConfig:
        """The settings of the training."""
        return self.trainer.config

    @property
    def playing(self) -> bool:
        """Whether the session trains continuously."""
        return self.control.playing

    @property
    def work(self) -> Work | None:
        """The remaining single steps, None if there are none."""
        return self.control.work

    @property
    def training_run(self) -> TrainingRun | None:
        """The run that a program has started, None if there is none."""
        return self.control.training_run

    @property
    def busy(self) -> bool:
        """Whether there are steps or a run to train, besides playing."""
        return self.control.busy

    def metrics(self) -> Metrics:
        """Return the current losses and accuracies; while a network for images trains, the last measured."""
        trains = (self.playing or self.busy) and not (self.paused_by_rules or self.trainer.divergence)
        return self.loop.last_metrics() if trains and self.trainer.network.image else self.loop.metrics()

    def score(self) -> float:
        """Return the score of the network that `metrics` are of."""
        known = score_of_loss(self.config, self.metrics().test_loss)
        return self.loop.score() if known is None else known

    def confusion(self) -> Confusion:
        """Return the confusion of a network for images on its test set, where `metrics` were measured."""
        self.metrics()
        return self._frames.confusion()

    # -- clients

    def attach(self) -> tuple[ClientView, list[Delivery]]:
        """Add a client; return its view, and the state for it. Its first frame will have all sections."""
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
        self._restarted()

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
            self._restarted()
        elif restart:
            self.trainer.reset()
            self._restarted()
        elif change is not Change.NONE:
            self._changed(data=change is Change.DATA)

    def note_edit(self) -> None:
        """Note that parameters of the trainer were set by hand."""
        self.edited = True
        self._changed()

    def note_new_points(self) -> None:
        """Note that the trainer has other points, and the same weights."""
        self.race.share_points()
        self._changed(data=True)

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
        """Count time that a thread has spent on the run, if there is one; end it beyond the limit."""
        if self.training_run is not None:
            self.training_run.seconds += seconds
            if self.training_run.seconds >= limit:
                self.cancel_run()

    @property
    def is_untouched(self) -> bool:
        """Whether it was not changed, and no more than begun since it was created."""
        return self.revision == 1 and self.control.has_hardly_begun  # creating it was the first change

    def cancel_run(self) -> None:
        """End the run, if there is one, as interrupted."""
        self.control.end_run("interrupted")

    def train(self, limit: float, stop: Stop, *, stride: int = 1, by_batch: bool = False) -> int:
        """Play as `TrainingLoop.train` does; return how many epochs were finished."""
        return self.race.play_on(limit, stop, stride=stride, by_batch=by_batch)

    def do_work(self, stop: Stop, *, stride: int = 1, by_batch: bool = False) -> int:
        """Train a part of the run or of the steps; return how many epochs were finished."""
        return self.race.do_work(stop, stride=stride, by_batch=by_batch)

    def measure(self) -> list[Delivery]:
        """Update the metrics for a frame; return what `detect_divergence` returns."""
        self.metrics()
        self.race.measure()
        return self.detect_divergence()

    def detect_divergence(self) -> list[Delivery]:
        """Stop a training that has diverged; return the state for all clients if that is a change.

        A rival that has diverged stays behind.
        """
        if self.trainer.divergence == self._known_divergence:
            if not self.race.has_news():
                return []
            self.revision += 1
            return self.broadcast_state()
        self._known_divergence = self.trainer.divergence
        if self._known_divergence is not None:
            self.control.end_run("diverged")
        self.control.pause()
        self.revision += 1
        self._frames.network_changed()
        self._frames.measured()
        return self.broadcast_state()

    # -- for records

    @property
    def version(self) -> tuple[object, ...]:
        """A value that changes with everything that is stored; training alone changes only its last part."""
        by_training = self._frames.network, self.work
        return self.revision, self.playing, self.speed, self.work is None, by_training

    @property
    def setup_version(self) -> int:
        """A number that grows whenever the config or the given data or parameters change, or the rival's."""
        return self._setup_version.of(self.trainer, self.race.rival)

    def resume(
        self,
        snapshot: Snapshot,
        losses: LossPoints,
        history_details: dict[str, Any],
        *,
        revision: int,
        work: Work | None,
        edited: bool,
        attempts: int,
        at_start: bool,
    ) -> None:
        """Restore the state of another session with the same config; training continues bit for bit."""
        self.trainer.restore(snapshot)
        self.history.restore(losses, history_details)
        self._known_divergence = snapshot.divergence
        self.revision, self.control.work, self.edited = revision, work, edited
        self.loop.attempts, self.loop.at_start = attempts, at_start
        self.loop.network_changed()

    # -- after changes

    def _restarted(self) -> None:
        """Note that the training is back at epoch 0, with parameters that no client has seen."""
        self.loop.start_over()
        self.race.restart()
        self.edited = self.opened = False
        self.control.work = None
        self.cancel_run()
        self.note_replaced()

    def note_replaced(self) -> None:
        """Note that the trainer has another network, perhaps with other layers."""
        self._frames.network_rebuilt()
        for view in self.views:
            if view.follows_output or not self._frames.exists(*view.watch):
                view.watch, view.follows_output = self.output_node(), True
        self._changed(data=True)

    def _changed(self, *, data: bool = False) -> None:
        """Note a change of the config or the network that is not training."""
        self.revision += 1
        self._known_divergence = self.trainer.divergence
        self.loop.network_changed()
        if data:
            self._frames.data_changed()
        self.loop.restart_history()
