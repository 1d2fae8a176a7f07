"""The loop in which training spends its time: mini-batch after mini-batch, over the flat parameter vector.

It is one function of arrays and of table entries, so that a compiled twin can stand in for it.
"""

from typing import NamedTuple

from engine.arrays import Floats, Mask
from engine.losses import Loss
from engine.network import Network
from engine.optimizers import Optimizer, State
from engine.regularizers import Regularizer


class Course(NamedTuple):
    """What stays the same from one mini-batch to the next."""

    inputs: Floats
    """(n, inputs): the features of the points that train, in order."""
    targets: Floats
    """(n, 1): on the output's own scale."""
    batch_size: int
    loss: Loss
    optimizer: Optimizer
    learning_rate: float
    regularizer: Regularizer
    penalty: Floats | None
    """Flat: learning rate times penalty rate for each weight, 0 for each bias. None for no penalty."""


def descend(network: Network, dead: Mask, memory: State, course: Course, batches: range) -> State:
    """Take these mini-batches, counted from 0; return the optimizer's next state.

    The network's parameters and `dead`, the flat mask of dead weights, change in place. The last mini-batch
    may be short: it is averaged over its own size. Nothing is checked for overflow here.
    """
    parameters = network.parameters
    for batch in batches:
        points = slice(batch * course.batch_size, (batch + 1) * course.batch_size)
        forward = network.propagate(course.inputs[points])
        gradient = network.backward(forward, course.targets[points], course.loss)
        movement, memory = course.optimizer.update(gradient, memory, course.learning_rate)
        if course.penalty is None:
            parameters -= movement
            continue
        # Both steps look at the weight as it was before either.
        shrinkage = course.penalty * course.regularizer.derivative(parameters)
        parameters -= movement
        if course.regularizer.kills:
            crossed = parameters * (parameters - shrinkage) < 0
            dead |= crossed
        parameters -= shrinkage
        if course.regularizer.kills:
            parameters[dead] = 0
    return memory
