"""Updates of the parameters: gradient clipping, the optimizers and the penalties, in whole vectors.

The parameters begin at index 0 of the workspace, and the optimizer's state follows them; the header has the
other indexes. `engine.optim.optimizers` and `engine.optim.regularizers` have the same in NumPy, and name
their sources.
"""

import math
from typing import Any

from engine.kernels.codes import MOMENTUM, NESTEROV, RMSPROP, SGD
from engine.kernels.fields import (
    BETA1,
    BETA2,
    CLIP_NORM,
    DECAY_RATE,
    EPSILON,
    GRADIENT,
    L1_RATE,
    L2_RATE,
    MASK,
    MOMENTUM_RATE,
    OPTIMIZER,
    PRUNED,
    RHO,
    SIZE,
)
from engine.kernels.jit import helper
from engine.kernels.simd import fma, reduce_add, select_lt, square_root
from engine.kernels.simd_memory import load, splat, store


@helper
def clip(workspace: Any, gradient: int, size: int, max_norm: float) -> None:
    """Scale the gradient down to the clipping norm if its norm is larger."""
    squares = splat(workspace, 0.0)
    for at in range(gradient, gradient + size, 8):
        g = load(workspace, at)
        squares = fma(g, g, squares)
    length = math.sqrt(reduce_add(squares))
    if length > max_norm:
        factor = max_norm / length
        for at in range(gradient, gradient + size, 8):
            store(workspace, at, load(workspace, at) * factor)


@helper
def replace_by_movement(workspace: Any, header: Any, hyper: Any, rate: float, steps: int) -> None:
    """Replace the gradient by the optimizer's update."""
    size, gradient, optimizer = header[SIZE], header[GRADIENT], header[OPTIMIZER]
    epsilon = hyper[EPSILON]
    if optimizer == SGD:
        for at in range(gradient, gradient + size, 8):
            store(workspace, at, load(workspace, at) * rate)
    elif optimizer in (MOMENTUM, NESTEROV):
        mu = hyper[MOMENTUM_RATE]
        for at in range(0, size, 8):
            g = load(workspace, gradient + at)
            v = fma(load(workspace, size + at), mu, g)
            store(workspace, size + at, v)
            store(workspace, gradient + at, (fma(v, mu, g) if optimizer == NESTEROV else v) * rate)
    elif optimizer == RMSPROP:
        rho = hyper[RHO]
        for at in range(0, size, 8):
            g = load(workspace, gradient + at)
            s = fma(load(workspace, size + at), rho, g * (1.0 - rho) * g)
            store(workspace, size + at, s)
            store(workspace, gradient + at, g * rate / (square_root(s) + epsilon))
    else:
        beta1, beta2 = hyper[BETA1], hyper[BETA2]
        first = 1.0 - beta1 ** (steps + 1)
        second = 1.0 - beta2 ** (steps + 1)
        for at in range(0, size, 8):
            g = load(workspace, gradient + at)
            m = fma(load(workspace, size + at), beta1, g * (1.0 - beta1))
            v = fma(load(workspace, 2 * size + at), beta2, g * (1.0 - beta2) * g)
            store(workspace, size + at, m)
            store(workspace, 2 * size + at, v)
            store(workspace, gradient + at, m / first * rate / (square_root(v / second) + epsilon))


@helper
def apply_penalties(workspace: Any, header: Any, l1: float, decay: float) -> None:
    """Subtract updates and penalties from the parameters; a weight that L1 carries across 0 is pruned.

    Both penalties depend on the weight before the step. `l1` and `decay` include the learning rate.
    """
    movement, mask, pruned = header[GRADIENT], header[MASK], header[PRUNED]
    for at in range(0, header[SIZE], 8):
        w = load(workspace, at)
        sign = select_lt(0.0, w, splat(workspace, 1.0), select_lt(w, 0.0, splat(workspace, -1.0), 0.0))
        moved = w - load(workspace, movement + at)
        after = moved - load(workspace, mask + at) * fma(w, decay, sign * l1)
        if l1 > 0.0:
            now_pruned = select_lt(moved * after, 0.0, splat(workspace, 1.0), load(workspace, pruned + at))
            store(workspace, pruned + at, now_pruned)
            after = select_lt(0.5, now_pruned, 0.0, after)
        store(workspace, at, after)


@helper
def apply_update(workspace: Any, header: Any, hyper: Any, rate: float, steps: int) -> None:
    """Update the parameters with the gradient of a mini-batch; `steps` mini-batches were before it."""
    size, gradient = header[SIZE], header[GRADIENT]
    if hyper[CLIP_NORM] > 0.0:
        clip(workspace, gradient, size, hyper[CLIP_NORM])
    l2 = hyper[L2_RATE]
    if l2 > 0.0:
        for at in range(0, size, 8):
            pull = load(workspace, at) * load(workspace, header[MASK] + at)
            store(workspace, gradient + at, fma(pull, l2, load(workspace, gradient + at)))
    penalized = hyper[L1_RATE] > 0.0 or hyper[DECAY_RATE] > 0.0
    if header[OPTIMIZER] == SGD and not penalized:
        for at in range(0, size, 8):
            store(workspace, at, fma(load(workspace, gradient + at), -rate, load(workspace, at)))
        return
    replace_by_movement(workspace, header, hyper, rate, steps)
    if penalized:
        apply_penalties(workspace, header, rate * hyper[L1_RATE], rate * hyper[DECAY_RATE])
    else:
        for at in range(0, size, 8):
            store(workspace, at, load(workspace, at) - load(workspace, gradient + at))
