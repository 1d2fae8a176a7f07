"""A small network with data and a reference loop, for tests of single updates."""

from typing import Any

import numpy as np

from engine.config import TrainingConfig
from engine.nn.heads import head
from engine.nn.layer_kinds.kind import EVALUATION, PropagationMode
from engine.optim import regularizers
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import ReferenceLoop
from engine.state import State
from engine.training.build import build_network
from tests.engine.factories import Array, random_targets


class TrainingCase:
    """A network with random parameters and data, and a loop that has not run yet."""

    def __init__(self, count: int = 9, batch_size: int = 0, seed: int = 8, **settings: Any) -> None:
        rng = np.random.default_rng(seed)
        self.config = TrainingConfig(**settings)
        self.network = build_network(self.config, rng)
        size = self.network.parameters.size
        # Away from 0, so that no weight crosses 0 and the gradient of L1 is defined.
        self.network.parameters[:] = rng.choice([-1, 1], size) * rng.uniform(0.2, 1, size)
        self.inputs = rng.uniform(-2, 2, (count, self.network.shape[0]))
        labels = random_targets(self.config.problem, self.config.classes, count, rng)
        self.targets = self.network.output.targets(labels, self.config.outputs)
        slots = OPTIMIZERS[self.config.optimizer].slots
        self.state = State.initial(self.network.parameters, self.network.buffers, slots)
        self.loop = ReferenceLoop(self.network, self.config, self.inputs, self.targets, batch_size or count)

    def loss(self, parameters: Array, mode: PropagationMode = EVALUATION) -> float:
        """Return the mean loss for these parameters, penalties included."""
        before = self.network.parameters.copy()
        self.network.parameters[:] = parameters
        forward = self.network.propagate(self.inputs, mode)
        self.network.parameters[:] = before
        config = self.config
        losses = head(config.output_activation, config.loss, config.huber_delta).loss(
            forward.values[-1], forward.output, self.targets
        )
        l1, l2 = config.penalty
        weights = parameters[self.network.weights_mask()]
        penalty = l1 * regularizers.l1(weights).sum() + l2 * regularizers.l2(weights).sum()
        return float(losses.mean() + penalty)

    def moved(self, steps: int = 1) -> Array:
        """Return how much some mini-batches subtract from the parameters, divided by the learning rate."""
        before = self.network.parameters.copy()
        assert self.loop.run_batches(self.state, steps)
        return (before - self.network.parameters) / self.config.learning_rate


def single_weight(
    weight: float, inputs: Any, targets: Any, batch_size: int = 0, **settings: Any
) -> TrainingCase:
    """Return a case with one weight w and a bias b of 0: output w x + b, learning rate 0.1."""
    settings = {"problem": "regression", "features": ("x1",), "hidden_layers": (), **settings}
    case = TrainingCase(len(inputs), **{"learning_rate": 0.1} | settings)
    case.network.parameters[:] = [weight, 0]
    case.inputs, case.targets = (np.array(values, dtype=float)[:, None] for values in (inputs, targets))
    case.loop = ReferenceLoop(case.network, case.config, case.inputs, case.targets, batch_size or len(inputs))
    return case
