"""The loop in which training spends its time: mini-batch after mini-batch, over the flat parameter vector.

`ReferenceLoop` is the reference, in NumPy; `engine.kernels.registry` has its compiled twin.
"""

from math import isfinite
from typing import Protocol

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.nn import dropout
from engine.nn.heads import head
from engine.nn.network import Network
from engine.optim import regularizers
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.reference.metrics import measure
from engine.seeding import Purpose, stream
from engine.state import Ending, Evaluations, Loss, Metrics, State


class TrainingLoop(Protocol):
    """What takes the mini-batches of a training."""

    @property
    def epochs_per_call(self) -> int:
        """How many epochs are over in about a millisecond, one at least: so many are taken in one go."""

    def run_batches(self, state: State, count: int) -> bool:
        """Take so many mini-batches, from `state.epoch` and `state.batch` on, over the epochs that they fill.

        Whether all parameters are finite is looked at at the end of each epoch, and at the very end.

        Returns:
            whether they always were. If not, the state is as it was at the last look, or as it came.
        """

    def train_and_evaluate(
        self, state: State, good: State, epochs: int, stride: int, inputs: Floats, targets: Floats
    ) -> tuple[Ending, Evaluations]:
        """Finish so many epochs, the one under way being the first, and look at the losses now and then.

        Args:
            state: changed in place.
            good: becomes the state of the last look at which losses were finite.
            epochs: at least one.
            stride: losses are looked at after epochs that are a multiple of this.
            inputs: (n, inputs), scaled, of the points that train and then of those that test.
            targets: (n, outputs) of them.

        Returns:
            how it ended, and the looks that were good. After "parameters" the state is as after `take`;
            after "loss" it is the one whose loss is not finite.
        """


def batches_per_epoch(points: int, batch_size: int) -> int:
    """Return how many mini-batches an epoch has; the last may be short."""
    return -(-points // batch_size)


def dropout_key(config: TrainingConfig) -> int:
    """Return the 64 bits that name a training's dropout."""
    return int(stream(config.weights_seed, Purpose.DROPOUT).integers(2**64, dtype=np.uint64))


def learning_rate(config: TrainingConfig, epoch: int) -> float:
    """Return the learning rate of an epoch, counted from 0."""
    factor = SCHEDULES[config.schedule].function
    return config.learning_rate * factor(epoch, config.schedule_epochs, config.schedule_factor)


class ReferenceLoop:
    """Takes mini-batches in order, each moving the parameters once."""

    epochs_per_call = 1

    def __init__(
        self, network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, batch_size: int
    ) -> None:
        """Prepare to train a network.

        Args:
            network: what is trained, its parameters being those of the states to come.
            config: how.
            inputs: (n, inputs), scaled, of the points that train, in order.
            targets: (n, outputs), on the output's own scale.
            batch_size: points a mini-batch, the last being averaged over its own number.
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
        """Take mini-batches, as `TrainingLoop` says."""
        good = state.copy()
        with np.errstate(all="ignore"):
            while count:
                here = min(count, self._batches - state.batch)
                rate = learning_rate(self._config, state.epoch)
                for _ in range(here):
                    self._step(state, rate)
                    state.steps += 1
                    state.batch += 1
                count -= here
                # What is not finite never becomes finite again, so one look in a while is enough.
                if not np.isfinite(state.parameters).all():
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
    ) -> tuple[Ending, Evaluations]:
        """Finish epochs and look at the losses, as `TrainingLoop` says."""
        losses: list[Loss] = []
        metrics: Metrics | None = None
        last = state.epoch + epochs
        while state.epoch < last:
            there = min(last, (state.epoch // stride + 1) * stride)
            if not self.run_batches(state, (there - state.epoch) * self._batches - state.batch):
                return "parameters", Evaluations(losses, metrics)
            if there % stride == 0:
                found = measure(self._network, self._config, inputs, targets, len(self._targets))
                if not (isfinite(found.train_loss) and isfinite(found.test_loss)):
                    return "loss", Evaluations(losses, metrics)
                good.assign(state)
                losses.append((there, found.train_loss, found.test_loss))
                metrics = found
        return "good", Evaluations(losses, metrics)

    def _step(self, state: State, rate: float) -> None:
        """Take the mini-batch that comes next."""
        network, config, optimizer = self._network, self._config, self._optimizer
        points = range(state.batch * self._batch_size, len(self._targets))[: self._batch_size]
        rows = slice(points.start, points.stop)
        forward = network.propagate(self._inputs[rows], self._dropped(state.epoch, points))
        gradient = network.backward(forward, self._targets[rows], self._head)
        if config.gradient_clip:
            length = np.sqrt(gradient.dot(gradient))
            if length > config.gradient_clip:
                gradient *= config.gradient_clip / length  # Pascanu, Mikolov and Bengio 2013
        l1, l2 = config.penalty
        if optimizer.adaptive and l2:
            gradient += l2 * self._weights * regularizers.l2_derivative(state.parameters)
        # All that follows looks at the weight as it was before.
        shrinkage = self._shrinkage(state.parameters, rate)
        state.parameters -= optimizer.update(
            gradient, state.optimizer_state, state.steps, rate, config.hyperparameters
        )
        if shrinkage is None:
            return
        if l1:
            state.pruned |= state.parameters * (state.parameters - shrinkage) < 0
        state.parameters -= shrinkage
        if l1:
            state.parameters[state.pruned] = 0

    def _shrinkage(self, parameters: Floats, rate: float) -> Floats | None:
        """Return how far penalties pull each parameter beside the optimizer's movement; None: not at all."""
        config = self._config
        l1, l2 = config.penalty
        decay = 0.0 if self._optimizer.adaptive else l2
        if "weight_decay" in self._optimizer.parameters:
            decay += config.weight_decay
        if not l1 and not decay:
            return None
        pull = l1 * regularizers.l1_derivative(parameters) + decay * regularizers.l2_derivative(parameters)
        return np.asarray(rate * self._weights * pull)

    def _dropped(self, epoch: int, points: range) -> list[Floats | None]:
        """Return the factors on the outputs of each layer, for points of the training set."""
        shares = self._config.dropout
        if not any(shares):
            return []
        factors: list[Floats | None] = [
            dropout.factors(
                self._key,
                share,
                epoch=epoch,
                layer=layer,
                layers=len(shares),
                points=points,
                count=len(self._targets),
                neurons=self._network.shape[layer + 1],
            )
            if share
            else None
            for layer, share in enumerate(shares)
        ]
        return [*factors, None]
