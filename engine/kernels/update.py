"""What a gradient does to the parameters: clipping, the optimizers, the penalties, in whole vectors.

The parameters begin at 0 of the memory; `memory_layout` says where the rest stands.
`engine.optim.optimizers` and `engine.optim.regularizers` have the same in NumPy, and their sources.
"""

import math
from typing import Any

from engine.kernels.activations import compiled
from engine.kernels.codes import MOMENTUM, NESTEROV, RMSPROP, SGD
from engine.kernels.memory_layout import Spot
from engine.kernels.simd import everywhere, fma, if_less, load, root, store, total


@compiled
def clip(room: Any, gradient: int, size: int, longest: float) -> None:
    """Shorten the gradient to a length."""
    squares = everywhere(room, 0.0)
    for at in range(gradient, gradient + size, 8):
        g = load(room, at)
        squares = fma(g, g, squares)
    length = math.sqrt(total(squares))
    if length > longest:
        factor = longest / length
        for at in range(gradient, gradient + size, 8):
            store(room, at, load(room, at) * factor)


@compiled
def move(room: Any, spots: Any, numbers: Any, rate: float, steps: int) -> None:
    """Put the optimizer's movement in place of the gradient."""
    size, gradient, optimizer = spots[Spot.SIZE], spots[Spot.GRADIENT], spots[Spot.OPTIMIZER]
    if optimizer == SGD:
        for at in range(gradient, gradient + size, 8):
            store(room, at, load(room, at) * rate)
    elif optimizer in (MOMENTUM, NESTEROV):
        mu = numbers.momentum
        for at in range(0, size, 8):
            g = load(room, gradient + at)
            v = fma(load(room, size + at), mu, g)
            store(room, size + at, v)
            store(room, gradient + at, (fma(v, mu, g) if optimizer == NESTEROV else v) * rate)
    elif optimizer == RMSPROP:
        for at in range(0, size, 8):
            g = load(room, gradient + at)
            s = fma(load(room, size + at), numbers.rho, g * (1.0 - numbers.rho) * g)
            store(room, size + at, s)
            store(room, gradient + at, g * rate / (root(s) + numbers.epsilon))
    else:
        first = 1.0 - numbers.beta1 ** (steps + 1)
        second = 1.0 - numbers.beta2 ** (steps + 1)
        for at in range(0, size, 8):
            g = load(room, gradient + at)
            m = fma(load(room, size + at), numbers.beta1, g * (1.0 - numbers.beta1))
            v = fma(load(room, 2 * size + at), numbers.beta2, g * (1.0 - numbers.beta2) * g)
            store(room, size + at, m)
            store(room, 2 * size + at, v)
            store(room, gradient + at, m / first * rate / (root(v / second) + numbers.epsilon))


@compiled
def settle(room: Any, spots: Any, l1: float, decay: float) -> None:
    """Take movements and penalties off the parameters; what L1 carries across 0 is dead.

    Both penalties look at the weight as it was before, and are times the learning rate already.
    """
    movement, mask, dead = spots[Spot.GRADIENT], spots[Spot.MASK], spots[Spot.DEAD]
    for at in range(0, spots[Spot.SIZE], 8):
        w = load(room, at)
        sign = if_less(0.0, w, everywhere(room, 1.0), if_less(w, 0.0, everywhere(room, -1.0), 0.0))
        middle = w - load(room, movement + at)
        after = middle - load(room, mask + at) * fma(w, decay, sign * l1)
        if l1 > 0.0:
            died = if_less(middle * after, 0.0, everywhere(room, 1.0), load(room, dead + at))
            store(room, dead + at, died)
            after = if_less(0.5, died, 0.0, after)
        store(room, at, after)


@compiled
def take(room: Any, spots: Any, numbers: Any, rate: float, steps: int) -> None:
    """Change the parameters by the gradient of a mini-batch, before which there were so many."""
    size, gradient = spots[Spot.SIZE], spots[Spot.GRADIENT]
    if numbers.clip > 0.0:
        clip(room, gradient, size, numbers.clip)
    if numbers.l2 > 0.0:
        for at in range(0, size, 8):
            pull = load(room, at) * load(room, spots[Spot.MASK] + at)
            store(room, gradient + at, fma(pull, numbers.l2, load(room, gradient + at)))
    penalized = numbers.l1 > 0.0 or numbers.decay > 0.0
    if spots[Spot.OPTIMIZER] == SGD and not penalized:
        for at in range(0, size, 8):
            store(room, at, fma(load(room, gradient + at), -rate, load(room, at)))
        return
    move(room, spots, numbers, rate, steps)
    if penalized:
        settle(room, spots, rate * numbers.l1, rate * numbers.decay)
    else:
        for at in range(0, size, 8):
            store(room, at, load(room, at) - load(room, gradient + at))
