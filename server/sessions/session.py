"""One training and those who look at it: messages in, messages and frames out.

A `Session` knows no sockets, no threads and no clock. Whoever runs it calls it from one thread at a time,
tells it how much to train, and asks it for frames.
"""

import math
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data.datasets import PLANE, Dataset, Points
from engine.errors import InvalidValue, NoSuchNeuron, NoSuchParameter
from engine.reference.node_grids import check_node
from engine.training.trainer import Change, Divergence, Metrics, Snapshot, State, Trainer
from server.errors import wire_errors
from server.limits import training_size
from server.protocol import messages as wire
from server.sessions import record as records
from server.sessions.client_view import ClientView, WatchedNode
from server.sessions.frame_builder import FrameBuilder
from server.sessions.loss_history import History
from server.sessions.record import SessionRecord, Stored, UnreadableRecord
from server.sessions.rules import SPEED, WEIGHTS, InRoomError, Rules
from server.sessions.training_run import StopCriterion, StopReason, TrainingRun

LARGE = ("hidden_layers", "features", "points")
"""Settings that make a training large."""

MOST_STEPS = 10_000
"""Single steps that may be waiting to be done."""

LIGHT = 128
"""Parameters of a network whose pictures are quickly drawn."""

Unit = Literal["epoch", "batch"]
Stop = Callable[[], bool]
Data: TypeAlias = Dataset
"""Points to train and to test with, that are given and not drawn."""


class Delivery(NamedTuple):
    """A message and the view that it is for."""

    view: ClientView
    message: wire.ServerMessage


class Work(NamedTuple):
    """Steps that a client asked for and that are still to do."""

    unit: Unit
    left: int


class Session:
    """A trainer, its settings and its views.

    Attributes:
        playing: whether the training is meant to go on.
        speed: epochs a second, None for as many as can be had.
        revision: grows with every change of the config, and of the network but by training.
        work: single steps to do, None if there are none.
        training_run: the training that a program asked for, None if there is none.
        allowed: how large a change of the config may make the training.
        rules: what a classroom forbids, None outside of one.
        edited: whether weights were set by hand since the training began.
        runs: times that training set off from its beginning.
    """

    def __init__(
        self,
        config: TrainingConfig,
        *,
        speed: float | None = 60.0,
        playing: bool = False,
        data: Data | None = None,
        parameters: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> None:
        """Begin a training.

        Args:
            config: its settings.
            speed: epochs a second, None for as many as can be had.
            playing: whether it goes on by itself.
            data: points of its own; by default those of the config.
            parameters: first weights and biases; by default those of the config.

        Raises:
            engine.errors.InvalidValue: data or parameters do not fit the config.
        """
        self.playing = playing
        self.speed = speed
        self.revision = 0
        self.work: Work | None = None
        self.training_run: TrainingRun | None = None
        self.views: list[ClientView] = []
        self.allowed = training_size.SizeLimits()
        self.rules: Rules | None = None
        self.edited = False
        self.attempts = 0
        self._stands = True
        self._free = False
        given = None if parameters is None else np.asarray(parameters, np.float64)
        self.trainer = Trainer(config, data=data, parameters=given)
        self.history = History()
        self._composer = FrameBuilder(self.trainer, self.history)
        self._metrics: Metrics | None = None
        self._divergence: Divergence | None = None
        self._setup = (0, self.trainer.config, self.trainer.overrides)
        self._begin()

    @property
    def config(self) -> TrainingConfig:
        """The settings of the training."""
        return self.trainer.config

    # -- clients

    def attach(self) -> tuple[ClientView, list[Delivery]]:
        """Let a client in. It gets the state, and its first frame will hold everything."""
        view = ClientView(watch=self._output())
        self.views.append(view)
        return view, [Delivery(view, self.state(view))]

    def detach(self, view: ClientView) -> None:
        """Let a client go. The training goes on."""
        self.views.remove(view)

    def state(self, view: ClientView) -> wire.State:
        """Return the state as the view's client is to see it."""
        network, divergence = self.trainer.network, self.trainer.divergence
        report = None
        if divergence is not None:
            report = wire.DivergenceReport(
                epoch=divergence.epoch, batch=divergence.batch, cause=divergence.cause
            )
        layer, neuron = view.watch
        return wire.State(
            revision=self.revision,
            config=self.config,
            playing=self.playing,
            speed=self.speed,
            shape=tuple(network.shape),
            parameters=int(network.parameters.size),
            layout=tuple(wire.LayerLayout(**slots._asdict()) for slots in network.layout),
            watch=wire.Node(layer=layer, neuron=neuron),
            divergence=report,
        )

    def lacks(self, view: ClientView) -> bool:
        """Return whether the view's client lacks anything of the present."""
        return self._composer.lacks(view, revision=self.revision, playing=self.playing)

    def frame(self, view: ClientView, number: int) -> bytes:
        """Return the next frame for a view. `measure` must have been called since the network changed."""
        metrics = self._metrics or self.trainer.metrics()
        view.urgent = False
        return self._composer.compose(view, number, metrics, revision=self.revision, playing=self.playing)

    # -- programs

    @property
    def busy(self) -> bool:
        """Whether there is something to train besides playing."""
        return self.work is not None or self.training_run is not None

    @property
    def paused_by_rules(self) -> bool:
        """Whether a classroom's pause keeps it from training, whatever else it is meant to do."""
        return self.rules is not None and self.rules.paused

    @property
    def light(self) -> bool:
        """Whether training and drawing take compiled code little time, beside all else."""
        unhurried = not self.busy and (not self.playing or self.speed is not None)
        return unhurried and self.trainer.is_fast and self.trainer.network.parameters.size <= LIGHT

    def metrics(self) -> Metrics:
        """Return losses and accuracies as they are now."""
        if self._metrics is None:
            self._metrics = self.trainer.metrics()
        return self._metrics

    def execute(self, message: wire.AnyClientMessage) -> None:
        """Do what a message asks for that needs no view: all but those about looking.

        Raises:
            pydantic.ValidationError: a setting is wrong.
            server.errors.wire_errors.MessageError: something else is.
        """
        self._handle(ClientView(watch=self._output()), message)

    @contextmanager
    def ignoring_rules(self) -> Iterator[None]:
        """Let the rules be, for the time of a `with` block: what is done in it is the teacher's wish."""
        before, self._free = self._free, True
        try:
            yield
        finally:
            self._free = before

    def set_rules(self, rules: Rules | None) -> None:
        """Take what a classroom forbids from now on. What is under way goes on, or waits."""
        if rules != self.rules:
            self.rules = rules
            self.revision += 1

    def start_run(self, training_run: TrainingRun) -> None:
        """Begin a course. It takes the place of whatever trained until now.

        Raises:
            server.errors.wire_errors.MessageError: a classroom pauses.
        """
        if self.paused_by_rules and not self._free:
            raise wire_errors.paused()
        self.playing, self.work = False, None
        self.cancel_run()
        self.training_run = training_run

    def cancel_run(self) -> None:
        """End the course, if there is one."""
        if self.training_run is not None:
            self.training_run.end("interrupted")
            self.training_run = None

    def set_parameters(self, values: Sequence[float]) -> None:
        """Set all weights and biases; training goes on from there.

        Raises:
            engine.errors.InvalidValue: there are too many or too few.
            server.sessions.rules.InRoomError: it belongs to a classroom.
        """
        if self.rules is not None and not self._free:
            raise InRoomError
        given, snapshot = np.asarray(values, np.float64), self.trainer.snapshot()
        if given.shape != snapshot.parameters.shape:
            raise InvalidValue("parameters", given.size, f"{snapshot.parameters.size} numbers")
        state = snapshot.state.copy()
        state.parameters[:] = given
        state.pruned[:] = False
        self.trainer.restore(replace(snapshot, state=state, divergence=None))
        self.edited = True
        self._changed()

    # -- messages

    def handle(self, view: ClientView, message: wire.AnyClientMessage) -> list[Delivery]:
        """Do what a client asks for; a refusal changes nothing.

        Returns:
            the answers: the new state to those whom it concerns, or an error to this client.
        """
        try:
            return self._handle(view, message)
        except ValidationError as problem:
            error = wire_errors.invalid(problem, ref=message.ref)
        except wire_errors.MessageError as problem:
            error = problem.error.model_copy(update={"ref": message.ref})
        return [Delivery(view, error)]

    def _handle(self, view: ClientView, message: wire.AnyClientMessage) -> list[Delivery]:
        if self.rules is not None and not self._free:
            self._obey(self.rules, message)
        match message:
            case wire.Open() | wire.Ack():
                return []  # for those who hold the socket
            case wire.Visible(visible=visible):
                view.urgent = view.urgent or (visible and not view.visible)
                view.visible = visible
                return []
            case wire.Probe():
                self._probe(view, message)
                return []
            case wire.Watch():
                self._watch(view, message)
                return [Delivery(view, self.state(view))]
            case wire.Play():
                self.cancel_run()
                self.playing, self.work = self.trainer.divergence is None, None
            case wire.Pause():
                self.cancel_run()
                self.playing, self.work = False, None
            case wire.Step(unit=unit, count=count):
                self._step(unit, count)
            case wire.Reset():
                self.playing = False  # to look at the beginning, as in the original
                self.trainer.reset()
                self._begin()
            case wire.NewWeights(seed=seed):
                self._configure({"weights_seed": _seed(seed)}, anew=True)
            case wire.Regenerate(seed=seed):
                self._configure({"data_seed": _seed(seed)})
            case wire.Configure(changes=changes):
                self._configure(changes)
            case wire.SetSpeed(epochs_per_second=speed):
                self.speed = speed
            case wire.EditWeight() | wire.EditBias():
                self._edit(message)
        return self.announce()

    def _obey(self, rules: Rules, message: wire.AnyClientMessage) -> None:
        """Refuse what the rules forbid."""
        names: tuple[str, ...] = ()
        match message:
            case wire.Play() | wire.Step() if rules.paused:
                raise wire_errors.paused()
            case wire.NewWeights():
                names = (WEIGHTS, "weights_seed")
            case wire.Regenerate():
                names = (WEIGHTS, "data_seed")
            case wire.EditWeight() | wire.EditBias():
                names = (WEIGHTS,)
            case wire.SetSpeed(epochs_per_second=speed) if speed != self.speed:
                names = (SPEED,)
            case wire.Configure(changes=changes):
                config = self.config.changed(changes)
                names = tuple(
                    name
                    for name in TrainingConfig.model_fields
                    if getattr(config, name) != getattr(self.config, name)
                )
        locked = rules.first_locked(names)
        if locked is not None:
            raise wire_errors.locked(locked, rules.reason)

    def _probe(self, view: ClientView, message: wire.Probe) -> None:
        for field, value in (("x1", message.x1), ("x2", message.x2)):
            if value is not None and abs(value) > PLANE:
                raise wire_errors.invalid_value(
                    field, value, f"a number from {-PLANE:g} to {PLANE:g}", ref=message.ref
                )
        view.urgent = True
        view.probe = None if message.x1 is None or message.x2 is None else (message.x1, message.x2)

    def _watch(self, view: ClientView, message: wire.Watch) -> None:
        node = self._output()
        if message.layer is not None:
            try:
                check_node(self.trainer.network, message.layer, message.neuron)
            except NoSuchNeuron as problem:
                raise wire_errors.no_such_neuron(problem, ref=message.ref) from None
            node = (message.layer, message.neuron)
        view.urgent = True
        view.watch, view.follows_output = node, message.layer is None

    def _step(self, unit: Unit, count: int) -> None:
        """Add steps to those still to do; steps of the other unit take their place."""
        self.cancel_run()
        if self.trainer.divergence is not None:
            return
        if self.work is not None and self.work.unit == unit:
            count += self.work.left
        self.playing, self.work = False, Work(unit, min(count, MOST_STEPS))

    def _configure(self, changes: Mapping[str, object], *, anew: bool = False) -> None:
        """Change the config; begin at epoch 0 where that rebuilds the network, or `anew` is asked for."""
        config = self.config.changed(changes)
        if any(getattr(config, name) != getattr(self.config, name) for name in LARGE):
            self.allowed.check(config)
        change = self.trainer.change(config)
        if change is Change.REBUILT:
            self._begin()
        elif anew:
            self.trainer.reset()
            self._begin()
        elif change is not Change.NONE:
            self._changed(data=change is Change.DATA)

    def _edit(self, message: wire.EditWeight | wire.EditBias) -> None:
        """Set one weight or bias by hand."""
        place = {"layer": message.layer, "neuron": message.neuron}
        try:
            if isinstance(message, wire.EditBias):
                self.trainer.set_bias(message.layer, message.neuron, message.value)
            else:
                place["source"] = message.source
                self.trainer.set_weight(message.layer, message.source, message.neuron, message.value)
        except NoSuchParameter as problem:
            raise wire_errors.no_such_parameter(problem, dict(place), ref=message.ref) from None
        self.edited = True
        self._changed()

    # -- training

    def train(self, limit: float, stop: Stop, *, stride: int = 1, by_batch: bool = False) -> int:
        """Train until so many epochs are finished, or `stop` says so.

        Args:
            limit: whole epochs, or infinity.
            stop: asked after every epoch; with `by_batch` after every mini-batch.
            stride: the losses are kept after epochs that are a multiple of this.
            by_batch: for networks whose epochs take long.

        Returns:
            the epochs finished.
        """
        trainer, finished = self.trainer, 0
        self._set_off()
        while finished < limit and trainer.divergence is None:
            before = trainer.epoch
            if by_batch:
                while trainer.epoch == before and trainer.divergence is None:
                    trainer.step()
                    if stop():
                        break
                self._network_changed()
                if trainer.epoch > before:
                    self._keep_losses(stride)
            else:
                looks = trainer.train_and_evaluate(int(min(limit - finished, MOST_STEPS)), stride, stop)
                self._network_changed()
                for epoch, train_loss, test_loss in looks.losses:
                    self.history.add(epoch, train_loss, test_loss)
                self._metrics = looks.metrics
            finished += max(0, trainer.epoch - before)
            if stop():
                break
        return finished

    def do_work(self, stop: Stop, *, stride: int = 1, by_batch: bool = False) -> int:
        """Do some of the steps that were asked for; return the epochs finished."""
        if self.training_run is not None:
            return self._go_on(self.training_run, stop, by_batch=by_batch)
        if self.work is None:
            return 0
        unit, left = self.work
        before = self.trainer.epoch
        self._set_off()
        if unit == "epoch":
            left -= self.train(left, stop, stride=stride, by_batch=by_batch)
        else:
            while left and self.trainer.divergence is None:
                epoch = self.trainer.epoch
                self.trainer.step()
                self._network_changed()
                left -= 1
                if self.trainer.epoch != epoch:
                    self._keep_losses(stride)
                if stop():
                    break
        self.work = Work(unit, left) if left and self.trainer.divergence is None else None
        return max(0, self.trainer.epoch - before)  # a divergence takes epochs back

    def _go_on(self, training_run: TrainingRun, stop: Stop, *, by_batch: bool) -> int:
        """Do some of a course. It keeps all the losses that there is room for: programs want them exact."""
        trainer = self.trainer
        before = trainer.epoch
        self._set_off()
        limit = (
            math.inf if training_run.stop_criterion == StopCriterion() else 1
        )  # a goal is looked at after every epoch
        stride = self.history.width if training_run.records_losses else sys.maxsize
        ending: StopReason | None = None
        while True:
            if trainer.divergence is not None:
                ending = "diverged"
            elif trainer.batch == 0 and limit == 1 and training_run.stop_criterion.is_met(self.metrics()):
                ending = "reached"
            elif not training_run.left:
                self.metrics()  # perhaps it has diverged
                ending = "done" if trainer.divergence is None else "diverged"
            if ending is not None:
                break
            if training_run.unit == "epoch":
                few = min(limit, training_run.left)
                training_run.done += self.train(few, stop, stride=stride, by_batch=by_batch)
            else:
                epoch = trainer.epoch
                trainer.step()
                self._network_changed()
                training_run.done += 1
                if trainer.epoch != epoch:
                    self._keep_losses(stride)
            if stop():
                break
        if ending is not None:
            self.training_run = None
            training_run.end(ending)
        return max(0, trainer.epoch - before)

    def measure(self) -> list[Delivery]:
        """Bring the losses up to date, as a frame will need them.

        Returns:
            the new state for everybody if the training was found to have diverged.
        """
        if self._metrics is None:
            self._metrics = self.trainer.metrics()
        return self.check()

    def check(self) -> list[Delivery]:
        """Stop a training that has diverged.

        Returns:
            the new state for everybody if it was found only now.
        """
        if self.trainer.divergence == self._divergence:
            return []
        self._divergence = self.trainer.divergence
        if self._divergence is not None and self.training_run is not None:
            self.training_run.end("diverged")
            self.training_run = None
        self.playing, self.work = False, None
        self.revision += 1
        self._composer.network_changed()
        return self.announce()

    def _set_off(self) -> None:
        """Note that training goes on, perhaps from its beginning."""
        self.attempts += self._stands
        self._stands = False

    def _keep_losses(self, stride: int) -> None:
        if self.trainer.epoch % stride == 0:
            self._metrics = self.trainer.metrics()
            if self.trainer.divergence is None:
                self.history.add(self.trainer.epoch, self._metrics.train_loss, self._metrics.test_loss)

    # -- as a value

    @property
    def mark(self) -> tuple[object, ...]:
        """Return what differs whenever there is something new to keep; last, what training alone changes."""
        by_training = self._composer.network, self.work
        return self.revision, self.playing, self.speed, self.work is None, by_training

    def record(self, stored: Stored = Stored()) -> SessionRecord:  # noqa: B008 - it is immutable
        """Return the session as a value, but for what is stored already. `measure` must have been called.

        What the clients look at is theirs to say again.
        """
        trainer, history = self.trainer, self.history
        snapshot = trainer.snapshot()
        state = snapshot.state
        fields = {
            "playing": self.playing,
            "speed": self.speed,
            "work": self.work,
            "revision": self.revision,
            "steps": state.steps,
            "epoch": state.epoch,
            "batch": state.batch,
            "batch_size": snapshot.batch_size,
            "divergence": snapshot.divergence,
            "history": history.details(),
            "edited": self.edited,
            "runs": self.attempts,
            "stands": self._stands,
        }
        arrays = {"parameters": state.parameters, "dead": state.pruned, "memory": state.optimizer_state}
        setup = self._setup_version()
        cursor = records.page_start(stored.losses, history.generation)
        _, points, reached = history.since(cursor)
        return SessionRecord(
            epoch=state.epoch,
            state=records.pack(fields, arrays),
            setup=None if stored.setup == setup else self._packed_setup(),
            first_page=cursor.points // records.PAGE,
            pages=records.to_pages(points),
            stored=Stored(reached, setup),
        )

    @classmethod
    def restored(cls, record: SessionRecord) -> Self:
        """Return the session that was recorded, whole; it trains on as if nothing had been, bit for bit.

        Raises:
            server.sessions.record.UnreadableRecord: the record is none of this version.
        """
        try:
            return cls._restored(record)
        except (KeyError, TypeError, ValueError, IndexError) as problem:  # of pydantic and the engine too
            raise UnreadableRecord(str(problem)) from problem

    @classmethod
    def _restored(cls, record: SessionRecord) -> Self:
        setup, given = records.unpack(records.unsqueeze(record.setup or b""))
        kept, arrays = records.unpack(record.state)
        data = None
        if "train_inputs" in given:
            data = Dataset(
                Points(given["train_inputs"], given["train_targets"]),
                Points(given["test_inputs"], given["test_targets"]),
            )
        session = cls(
            TrainingConfig.model_validate(setup["config"]),
            speed=kept["speed"],
            playing=kept["playing"],
            data=data,
            parameters=given.get("parameters"),
        )
        state = State(
            arrays["parameters"],
            arrays["dead"],
            arrays["memory"],
            steps=kept["steps"],
            epoch=kept["epoch"],
            batch=kept["batch"],
        )
        divergence = None if kept["divergence"] is None else Divergence(*kept["divergence"])
        session.trainer.restore(Snapshot(state, kept["batch_size"], divergence))
        session.history.restore(records.from_pages(record.pages), kept["history"])
        session.revision = kept["revision"]
        session.work = None if kept["work"] is None else Work(*kept["work"])
        session._divergence = divergence
        session.edited = kept.get("edited", False)
        session.attempts = kept.get("runs", 0)
        session._stands = kept.get("stands", state.epoch == 0)
        session._network_changed()
        return session

    @property
    def recorded(self) -> Stored:
        """Return how much of the session a record taken now would have stored."""
        return Stored(self.history.cursor, self._setup_version())

    def _setup_version(self) -> int:
        version, config, given = self._setup
        if config is not self.trainer.config or given is not self.trainer.overrides:
            self._setup = (version + 1, self.trainer.config, self.trainer.overrides)
        return self._setup[0]

    def _packed_setup(self) -> bytes:
        data, parameters = self.trainer.overrides
        arrays = {}
        if data is not None:
            for name, points in (("train", data.train), ("test", data.test)):
                arrays[f"{name}_inputs"], arrays[f"{name}_targets"] = points
        if parameters is not None:
            arrays["parameters"] = parameters
        return records.squeeze(records.pack({"config": self.config.model_dump(mode="json")}, arrays))

    # -- changes

    def _begin(self) -> None:
        """Note that the training stands at epoch 0, with a network that nobody has seen."""
        self.history.clear()
        self.edited, self._stands = False, True
        self.work = None
        self.cancel_run()
        self._composer.rebuilt()
        for view in self.views:
            if view.follows_output or not self._composer.exists(*view.watch):
                view.watch, view.follows_output = self._output(), True
        self._changed(data=True)

    def _changed(self, *, data: bool = False) -> None:
        """Note a change of the config or of the network that is not training."""
        self.revision += 1
        self._divergence = self.trainer.divergence
        self._network_changed()
        if data:
            self._composer.data_changed()
        if self.trainer.epoch == 0:
            self.history.clear()
            self._keep_losses(1)

    def _network_changed(self) -> None:
        self._metrics = None
        self._composer.network_changed()

    def announce(self) -> list[Delivery]:
        """Return the present state for everybody."""
        for view in self.views:
            view.urgent = True
        return [Delivery(view, self.state(view)) for view in self.views]

    def _output(self) -> WatchedNode:
        return self._composer.output()


def _seed(wanted: int | None) -> int:
    return secrets.randbelow(2**32) if wanted is None else wanted
