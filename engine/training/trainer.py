"""`Trainer`: runs, measures, changes, edits and resets a training."""

from collections.abc import Callable
from math import isfinite

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.kernels import registry
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import batches_per_epoch
from engine.seeding import Purpose, stream
from engine.state import Change, Divergence, Evaluations, Metrics, Overrides, Snapshot, State, TrainingCounts
from engine.training import backend, build, edits
from engine.training.epoch_parts import counts_of, cut_epoch
from engine.training.extra_batch import run_extra_batch
from engine.training.overrides import overrides_after

__all__ = ["Change", "Divergence", "Evaluations", "Metrics", "Overrides", "Snapshot", "State", "Trainer"]


class Trainer:
    """A network, its data and the state of its training.

    `config` describes the training of `network` on `dataset`, whose points it takes as `arrays`; `heat_maps`
    draws the network as it is now.
    `divergence` is None until a loss or a parameter is no longer finite. Training then stops, with the last
    finite parameters, until a change, an edit or a reset.
    """

    def __init__(
        self,
        config: TrainingConfig,
        *,
        data: Dataset | None = None,
        parameters: Floats | None = None,
        pruned: Mask | None = None,
        buffers: Floats | None = None,
    ) -> None:
        """Start a training. `data` and `parameters` (size,) replace those drawn with the config's seeds.

        `pruned` (size,) are the parameters, all of them weights of 0, that L1 regularization is to keep at 0;
        `buffers` (buffers,) what the layers keep besides, such as running statistics.

        Raises `InvalidValue` if the number of parameters does not fit the config, a parameter is not finite,
        or the data has a class that the config does not have.
        """
        self.config = config
        self.dataset = build.build_dataset(config) if data is None else data
        build.check_fits(config, self.dataset)
        self.divergence: Divergence | None = None
        self._batch_size = config.batch_size
        self._overrides = Overrides(data, parameters, pruned, buffers)
        self._build()

    @property
    def overrides(self) -> Overrides:
        """The data and initial parameters that were passed in and are still used."""
        return self._overrides

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return self._state.epoch

    @property
    def batch(self) -> int:
        """Finished mini-batches of the current epoch."""
        return self._state.batch

    @property
    def counts(self) -> TrainingCounts:
        """How much was trained since the start; no change of points or settings sets it back."""
        return counts_of(self._state, self.arrays.split, self._batch_size)

    @property
    def pruned(self) -> Mask:
        """Flat mask of the weights that L1 regularization has set to 0 permanently."""
        return self._state.pruned

    # --- training

    @property
    def implementation(self) -> backend.Implementation:
        """Which implementation trains. It may change at the start of a run, once the kernels are ready."""
        return backend.implementation(self._loop)

    @property
    def is_fast(self) -> bool:
        """Whether several epochs take less than a millisecond."""
        return self._loop.epochs_per_call > 1

    def step(self) -> None:
        """Run one mini-batch."""
        if self.divergence is None:
            self._begin_epoch()
            self._advance(1)

    def step_on(self, inputs: Floats, targets: Floats) -> None:
        """Train one extra mini-batch of points (n, inputs) with targets (n, outputs), in NumPy.

        It belongs to no epoch, and the next mini-batch stays the same; `counts` includes its n points.
        """
        if self.divergence is None and not run_extra_batch(
            self.network, self.config, self._state, inputs, targets, self.arrays.split
        ):
            self.divergence = Divergence(self.epoch, self.batch, "parameters")

    def run_epochs(self, count: int, stop: Callable[[], bool] | None = None) -> int:
        """Finish up to `count` epochs, the first of which is the current one; return how many were finished.

        Ends early when training diverges or `stop()` returns true, which is called after one or a few epochs.
        """
        first = self.epoch
        while self.divergence is None and self.epoch < first + count:
            self._begin_epoch()
            epochs = min(first + count - self.epoch, self._loop.epochs_per_call)
            self._advance(epochs * self.batches - self.batch)
            if stop is not None and stop():
                break
        return self.epoch - first

    def train_and_evaluate(
        self, count: int, stride: int, stop: Callable[[], bool] | None = None
    ) -> Evaluations:
        """Finish up to `count` epochs as `run_epochs` does; measure losses after every multiple of `stride`.

        The result contains metrics only if they were measured after the last epoch.
        """
        parts: list[Evaluations] = []
        metrics: Metrics | None = None
        last = self.epoch + count
        while self.divergence is None and self.epoch < last:
            self._begin_epoch()
            # An evaluation takes about as long as an epoch.
            epochs = max(1, self._loop.epochs_per_call * stride // (stride + 1))
            outcome, evaluations = self._loop.train_and_evaluate(
                self._state,
                self._good,
                min(last - self.epoch, epochs),
                stride,
                *self.arrays.measure_arguments[:2],
            )
            parts.append(evaluations)
            metrics = None
            if evaluations.metrics is not None:
                self._good_batch_size = self._batch_size
                if self._good.steps == self._state.steps:
                    metrics = evaluations.metrics
            if outcome == "parameters":
                self._stop_before_divergence()
            elif outcome == "loss":
                self._return_to_finite_losses()
            if stop is not None and stop():
                break
        return Evaluations.joined(parts, None if self.divergence else metrics)

    def _begin_epoch(self) -> None:
        """Apply a new batch size at the start of an epoch, and compiled kernels as soon as they are ready."""
        if self.batch == 0 and self._batch_size != self.config.batch_size:
            self._batch_size = self.config.batch_size
            self._prepare()
        elif self._kernels != registry.loaded():
            self._prepare()

    @property
    def batches(self) -> int:
        """Mini-batches of the current epoch, finished and to come."""
        return batches_per_epoch(self.arrays.split, self._batch_size)

    def _advance(self, count: int) -> None:
        """Run `count` mini-batches, or stop before the first that makes a parameter non-finite."""
        if self._loop.run_batches(self._state, count):
            return
        self._stop_before_divergence()

    def _stop_before_divergence(self) -> None:
        """Run mini-batches one by one up to the first that makes a parameter non-finite."""
        while self._loop.run_batches(self._state, 1):
            pass
        self.divergence = Divergence(self.epoch, self.batch, "parameters")

    def _return_to_finite_losses(self) -> None:
        """Restore the last state whose losses were finite."""
        divergence = self.divergence or Divergence(self.epoch, self.batch, "loss")
        self._assign(Snapshot(self._good, self._good_batch_size, divergence))

    # --- metrics

    def metrics(self) -> Metrics:
        """Return the present losses and accuracies.

        If a loss is not finite, training has diverged: the last state with finite losses is restored, with
        its epoch, and its metrics are returned.
        """
        metrics = self._measure()
        if self._keep_if_finite(metrics):
            return metrics
        self._return_to_finite_losses()
        return self._measure()

    def _keep_if_finite(self, metrics: Metrics) -> bool:
        """Store the present state if its losses are finite; return whether they are."""
        good = isfinite(metrics.train_loss) and isfinite(metrics.test_loss)
        if good:
            self._keep()
        return good

    def _keep(self) -> None:
        """Store the present state, which is restored when training diverges."""
        self._good.assign(self._state)
        self._good_batch_size = self._batch_size

    def _measure(self) -> Metrics:
        return self._metrics_of(self.network, self.config, *self.arrays.measure_arguments)

    def outputs(self, points: Floats) -> Floats:
        """Return the outputs (n, outputs) for points (n, 2) or images (n, pixels)."""
        return self._outputs_of(self.network, self.network.inputs(points))

    # --- changing

    def change(self, config: TrainingConfig) -> Change:
        """Apply other settings; training continues if they allow it, otherwise it restarts.

        Of data and parameters that were passed in, see `overrides_after`, which raises `InvalidValue`.
        """
        changed = {name for name, value in config if value != getattr(self.config, name)}
        if not changed:
            return Change.NONE
        self._overrides = overrides_after(self._overrides, config, changed)
        self.config = config
        if changed & build.DATA_SETTINGS:
            self.dataset = self._overrides.data or build.build_dataset(config)
        if not changed <= build.LIVE_SETTINGS | build.LIVE_DATA_SETTINGS:
            self._build()
            return Change.REBUILT
        if changed & build.PENALTY_SETTINGS:
            self.pruned[:] = False
            self._good.pruned[:] = False
        self.divergence = None
        if changed & build.LIVE_DATA_SETTINGS:
            self._exchange_data()
        self._prepare()
        return Change.DATA if changed & build.LIVE_DATA_SETTINGS else Change.SETTINGS

    def set_data(self, data: Dataset) -> None:
        """Replace the points; training continues. Raises `InvalidValue` for a class that the config lacks."""
        build.check_fits(self.config, data)
        self.dataset, self._overrides = data, self._overrides._replace(data=data)
        self.divergence = None
        self._exchange_data()
        self._prepare()

    def _exchange_data(self) -> None:
        cut_epoch(self._state, self.arrays.split, self._batch_size)
        cut_epoch(self._good, self.arrays.split, self._good_batch_size)
        self._load_data()

    def reset(self) -> None:
        """Return to the initial weights and epoch 0."""
        self.network.parameters[:] = self._initial_parameters
        given = self._overrides.buffers
        self.network.buffers[:] = self.network.initial_buffers() if given is None else given
        slots = OPTIMIZERS[self.config.optimizer].slots
        self._state = State.initial(self.network.parameters, self.network.buffers, slots)
        if self._overrides.pruned is not None:
            self._state.pruned[:] = self._overrides.pruned
        self._batch_size = self.config.batch_size
        self.divergence = None
        self._prepare()
        self._good, self._good_batch_size = self._state.copy(), self._batch_size

    def set_weight(self, layer: int, source: int, neuron: int, value: float) -> None:
        """Set the weight from `source`, in the layer before, to `neuron` of layer 1..H+1.

        The weight is no longer pruned, and diverged training may continue. Raises `NoSuchParameter`, or
        `InvalidValue` if the value is not finite.
        """
        self._edit(layer, (source, neuron), value)

    def set_bias(self, layer: int, neuron: int, value: float) -> None:
        """Set the bias of a neuron of layer 1..H+1. Raises the same as `set_weight`."""
        self._edit(layer, (neuron,), value)

    def weight(self, layer: int, source: int, neuron: int) -> float:
        """Return the weight that `set_weight` sets. Raises `NoSuchParameter`."""
        return edits.get_parameter(self.network, layer, (source, neuron))

    def bias(self, layer: int, neuron: int) -> float:
        """Return the bias that `set_bias` sets. Raises `NoSuchParameter`."""
        return edits.get_parameter(self.network, layer, (neuron,))

    def _edit(self, layer: int, index: tuple[int, ...], value: float) -> None:
        edits.set_parameter(self.network, self.pruned, layer, index, value)
        self.divergence = None
        self._keep_if_finite(self._measure())

    # --- snapshots

    def snapshot(self) -> Snapshot:
        """Return everything that training changes, for `restore`."""
        return Snapshot(self._state.frozen(), self._batch_size, self.divergence)

    def restore(self, snapshot: Snapshot) -> None:
        """Restore a snapshot, bit for bit.

        Raises `InvalidValue` if the network has another size, or the optimizer a state of another shape.
        """
        self._state.check_fits(snapshot.state)
        self._assign(snapshot)
        if self.batch >= self.batches:  # other points than when it was taken: the epoch begins again
            self._state.batch = 0
        self._keep()

    def _assign(self, snapshot: Snapshot) -> None:
        self._state.assign(snapshot.state)
        self.divergence = snapshot.divergence
        if self._batch_size != snapshot.batch_size:
            self._batch_size = snapshot.batch_size
            self._prepare()

    # --- setting up

    def _build(self) -> None:
        self.network = build.build_network(self.config, stream(self.config.weights_seed, Purpose.WEIGHTS))
        if self._overrides.parameters is not None:
            self.network.set_parameters(self._overrides.parameters)
        self._initial_parameters = self.network.parameters.copy()
        self._load_data()
        self.reset()

    def _load_data(self) -> None:
        """Compute the inputs and targets of the points."""
        self.arrays = build.build_arrays(self.config, self.network, self.dataset)

    def _prepare(self) -> None:
        """Choose loop, metrics and heat maps for the present settings, data and batch size."""
        self._kernels = registry.loaded()
        self._metrics_of = backend.metrics_function(self.config)
        self._outputs_of = backend.outputs_function(self.config)
        self.heat_maps = backend.heat_maps(self.network, self.config)
        self._loop = backend.training_loop(
            self.network,
            self.config,
            self.arrays.train_inputs,
            self.arrays.train_targets,
            self._batch_size,
            vars(self).get("_loop"),
        )
