"""`Trainer`: a training that can be stepped, measured, changed, edited and rewound."""

import sys
from collections.abc import Callable
from math import isfinite

import numpy as np

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM, Dataset, draw, split, split_custom
from engine.data.features import compute
from engine.data.scaling import fit
from engine.errors import InvalidValue, NoSuchParameter
from engine.kernels import registry
from engine.nn.network import Network
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import batches_per_epoch
from engine.seeding import Purpose, stream
from engine.state import Change, Divergence, Evaluations, Loss, Metrics, Overrides, Snapshot, State
from engine.training import backend

__all__ = ["Change", "Divergence", "Evaluations", "Metrics", "Overrides", "Snapshot", "State", "Trainer"]

DRAWING_SETTINGS = frozenset(
    {"problem", "dataset", "classes", "noise", "train_percent", "data_seed", "points"}
)
"""What draws other points."""
WEIGHTS_SETTINGS = frozenset(
    {"problem", "classes", "features", "hidden_layers", "initializer", "initial_bias", "weights_seed"}
)
"""What draws other first weights."""
RUNNING_SETTINGS = frozenset(
    {"learning_rate", "batch_size", "regularization", "regularization_rate", "l1_ratio"}
)
"""What may change while training goes on."""
RUNNING_DATA = frozenset({"data_seed", "points"})
"""Other points, of the same kind: the weights stay."""


class Trainer:
    """A network, its data and the place in their training.

    `network`, `dataset` and `config` are what is trained, on what and how; `dead` is the flat mask of dead
    weights. `pictures` draws the network as it is. `epoch` counts finished epochs, `batch` the mini-batches
    done in the present one. `divergence` is None until a loss or parameter is no longer finite; then training
    stands still, with the last finite parameters, until a change, an edit or a reset.
    """

    def __init__(
        self, config: TrainingConfig, *, data: Dataset | None = None, parameters: Floats | None = None
    ) -> None:
        """Begin a training, on given data and from given parameters (flat), or on those that the seeds draw.

        Raises `InvalidValue` if the number of parameters does not fit the config, or one is not finite, or
        the data has classes that the config has not.
        """
        self.config = config
        self.dataset = _drawn(config) if data is None else data
        _check_classes(config, self.dataset)
        self.divergence: Divergence | None = None
        self._batch_size = config.batch_size
        self._overrides = Overrides(data, parameters)
        self._build()

    @property
    def overrides(self) -> Overrides:
        """What was given at the beginning, not drawn, and still serves; the same object until it changes."""
        return self._overrides

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return self._state.epoch

    @property
    def batch(self) -> int:
        """Mini-batches done in the present epoch."""
        return self._state.batch

    @property
    def pruned(self) -> Mask:
        """Flat mask of the weights that L1 has brought to 0 for good."""
        return self._state.pruned

    # --- training

    @property
    def is_fast(self) -> bool:
        """Whether several epochs are over in a millisecond."""
        return self._loop.epochs_per_call > 1

    def step(self) -> None:
        """Take one mini-batch."""
        if self.divergence is None:
            self._begin_epoch()
            self._advance(1)

    def run_epochs(self, count: int, stop: Callable[[], bool] | None = None) -> int:
        """Finish up to `count` epochs, the one under way being the first; return how many were finished.

        Ends early when training diverges, and when `stop()` is true; it is asked after an epoch or a few.
        """
        first = self.epoch
        while self.divergence is None and self.epoch < first + count:
            self._begin_epoch()
            few = min(first + count - self.epoch, self._loop.epochs_per_call)
            self._advance(few * self._batches - self.batch)
            if stop is not None and stop():
                break
        return self.epoch - first

    def train_and_evaluate(
        self, count: int, stride: int, stop: Callable[[], bool] | None = None
    ) -> Evaluations:
        """Finish up to `count` epochs as `epochs` does; look at the losses after those that `stride` divides.

        If the network is as at the last look, its metrics come with the losses.
        """
        losses: list[Loss] = []
        metrics: Metrics | None = None
        last = self.epoch + count
        while self.divergence is None and self.epoch < last:
            self._begin_epoch()
            # A look takes as long as an epoch.
            few = max(1, self._loop.epochs_per_call * stride // (stride + 1))
            ending, looks = self._loop.train_and_evaluate(
                self._state, self._good, min(last - self.epoch, few), stride, self._inputs, self._targets
            )
            losses += looks.losses
            metrics = None
            if looks.metrics is not None:
                self._good_batch_size = self._batch_size
                if self._good.steps == self._state.steps:
                    metrics = looks.metrics
            if ending == "parameters":
                self._break_down()
            elif ending == "loss":
                self._give_up()
            if stop is not None and stop():
                break
        return Evaluations(losses, None if self.divergence else metrics)

    def _begin_epoch(self) -> None:
        """Let a new batch size act, if no mini-batch of the present epoch is done yet; and new kernels."""
        if self.batch == 0 and self._batch_size != self.config.batch_size:
            self._batch_size = self.config.batch_size
            self._prepare()
        elif self._compiled != registry.ready():
            self._prepare()

    @property
    def _batches(self) -> int:
        return batches_per_epoch(self._split, self._batch_size)

    def _advance(self, count: int) -> None:
        """Take so many mini-batches, or as many as leave all parameters finite."""
        if self._loop.run_batches(self._state, count):
            return
        self._break_down()

    def _break_down(self) -> None:
        """Find the mini-batch after which a parameter is no longer finite, and stop before it."""
        while self._loop.run_batches(self._state, 1):
            pass
        self.divergence = Divergence(self.epoch, self.batch, "parameters")

    def _give_up(self) -> None:
        """Go back to where the losses were last finite."""
        divergence = self.divergence or Divergence(self.epoch, self.batch, "loss")
        self._take(Snapshot(self._good, self._good_batch_size, divergence))

    # --- metrics_function

    def metrics(self) -> Metrics:
        """Return losses and accuracies as they are now.

        If a loss is not finite, training has diverged: the state last found good comes back, its epoch too,
        and its metrics are returned. An output exactly in the middle counts as the positive class, as it does
        in the original's picture.
        """
        metrics = self._measure()
        if self._keep_good(metrics):
            return metrics
        self._give_up()
        return self._measure()

    def _keep_good(self, metrics: Metrics) -> bool:
        """Keep the present state as the last good one if its losses are finite; return whether they are."""
        good = isfinite(metrics.train_loss) and isfinite(metrics.test_loss)
        if good:
            self._keep()
        return good

    def _keep(self) -> None:
        """Keep the present state as the last good one."""
        self._good.assign(self._state)
        self._good_batch_size = self._batch_size

    def _measure(self) -> Metrics:
        return self._measure_as(self.network, self.config, self._inputs, self._targets, self._split)

    # --- changing

    def change(self, config: TrainingConfig) -> Change:
        """Take other settings; training goes on where they allow it, and begins anew where not.

        Data or parameters that were given, not drawn, serve until a setting changes that draws others.
        """
        changed = {name for name, value in config if value != getattr(self.config, name)}
        if not changed:
            return Change.NONE
        self.config = config
        if changed & DRAWING_SETTINGS:
            self.dataset = _drawn(config)
            self._overrides = self._overrides._replace(data=None)
        if changed & WEIGHTS_SETTINGS:
            self._overrides = self._overrides._replace(parameters=None)
        if not changed <= RUNNING_SETTINGS | RUNNING_DATA:
            self._build()
            return Change.REBUILT
        if changed & {"regularization", "regularization_rate", "l1_ratio"}:
            self.pruned[:] = False
            self._good.pruned[:] = False
        self.divergence = None
        if changed & RUNNING_DATA:
            self._load_data()
            self._state.batch = 0
        self._prepare()
        return Change.DATA if changed & RUNNING_DATA else Change.SETTINGS

    def reset(self) -> None:
        """Go back to the same first weights and epoch 0."""
        self.network.parameters[:] = self._first
        self._state = State.initial(self.network.parameters, OPTIMIZERS[self.config.optimizer].slots)
        self._batch_size = self.config.batch_size
        self.divergence = None
        self._prepare()
        self._good, self._good_batch_size = self._state.copy(), self._batch_size

    def set_weight(self, layer: int, source: int, neuron: int, value: float) -> None:
        """Set the weight from `source`, in the layer before, to `neuron` of layer 1..H+1; it is dead no more.

        Training that had diverged may go on. Raises `NoSuchParameter`, or `InvalidValue` if the value is not
        finite.
        """
        self._edit(layer, (source, neuron), value)

    def set_bias(self, layer: int, neuron: int, value: float) -> None:
        """Set the bias of a neuron of layer 1..H+1. Raises as `set_weight`."""
        self._edit(layer, (neuron,), value)

    def weight(self, layer: int, source: int, neuron: int) -> float:
        """Return a weight, as `set_weight` names it. Raises `NoSuchParameter`."""
        return float(self._part(layer, (source, neuron))[source, neuron])

    def bias(self, layer: int, neuron: int) -> float:
        """Return a bias, as `set_bias` names it. Raises `NoSuchParameter`."""
        return float(self._part(layer, (neuron,))[neuron])

    def _part(self, layer: int, place: tuple[int, ...]) -> Floats:
        """Return the weights or biases of a layer that have such a place; raises `NoSuchParameter`."""
        kind, part = ("weight", 0) if len(place) == 2 else ("bias", 1)
        name = f"{kind} {' to '.join(map(str, place))} in layer {layer}"
        if not 1 <= layer <= len(self.network.layers):
            raise NoSuchParameter(name, _one_of("layer", 1, len(self.network.layers)))
        values = self.network.layers[layer - 1][part]
        for what, index, size in zip(("source", "neuron")[part:], place, values.shape, strict=True):
            if not 0 <= index < size:
                raise NoSuchParameter(name, _one_of(what, 0, size - 1))
        return values

    def _edit(self, layer: int, place: tuple[int, ...], value: float) -> None:
        kind, part = ("weight", 0) if len(place) == 2 else ("bias", 1)
        values = self._part(layer, place)
        if not abs(value) <= sys.float_info.max:
            raise InvalidValue(kind, value, "a finite number")
        values[place] = value
        self.network.layer_views(self.pruned)[layer - 1][part][place] = False
        self.divergence = None
        self._keep_good(self._measure())

    # --- states as values

    @property
    def pruned_weights(self) -> int:
        """How many weights L1 has brought to 0 for good."""
        return int(self.pruned.sum())

    def snapshot(self) -> Snapshot:
        """Return all that training changes, to be brought back by `restore`."""
        state = self._state.copy()
        for array in (state.parameters, state.pruned, state.optimizer_state):
            array.setflags(write=False)
        return Snapshot(state, self._batch_size, self.divergence)

    def restore(self, snapshot: Snapshot) -> None:
        """Bring a snapshot back, bit for bit.

        Raises `InvalidValue` if it is of a network of another size, or of an optimizer of another kind.
        """
        for name in ("parameters", "optimizer_state"):
            theirs, ours = getattr(snapshot.state, name).shape, getattr(self._state, name).shape
            if theirs != ours:
                raise InvalidValue("snapshot", theirs, f"{name} of shape {ours}")
        self._take(snapshot)
        self._keep()

    def _take(self, snapshot: Snapshot) -> None:
        self._state.assign(snapshot.state)
        self.divergence = snapshot.divergence
        if self._batch_size != snapshot.batch_size:
            self._batch_size = snapshot.batch_size
            self._prepare()

    # --- setting up

    def _build(self) -> None:
        self.network = Network.from_config(self.config, stream(self.config.weights_seed, Purpose.WEIGHTS))
        if self._overrides.parameters is not None:
            self.network.set_parameters(self._overrides.parameters)
        self._first = self.network.parameters.copy()
        self._load_data()
        self.reset()

    def _load_data(self) -> None:
        """Compute the points' inputs, and their targets on the output's scale, train points first."""
        train, test = self.dataset.train, self.dataset.test
        self._split = len(train.targets)
        self.network.scaling = fit(self.config.input_scaling, compute(self.config.features, train.inputs))
        self._inputs = self.network.inputs(np.concatenate([train.inputs, test.inputs]))
        labels = np.concatenate([train.targets, test.targets])
        self._targets = self.network.output.targets(labels, self.config.outputs)
        self._train_inputs, self._train_targets = self._inputs[: self._split], self._targets[: self._split]

    def _prepare(self) -> None:
        """Get ready to train with the present settings, data and batch size."""
        self._compiled = registry.ready()
        self._measure_as = backend.metrics_function(self.config)
        self.heat_maps = backend.heat_maps(self.network, self.config)
        self._loop = backend.training_loop(
            self.network,
            self.config,
            self._train_inputs,
            self._train_targets,
            self._batch_size,
            vars(self).get("_loop"),
        )


def _one_of(what: str, first: int, last: int) -> str:
    return f"a {what} from {first} to {last}" if first < last else f"{what} {first}"


def _drawn(config: TrainingConfig) -> Dataset:
    rng = stream(config.data_seed, Purpose.DATA)
    if config.dataset == CUSTOM:
        return split_custom(config.points, config.train_percent, rng)
    points = draw(config.dataset, rng=rng, noise=config.noise, classes=config.classes)
    return split(points, config.train_percent)


def _check_classes(config: TrainingConfig, data: Dataset) -> None:
    if config.problem != "multiclass":
        return
    for points in (data.train, data.test):
        if not np.isin(points.targets, np.arange(config.classes)).all():
            raise InvalidValue("data", "another target", f"classes 0 to {config.classes - 1}")
