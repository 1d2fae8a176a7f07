"""One step of training, taken apart: what every layer computes, every derivative, and what the step changes.

All numbers are the engine's own: those of the reference implementation on a copy of the training.
`apply_step` then takes the step in the training itself.
"""

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.nn.heads import head
from engine.nn.network import Network, Pass
from engine.reference.loop import ReferenceLoop, learning_rate
from engine.state import State
from engine.training.trainer import Trainer


@dataclass(frozen=True)
class Inspection:
    """A step of training with a mini-batch of n points.

    `network` is a copy, with the parameters before the step. Derivatives in `value_gradients` are those of
    each point's own loss; the gradient is that of the mean loss, so that a point's share of it is one n-th.
    """

    network: Network
    indices: tuple[int, ...]
    """The points of the mini-batch in the training set; empty if it consists of the inspected point alone."""
    row: int
    """Which of the mini-batch's points is the inspected one, from 0."""
    is_next: bool
    """Whether it is the mini-batch that training would take next."""
    inputs: Floats
    """(n, inputs), scaled."""
    targets: Floats
    """(n, outputs), on the scale of the output."""
    forward: Pass
    """Forward pass in training: with the mini-batch's statistics, and with what is dropped."""
    value_gradients: list[Floats]
    """For each layer of the chain the derivatives by its values, (n, values); last by the output's sums."""
    losses: Floats
    """(n,)"""
    outputs_after: Floats
    """(n, outputs) after the step: for the same mini-batch, and with the same values dropped."""
    losses_after: Floats
    """(n,), as `outputs_after`."""
    rate: float
    """The learning rate of the epoch."""
    clipped: float
    """What the gradient is multiplied by before the update; 1 if it is not too long."""
    gradient: Floats
    """(size,): the gradient by the parameters."""
    before: State
    after: State
    """Parameters, buffers and the optimizer's state after the step, with penalties and pruned weights."""


def inspect_training_point(trainer: Trainer, index: int) -> Inspection:
    """Return the step that training takes next if that includes a training point, else one with it alone.

    Raises `InvalidValue` if there is no training point of that index.
    """
    arrays = trainer.arrays
    if not 0 <= index < arrays.split:
        raise InvalidValue("index", index, f"a training point from 0 to {arrays.split - 1}")
    snapshot = trainer.snapshot()
    # Another batch size holds from the start of the next epoch on.
    size = trainer.config.batch_size if snapshot.state.batch == 0 else snapshot.batch_size
    first = snapshot.state.batch * size
    indices = range(first, arrays.split)[:size]
    if index not in indices:
        return inspect_point(trainer, arrays.inputs[index], arrays.targets[index])
    return _inspected(trainer, arrays.train_inputs, arrays.train_targets, size, indices, index - first)


def inspect_point(trainer: Trainer, inputs: Floats, targets: Floats) -> Inspection:
    """Return a step with a mini-batch of one point, whatever training would take next.

    Args:
        trainer: the training; it stays as it is.
        inputs: (inputs,), scaled.
        targets: (outputs,), on the scale of the output.
    """
    return _inspected(trainer, inputs[None], targets[None], 1, range(1), 0)


def apply_step(trainer: Trainer, step: Inspection) -> bool:
    """Take a step that was just inspected; return whether it was taken: a diverged training takes none.

    A step that is not the next one belongs to no epoch: see `Trainer.step_on`.
    """
    if trainer.divergence is not None:
        return False
    if step.is_next:
        trainer.step()
    else:
        trainer.step_on(step.inputs, step.targets)
    return True


def _inspected(
    trainer: Trainer, inputs: Floats, targets: Floats, batch_size: int, points: range, row: int
) -> Inspection:
    network, config = trainer.network.copy(), trainer.config
    before = trainer.snapshot().state
    is_next = inputs is trainer.arrays.train_inputs
    state = before.copy()
    if not is_next:
        state.batch = 0
    state.parameters, state.buffers = network.parameters, network.buffers
    loop = ReferenceLoop(network, config, inputs, targets, batch_size)
    rows = slice(points.start, points.stop)
    ours = head(config.output_activation, config.loss, config.huber_delta)
    with np.errstate(all="ignore"):
        forward = network.propagate(inputs[rows], loop.mode(state.epoch, points))
        losses = ours.loss(forward.values[-1], forward.output, targets[rows])[:, 0]
        value_gradients = [len(losses) * each for each in network.derivatives(forward, targets[rows], ours)]
        gradient = network.gradient.copy()
        network.buffers[:] = before.buffers
        loop.run_batches(state, 1)
        after = state.copy()
        network.buffers[:] = before.buffers
        passed = network.propagate(inputs[rows], loop.mode(before.epoch, points))
        losses_after = ours.loss(passed.values[-1], passed.output, targets[rows])[:, 0]
    network.parameters[:], network.buffers[:] = before.parameters, before.buffers
    indices = tuple(points) if is_next else ()
    return Inspection(
        network, indices, row, is_next, inputs[rows], targets[rows], forward, value_gradients, losses,
        passed.output, losses_after, learning_rate(config, before.epoch), _clipping(config, gradient),
        gradient, before, after,
    )  # fmt: skip


def _clipping(config: TrainingConfig, gradient: Floats) -> float:
    """Return the factor with which a gradient is no longer than `gradient_clip`."""
    if not config.gradient_clip:
        return 1.0
    with np.errstate(all="ignore"):
        length = float(np.sqrt(gradient.dot(gradient)))
    return config.gradient_clip / length if length > config.gradient_clip else 1.0
