"""The training loop of the compiled kernels."""

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.kernels import chain_layout, codes, fields, image_layout, memory_layout, registry
from engine.kernels.joined_state import JoinedState
from engine.kernels.run_metrics import (
    EvaluationArguments,
    evaluation_arguments,
    evaluation_kernel,
    family_of,
    scratch_size,
    to_accuracies,
    to_metrics,
)
from engine.kernels.scratch import pool
from engine.nn.network import Network
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import batches_per_epoch, dropout_key, learning_rate, points_before
from engine.state import Evaluations, Outcome, State

SECONDS_PER_COST = 0.6e-9
"""Time of one unit of `memory_layout.costs`."""

OUTCOMES: tuple[Outcome, ...] = ("good", "parameters", "loss")
"""Outcomes, indexed by the results of `train.train_and_evaluate`."""

_GRADIENTS = {
    memory_layout.ACROSS_NEURONS: "gradient_by_neurons",
    memory_layout.CHAIN: "chains",
    memory_layout.IMAGES: "image_chains",
}
"""The module with the gradient of each layout but ACROSS_POINTS, which `train` has itself."""

_EVALUATION = 5
"""As in `train`."""

_NO_INTS = np.empty(0, np.int64)


class CompiledLoop:
    """Runs mini-batches as `ReferenceLoop` does, without holding the interpreter lock."""

    def __init__(
        self,
        network: Network,
        config: TrainingConfig,
        inputs: Floats,
        targets: Floats,
        batch_size: int,
        *,
        layout: int | None = None,
        before: "CompiledLoop | None" = None,
    ) -> None:
        """Prepare to train a network.

        Args:
            network: the network to train. Its parameters are those of the states that will be passed.
            config: settings that `registry.supports`.
            inputs: (n, inputs), scaled, of the training points, in order.
            targets: (n, outputs), on the scale of the output.
            batch_size: points in a mini-batch; the last one may be smaller.
            layout: a layout of `memory_layout`; None for the faster one whose kernels are loaded.
            before: the previous loop of the network, if any; its workspace is reused if it fits.
        """
        if layout is None and not registry.is_loaded("gradient_by_neurons"):
            layout = memory_layout.ACROSS_POINTS
        optimizer = OPTIMIZERS[config.optimizer]
        # The references keep the objects alive, so that the same id means the same object.
        self.kept = (network, inputs, targets)
        self.sizes = (batch_size, optimizer.slots, layout)
        self.plan: memory_layout.Plan
        if before is not None and before.fits(self):
            self.plan = before.plan
        else:
            self.plan = _plan(network, inputs, targets, batch_size, optimizer.slots, layout)
        header = self.plan.header
        header[fields.HEAD] = codes.HEADS[config.output_activation, config.loss]
        header[fields.OPTIMIZER] = codes.OPTIMIZERS[config.optimizer]
        rates = config.dropout_rates
        header[fields.DROPOUT] = any(rates)
        if any(rates):
            header[fields.DROPOUT_KEY] = np.uint64(dropout_key(config)).astype(np.int64)
        header[fields.EVALUATE] = evaluation_kernel(network)
        if header[fields.LAYOUT] in _GRADIENTS:
            header[fields.OTHER_GRADIENT] = registry.kernel(
                _GRADIENTS[header[fields.LAYOUT]]
            ).gradient.address
        self._config = config
        self._constant_rates = np.empty(0)
        self._fixed = (
            self.plan.workspace, self.plan.layers.ravel(), header, _hyperparameters(config),
            np.array(rates, dtype=np.float64),
        )  # fmt: skip
        none = np.empty(0)
        self._no_evaluation = (
            0, _NO_INTS, _NO_INTS, 0, 0.0, 0.0, none, none, 0, 0, none,
            none, np.empty(0, np.bool_), none, none,
        )  # fmt: skip
        self._evaluated: tuple[Floats, Floats, EvaluationArguments] | None = None
        self._scratch_size = scratch_size(network)
        self._points, self._batch_size = len(inputs), batch_size
        self._batches = batches_per_epoch(self._points, batch_size)
        self._train_and_evaluate = registry.kernel("train").train_and_evaluate
        cost = _cost(network, min(batch_size, len(inputs)), header[fields.LAYOUT])
        cost *= self._batches
        self.epochs_per_call = max(1, int(1e-3 / (cost * SECONDS_PER_COST)))

    def fits(self, other: "CompiledLoop") -> bool:
        """Return whether both loops train one network on the same data, and so can share a workspace."""
        same = all(ours is theirs for ours, theirs in zip(self.kept, other.kept, strict=True))
        return same and self.sizes == other.sizes

    def run_batches(self, state: State, count: int) -> bool:
        """Run mini-batches, as `engine.reference.loop.TrainingLoop` describes."""
        if count < 1:
            return True
        result = np.empty(2, np.int64)
        joined = JoinedState(state)
        self._train_and_evaluate(*self._arguments(state, joined, count), *self._no_evaluation, result)
        joined.write_back()
        done = int(result[0])
        self._advance(state, done)
        return done == count

    def train_and_evaluate(
        self, state: State, good: State, epochs: int, stride: int, inputs: Floats, targets: Floats
    ) -> tuple[Outcome, Evaluations]:
        """Finish epochs and measure losses, as `engine.reference.loop.TrainingLoop` describes."""
        # A stride beyond the last epoch means no evaluation; a huge one would overflow in the kernel.
        stride = min(stride, state.epoch + epochs + 1)
        evaluations = np.empty((min(epochs // stride + 1, epochs), _EVALUATION))
        result = np.empty(2, np.int64)
        scratch = pool.acquire(self._scratch_size)
        joined, joined_good = JoinedState(state), JoinedState(good)
        code: int = self._train_and_evaluate(
            *self._arguments(state, joined, epochs * self._batches - state.batch), stride,
            *self._evaluation_arguments(inputs, targets), scratch,
            *joined_good.arrays, evaluations.reshape(-1), result,
        )  # fmt: skip
        pool.release(scratch)
        joined.write_back()
        joined_good.write_back()
        done, evaluated = result.tolist()
        self._advance(state, done)
        outcome = OUTCOMES[code]
        if outcome == "loss":
            evaluated -= 1
        numbers = evaluations[:evaluated].tolist()
        losses = [(epoch, train, test) for epoch, train, test, _, _ in numbers]
        if not losses:
            return outcome, Evaluations(losses, None, [])
        good.epoch, good.batch = int(losses[-1][0]), 0
        later = state.epoch - good.epoch
        good.steps = state.steps - state.batch - later * self._batches
        good.cut_epochs = state.cut_epochs
        good.points = state.points - self._points_before(state) - later * self._points
        accuracies = [to_accuracies(self._config, train, test) for _, _, _, train, test in numbers]
        return outcome, Evaluations(losses, to_metrics(self._config, numbers[-1][1:]), accuracies)

    def _arguments(self, state: State, joined: JoinedState, count: int) -> tuple[object, ...]:
        """Return the arguments of the kernel up to `count`."""
        epochs = -(-(state.batch + count) // self._batches)
        return (
            *self._fixed, self._rates(state.epoch, epochs), self.plan.parameter_offsets,
            *joined.arrays, state.batch, state.epoch, state.steps, count,
        )  # fmt: skip

    def _evaluation_arguments(self, inputs: Floats, targets: Floats) -> EvaluationArguments:
        """Return the arguments for evaluating the losses, kept while the points stay the same."""
        if self._evaluated is None or self._evaluated[0] is not inputs or self._evaluated[1] is not targets:
            network, trained, _ = self.kept
            arguments = evaluation_arguments(network, self._config, inputs, targets, len(trained))
            self._evaluated = inputs, targets, arguments
        return self._evaluated[2]

    def _advance(self, state: State, done: int) -> None:
        """Count finished mini-batches, and the points in them."""
        before = self._points_before(state)
        state.steps += done
        finished, state.batch = divmod(state.batch + done, self._batches)
        state.epoch += finished
        state.points += finished * self._points + self._points_before(state) - before

    def _points_before(self, state: State) -> int:
        return points_before(state, self._points, self._batch_size)

    def _rates(self, epoch: int, count: int) -> Floats:
        """Return the learning rates of `count` epochs from `epoch` on."""
        if self._config.schedule == "constant":
            if len(self._constant_rates) < count:
                self._constant_rates = np.full(count, learning_rate(self._config, epoch))
            return self._constant_rates[:count]
        return np.array([learning_rate(self._config, epoch + number) for number in range(count)])


def _plan(
    network: Network, inputs: Floats, targets: Floats, batch_size: int, slots: int, layout: int | None
) -> memory_layout.Plan:
    """Return the plan for training a network; `layout` is for dense ones."""
    output = codes.OUTPUTS[network.output_name]
    family = family_of(network)
    if family != "dense":
        make = image_layout.make if family == "images" else chain_layout.make
        return make(network.chain, output, inputs, targets, batch_size, slots)
    layers = [*(codes.ACTIVATIONS[name] for name in network.hidden_activations), output]
    return memory_layout.make(network.shape, layers, inputs, targets, batch_size, slots, layout)


def _cost(network: Network, batch_size: int, layout: int) -> int:
    """Return an estimate of the work of a mini-batch, in the unit of `memory_layout.costs`."""
    if layout == memory_layout.IMAGES:
        return image_layout.cost(network.chain, batch_size)
    if layout == memory_layout.CHAIN:
        return chain_layout.cost(network.chain, batch_size)
    return memory_layout.costs(network.shape, batch_size)[layout]


def _hyperparameters(config: TrainingConfig) -> Floats:
    """Return the settings of optimizer, penalties and loss, in the order of `fields`."""
    optimizer = OPTIMIZERS[config.optimizer]
    l1, l2 = config.penalty
    decays = "weight_decay" in optimizer.parameters
    values = {
        fields.L1_RATE: l1,
        fields.DECAY_RATE: (0.0 if optimizer.adaptive else l2) + (config.weight_decay if decays else 0.0),
        fields.L2_RATE: l2 if optimizer.adaptive else 0.0,
        fields.CLIP_NORM: config.gradient_clip,
        fields.HUBER_DELTA: config.huber_delta,
        fields.MOMENTUM_RATE: config.momentum,
        fields.RHO: config.rho,
        fields.BETA1: config.beta1,
        fields.BETA2: config.beta2,
        fields.EPSILON: config.epsilon,
    }
    return np.array([values[field] for field in range(fields.HYPERPARAMETERS)], dtype=np.float64)
