"""`Trainer`: a training that can be stepped, measured, changed, edited and rewound."""

import sys
from collections.abc import Callable
from dataclasses import replace
from math import isfinite

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.datasets import Dataset, draw, split
from engine.descent import Course, descend
from engine.errors import InvalidValue, NoSuchParameter
from engine.features import compute
from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import OPTIMIZERS, State
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES
from engine.states import Change, Divergence, Metrics, Snapshot
from engine.streams import Purpose, stream

__all__ = ["Change", "Divergence", "Metrics", "Snapshot", "Trainer"]

DATA_SETTINGS = frozenset({"problem", "dataset", "noise", "train_percent", "data_seed"})
WEIGHTS_SETTINGS = frozenset({"features", "hidden_layers", "initializer", "weights_seed"})
RUNNING_SETTINGS = frozenset({"learning_rate", "batch_size", "regularization", "regularization_rate"})
"""What may change while training goes on."""


class Trainer:
    """A network, its data and the place in their training.

    `network`, `dataset` and `config` are what is trained, on what and how; `dead` is the flat mask of dead
    weights. `epoch` counts finished epochs, `batch` the mini-batches done in the present one. `divergence` is
    None until a loss or parameter is no longer finite; then training stands still, with the last finite
    parameters, until a change, an edit or a reset.
    """

    def __init__(
        self, config: TrainingConfig, *, data: Dataset | None = None, parameters: Floats | None = None
    ) -> None:
        """Begin a training, on given data and from given parameters (flat), or on those that the seeds draw.

        Raises `InvalidValue` if the number of parameters does not fit the config, or one is not finite.
        """
        self.config = config
        self.dataset = _drawn(config) if data is None else data
        self.epoch = 0
        self.batch = 0
        self.divergence: Divergence | None = None
        self._memory: State = ()
        self._given = parameters
        self._build()

    # --- training

    def step(self) -> None:
        """Take one mini-batch."""
        if self.divergence is None:
            self._begin_epoch()
            self._advance(self.batch + 1)

    def epochs(self, count: int, stop: Callable[[], bool] | None = None) -> int:
        """Finish up to `count` epochs, the one under way being the first; return how many were finished.

        Ends early when training diverges, and when `stop()` is true after an epoch.
        """
        first = self.epoch
        while self.divergence is None and self.epoch < first + count:
            self._begin_epoch()
            self._advance(self._batches)
            if stop is not None and stop():
                break
        return self.epoch - first

    def _begin_epoch(self) -> None:
        """Let a new batch size act, if no mini-batch of the present epoch is done yet."""
        if self.batch == 0:
            self._batch_size = self.config.batch_size

    @property
    def _batches(self) -> int:
        return -(-len(self._train_targets) // self._batch_size)

    def _advance(self, end: int) -> None:
        """Take mini-batches until `end` are done in this epoch, or one would leave a parameter not finite."""
        course = self._course()
        if self._attempt(course, range(self.batch, end)):
            self.batch = end
        else:
            # One of them did: take them singly to find which, and stop before it.
            while self.batch < end and self._attempt(course, range(self.batch, self.batch + 1)):
                self.batch += 1
            self.divergence = Divergence(self.epoch, self.batch, "parameters")
        if self.batch == self._batches:
            self.epoch += 1
            self.batch = 0

    def _attempt(self, course: Course, batches: range) -> bool:
        """Take mini-batches, unless a parameter is not finite after them: then nothing has changed."""
        parameters, dead = self.network.parameters.copy(), self.dead.copy()
        with np.errstate(all="ignore"):
            memory = descend(self.network, self.dead, self._memory, course, batches)
        # A parameter that is not finite never becomes finite again, so one look at the end is enough.
        if np.isfinite(self.network.parameters).all():
            self._memory = memory
            return True
        self.network.parameters[:] = parameters
        self.dead[:] = dead
        return False

    def _course(self) -> Course:
        config = self.config
        learning_rate = config.learning_rate * SCHEDULES[config.schedule](self.epoch)
        strength = 0.0 if config.regularization == "none" else learning_rate * config.regularization_rate
        return Course(
            inputs=self._train_inputs,
            targets=self._train_targets,
            batch_size=self._batch_size,
            loss=LOSSES[config.loss],
            optimizer=OPTIMIZERS[config.optimizer],
            learning_rate=learning_rate,
            regularizer=REGULARIZERS[config.regularization],
            penalty=strength * self._weights if strength else None,
        )

    # --- measuring

    def metrics(self) -> Metrics:
        """Return losses and accuracies as they are now.

        If a loss is not finite, training has diverged: the state last found good comes back, its epoch too,
        and its metrics are returned. An output exactly in the middle counts as the positive class, as it does
        in the original's picture.
        """
        metrics = self._measure()
        if self._keep_good(metrics):
            return metrics
        divergence = self.divergence or Divergence(self.epoch, self.batch, "loss")
        self._take(self._good)
        self.divergence = divergence
        return self._measure()

    def _keep_good(self, metrics: Metrics) -> bool:
        """Keep the present state as the last good one if its losses are finite; return whether they are."""
        good = isfinite(metrics.train_loss) and isfinite(metrics.test_loss)
        if good:
            self._good = self.snapshot()
        return good

    def _measure(self) -> Metrics:
        outputs = self.network.forward(self._inputs)
        with np.errstate(all="ignore"):
            losses = LOSSES[self.config.loss].function(outputs, self._targets)
            split = len(self._train_targets)
            train_loss, test_loss = float(losses[:split].mean()), float(losses[split:].mean())
        if self.config.problem != "classification":
            return Metrics(train_loss, test_loss, None, None)
        middle = self.network.activations[-1].middle
        right = (outputs >= middle) == (self._targets >= middle)
        return Metrics(train_loss, test_loss, float(right[:split].mean()), float(right[split:].mean()))

    # --- changing

    def change(self, config: TrainingConfig) -> Change:
        """Take other settings; training goes on where they allow it, and begins anew where not.

        Data or parameters that were given, not drawn, serve until a setting changes that draws others.
        """
        changed = {name for name, value in config if value != getattr(self.config, name)}
        if not changed:
            return Change.NONE
        self.config = config
        if changed & DATA_SETTINGS:
            self.dataset = _drawn(config)
        if changed & WEIGHTS_SETTINGS:
            self._given = None
        if not changed <= RUNNING_SETTINGS | {"data_seed"}:
            self._build()
            return Change.REBUILT
        if changed & {"regularization", "regularization_rate"}:
            self.dead[:] = False
            self._good = replace(self._good, dead=self.dead.copy())
        self.divergence = None
        if "data_seed" not in changed:
            return Change.SETTINGS
        self._load_data()
        self.batch = 0
        return Change.DATA

    def reset(self) -> None:
        """Go back to the same first weights and epoch 0."""
        self.network.parameters[:] = self._first
        self.dead = np.zeros(self._first.shape, dtype=np.bool_)
        self._memory = OPTIMIZERS[self.config.optimizer].init(self._first.size)
        self.epoch = 0
        self.batch = 0
        self._batch_size = self.config.batch_size
        self.divergence = None
        self._good = self.snapshot()

    def set_weight(self, layer: int, source: int, neuron: int, value: float) -> None:
        """Set the weight from `source`, in the layer before, to `neuron` of layer 1..H+1; it is dead no more.

        Training that had diverged may go on. Raises `NoSuchParameter`, or `InvalidValue` if the value is not
        finite.
        """
        self._edit(layer, (source, neuron), value)

    def set_bias(self, layer: int, neuron: int, value: float) -> None:
        """Set the bias of a neuron of layer 1..H+1. Raises as `set_weight`."""
        self._edit(layer, (neuron,), value)

    def _edit(self, layer: int, place: tuple[int, ...], value: float) -> None:
        kind, part = ("weight", 0) if len(place) == 2 else ("bias", 1)
        name = f"{kind} {' to '.join(map(str, place))} in layer {layer}"
        if not 1 <= layer <= len(self.network.layers):
            raise NoSuchParameter(name, _one_of("layer", 1, len(self.network.layers)))
        values = self.network.layers[layer - 1][part]
        for what, index, size in zip(("source", "neuron")[part:], place, values.shape, strict=True):
            if not 0 <= index < size:
                raise NoSuchParameter(name, _one_of(what, 0, size - 1))
        if not abs(value) <= sys.float_info.max:
            raise InvalidValue(kind, value, "a finite number")
        values[place] = value
        self.network.views(self.dead)[layer - 1][part][place] = False
        self.divergence = None
        self._keep_good(self._measure())

    # --- states as values

    @property
    def dead_weights(self) -> int:
        """How many weights L1 has brought to 0 for good."""
        return int(self.dead.sum())

    def snapshot(self) -> Snapshot:
        """Return all that training changes, to be brought back by `restore`."""
        parameters, dead = self.network.parameters.copy(), self.dead.copy()
        parameters.setflags(write=False)
        dead.setflags(write=False)
        return Snapshot(
            parameters, dead, self._memory, self.epoch, self.batch, self._batch_size, self.divergence
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Bring a snapshot back, bit for bit. Raises `InvalidValue` if it is of a network of another size."""
        if snapshot.parameters.shape != self.network.parameters.shape:
            raise InvalidValue(
                "snapshot", snapshot.parameters.shape, f"{self.network.parameters.shape} parameters"
            )
        self._take(snapshot)
        self._good = replace(snapshot, divergence=None)

    def _take(self, snapshot: Snapshot) -> None:
        self.network.parameters[:] = snapshot.parameters
        self.dead[:] = snapshot.dead
        self._memory = snapshot.memory
        self.epoch = snapshot.epoch
        self.batch = snapshot.batch
        self._batch_size = snapshot.batch_size
        self.divergence = snapshot.divergence

    # --- setting up

    def _build(self) -> None:
        self.network = Network.from_config(self.config, stream(self.config.weights_seed, Purpose.WEIGHTS))
        if self._given is not None:
            self.network.set_parameters(self._given)
        self._first = self.network.parameters.copy()
        self._weights = self.network.weights_mask().astype(np.float64)
        self._load_data()
        self.reset()

    def _load_data(self) -> None:
        """Compute the points' features, and their targets on the output's scale, train points first."""
        train, test = self.dataset.train, self.dataset.test
        self._inputs = compute(self.config.features, np.concatenate([train.inputs, test.inputs]))
        targets = np.concatenate([train.targets, test.targets])
        self._targets = self.network.activations[-1].scaled(targets)
        self._train_inputs = self._inputs[: len(train.targets)]
        self._train_targets = self._targets[: len(train.targets), None]


def _one_of(what: str, first: int, last: int) -> str:
    return f"a {what} from {first} to {last}" if first < last else f"{what} {first}"


def _drawn(config: TrainingConfig) -> Dataset:
    rng = stream(config.data_seed, Purpose.DATA)
    return split(draw(config.dataset, rng=rng, noise=config.noise), config.train_percent)
