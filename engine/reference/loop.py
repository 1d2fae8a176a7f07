"""The training loop: runs mini-batches that update the flat parameter vector.

`ReferenceLoop` is the reference in NumPy; `engine.kernels.run_training` has the compiled loop.
"""

from math import isfinite
from typing import Protocol

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.nn import dropout
from engine.nn.heads import head
from engine.nn.layer_kinds.kind import PropagationMode
from engine.nn.network import Network
from engine.optim import regularizers
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.reference.metrics import measure
from engine.seeding import Purpose, stream
from engine.state import EpochAccuracies, EpochLosses, Evaluations, Metrics, Outcome, State


class TrainingLoop(Protocol):
    """Runs the mini-batches of a training. `ReferenceLoop` and the kernels implement it."""

    @property
    def epochs_per_call(self) -> int:
        """Epochs to run in one call, which then takes about a millisecond; at least 1."""

    def run_batches(self, state: State, count: int) -> bool:
        """Run `count` mini-batches, starting at `state.epoch` and `state.batch`.

        The parameters are checked at the end of each epoch and of the call.

        Returns:
            whether all checks passed. If not, the state is that of the last check that passed, or the initial
            one.
        """

    def train_and_evaluate(
        self, state: State, good: State, epochs: int, stride: int, inputs: Floats, targets: Floats
    ) -> tuple[Outcome, Evaluations]:
        """Finish some epochs, the first of which is the current one, and measure the losses at intervals.

        Args:
            state: changed in place.
            good: becomes the state of the last evaluation with finite losses.
            epochs: number of epochs, at least 1.
            stride: losses are measured after epochs that are a multiple of this.
            inputs: (n, inputs), scaled, of the training points and then the test points.
            targets: (n, outputs) of these points.

        Returns:
            the outcome, and the evaluations with finite losses. After the outcome "parameters" the state is
            as after `run_batches`; after "loss" it is the one whose loss is not finite.
        """


def batches_per_epoch(points: int, batch_size: int) -> int:
    """Return the number of mini-batches in an epoch; the last one may be smaller."""
    return -(-points // batch_size)


def points_before(state: State, points: int, batch_size: int) -> int:
    """Return how many of `points` training points the mini-batches of the present epoch have had."""
    return min(state.batch * batch_size, points)


def dropout_key(config: TrainingConfig) -> int:
    """Return the 64-bit key of a training's dropout."""
    return int(stream(config.weights_seed, Purpose.DROPOUT).integers(2**64, dtype=np.uint64))


def learning_rate(config: TrainingConfig, epoch: int) -> float:
    """Return the learning rate of an epoch, counted from 0."""
    factor = SCHEDULES[config.schedule].function
    return config.learning_rate * factor(epoch, config.schedule_epochs, config.schedule_factor)


class ReferenceLoop:
    """Runs mini-batches in order, each with one update of the parameters, in NumPy."""

    epochs_per_call = 1

    def __init__(
        self, network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, batch_size: int
    ) -> None:
        """Prepare to train a network.

        Args:
            network: the network to train. Its parameters are those of the states that will be passed.
            config: the settings of the training.
            inputs: (n, inputs), scaled, of the training points, in order.
            targets: (n, outputs), on the scale of the output.
            batch_size: points in a mini-batch. A smaller last one is averaged over its own number of points.
        """
        self._network = network
        self._config = config
        self._inputs = inputs
        self._targets = targets
        self._batch_size = batch_size
        self._batches = batches_per_epoch(len(targets), batch_size)
        self._optimizer = OPTIMIZERS[config.optimizer]
        self._head = head(config.output_activation, config.loss, config.huber_delta)
        self._key = dropout_key(config)
        self._weights = network.weights_mask().astype(np.float64)

    def run_batches(self, state: State, count: int) -> bool:
        """Run mini-batches, as `TrainingLoop.run_batches` describes."""
        good = state.copy()
        with np.errstate(all="ignore"):
            while count:
                in_epoch = min(count, self._batches - state.batch)
                rate = learning_rate(self._config, state.epoch)
                state.points -= points_before(state, len(self._targets), self._batch_size)
                for _ in range(in_epoch):
                    self._step(state, rate)
                    state.steps += 1
                    state.batch += 1
                state.points += points_before(state, len(self._targets), self._batch_size)
                count -= in_epoch
                # A non-finite parameter stays non-finite, so that one check per epoch is enough.
                if not (np.isfinite(state.parameters).all() and np.isfinite(state.buffers).all()):
                    state.assign(good)
                    return False
                if state.batch == self._batches:
                    state.epoch += 1
                    state.batch = 0
                    if count:
                        good = state.copy()
        return True

    def train_and_evaluate(
        self, state: State, good: State, epochs: int, stride: int, inputs: Floats, targets: Floats
    ) -> tuple[Outcome, Evaluations]:
        """Finish epochs and measure losses, as `TrainingLoop.train_and_evaluate` describes."""
        losses: list[EpochLosses] = []
        accuracies: list[EpochAccuracies] = []
        metrics: Metrics | None = None
        last = state.epoch + epochs
        while state.epoch < last:
            target = min(last, (state.epoch // stride + 1) * stride)
            if not self.run_batches(state, (target - state.epoch) * self._batches - state.batch):
                return "parameters", Evaluations(losses, metrics, accuracies)
            if target % stride == 0:
                measured = measure(self._network, self._config, inputs, targets, len(self._targets))
                if not (isfinite(measured.train_loss) and isfinite(measured.test_loss)):
                    return "loss", Evaluations(losses, metrics, accuracies)
                good.assign(state)
                losses.append((target, measured.train_loss, measured.test_loss))
                accuracies.append((measured.train_accuracy, measured.test_accuracy))
                metrics = measured
        return "good", Evaluations(losses, metrics, accuracies)

    def _step(self, state: State, rate: float) -> None:
        """Run the next mini-batch."""
        network, config, optimizer = self._network, self._config, self._optimizer
        points = range(state.batch * self._batch_size, len(self._targets))[: self._batch_size]
        rows = slice(points.start, points.stop)
        forward = network.propagate(self._inputs[rows], self.mode(state.epoch, points))
        gradient = network.backward(forward, self._targets[rows], self._head)
        if config.gradient_clip:
            length = np.sqrt(gradient.dot(gradient))
            if length > config.gradient_clip:
                gradient *= config.gradient_clip / length  # Pascanu, Mikolov and Bengio 2013
        l1, l2 = config.penalty
        if optimizer.adaptive and l2:
            gradient += l2 * self._weights * regularizers.l2_derivative(state.parameters)
        # The shrinkage depends on the weights as they were before the update.
        shrinkage = self._shrinkage(state.parameters, rate)
        state.parameters -= optimizer.update(
            gradient, state.optimizer_state, state.steps, rate, config.hyperparameters
        )
        if shrinkage is not None:
            _apply_penalties(state, shrinkage, prune=l1 > 0)

    def _shrinkage(self, parameters: Floats, rate: float) -> Floats | None:
        """Return what penalties subtract from each parameter apart from the update; None for nothing."""
        config = self._config
        l1, l2 = config.penalty
        decay = 0.0 if self._optimizer.adaptive else l2
        if "weight_decay" in self._optimizer.parameters:
            decay += config.weight_decay
        if not l1 and not decay:
            return None
        pull = l1 * regularizers.l1_derivative(parameters) + decay * regularizers.l2_derivative(parameters)
        return np.asarray(rate * self._weights * pull)

    def mode(self, epoch: int, points: range) -> PropagationMode:
        """Return how the training points at these indices are propagated."""

        def dropout_factors(number: int, rate: float, neurons: int) -> Floats:
            return dropout.factors(
                self._key,
                rate,
                epoch=epoch,
                layer=number,
                layers=len(self._network.layers) - 1,
                points=points,
                count=len(self._targets),
                neurons=neurons,
            )

        return PropagationMode(training=True, dropout_factors=dropout_factors)


def _apply_penalties(state: State, shrinkage: Floats, *, prune: bool) -> None:
    """Subtract the shrinkage from the parameters, and set to 0 the weights that L1 prunes, now or before."""
    if prune:
        state.pruned |= state.parameters * (state.parameters - shrinkage) < 0
    state.parameters -= shrinkage
    if prune:
        state.parameters[state.pruned] = 0
