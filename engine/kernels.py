"""The compiled twin of the reference: training, metrics and pictures, as soon as their code is ready.

Importing this module is cheap: Numba and the kernels come with `engine.kernel_loading`, and until they are
there `ready()` is false and nothing else here may be called.
"""

from functools import lru_cache
from types import ModuleType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine import kernel_codes, kernel_plan
from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.descent import dropout_key, learning_rate
from engine.kernel_plan import Numbers, Spot
from engine.network import Network
from engine.optimizers import OPTIMIZERS
from engine.pictures import Levels, Picture, quantize, scaled
from engine.states import Metrics, State
from engine.surface import Surface, check_node

Ints: TypeAlias = NDArray[np.int64]

BAND = kernel_plan.BAND

_compiled: dict[str, ModuleType] = {}

SECONDS_A_COST = 0.6e-9
"""Time of one of `kernel_plan.costs`."""


def ready() -> bool:
    """Return whether the kernels can be called."""
    return bool(_compiled)


def use(**modules: ModuleType) -> None:
    """Take compiled modules into use, by the last part of their names."""
    _compiled.update(modules)


def supports(config: TrainingConfig) -> bool:
    """Return whether there is a kernel for a config: they are ready, and know all that it names."""
    return ready() and kernel_codes.supports(config)


@lru_cache(maxsize=64)
def _shape(network: tuple[int, ...], activations: tuple[str, ...], output: str) -> tuple[Ints, Ints]:
    """Return a network's shape, and the codes of its layers."""
    codes = [*(kernel_codes.ACTIVATIONS[name] for name in activations), kernel_codes.OUTPUTS[output]]
    return np.array(network, dtype=np.int64), np.array(codes, dtype=np.int64)


def measure(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Metrics:
    """Return the metrics of points, as `engine.measures.measure` does; of a config that `supports` knows."""
    shape, codes = _shape(network.shape, network.hidden_activations, network.output_name)
    room = np.empty(3 * max(network.shape) * BAND)
    result = np.empty(4)
    _compiled["measures"].measure(
        network.parameters, shape, codes, kernel_codes.HEADS[config.output_activation, config.loss],
        config.huber_delta, network.output.middle, inputs, targets, split, room, result,
    )  # fmt: skip
    train, test, *right = result.tolist()
    return Metrics(train, test, *((None, None) if config.problem == "regression" else right))


class CompiledPictures:
    """Pictures of the nodes of a network, as `engine.pictures.Pictures` makes them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._surface = Surface(network)
        self._shape, self._codes = _shape(network.shape, network.hidden_activations, network.output_name)
        self._probability, self._several = network.output.probability, network.output_name == "softmax"
        self._room = 2 * max(network.shape) * BAND
        self._kernel = _compiled["pictures"]

    def inputs(self, resolution: int) -> Levels:
        """Return all features, in the table's order: (features, resolution, resolution)."""
        return quantize(self._surface.inputs(resolution))

    def coarse(self, resolution: int) -> Levels:
        """Return every neuron of the hidden layers, then the outputs: (neurons, resolution, resolution)."""
        neurons = sum(self._network.shape[1:])
        levels, _ = self._paint(resolution, neurons, len(self._codes), 0, self._kernel.ALL)
        return levels.view(np.int8)

    def fine(self, layer: int, neuron: int, resolution: int) -> Picture:
        """Return one node. Raises `NoSuchNeuron`."""
        check_node(self._network, layer, neuron)
        if layer == 0:
            return scaled(self._surface.fine(layer, neuron, resolution))
        levels, scale = self._paint(resolution, 1, layer, neuron, self._kernel.ONE)
        return Picture(levels[0].view(np.int8), float(np.float32(scale)))

    def classes(self, resolution: int) -> NDArray[np.uint8]:
        """Return the winner of several classes at each cell: (resolution, resolution)."""
        levels, _ = self._paint(resolution, 1, len(self._codes), 0, self._kernel.WINNER)
        return levels.reshape(resolution, resolution)

    def _paint(
        self, resolution: int, rows: int, depth: int, neuron: int, what: int
    ) -> tuple[NDArray[np.uint8], float]:
        """Return bytes (rows, resolution, resolution), and the scale."""
        inputs = self._surface.told(resolution)
        points, kind = inputs.shape[1], inputs.dtype
        lanes = 64 // kind.itemsize
        if points % lanes:
            inputs = np.pad(inputs, ((0, 0), (0, -points % lanes)), mode="edge")
            inputs.setflags(write=False)
        padded = inputs.shape[1]
        levels = np.empty((rows, padded), np.uint8)
        scale = self._kernel.paint(
            self._network.parameters.astype(kind), self._shape, self._codes, self._probability, self._several,
            inputs.ravel(), padded, lanes, depth, neuron, what,
            np.empty(self._room, kind), np.empty(padded, kind), levels.ravel(),
        )  # fmt: skip
        return levels[:, :points].reshape(rows, resolution, resolution), scale


class CompiledDescent:
    """Takes mini-batches as `engine.descent.Descent` does, in compiled code that lets other threads run."""

    def __init__(
        self,
        network: Network,
        config: TrainingConfig,
        inputs: Floats,
        targets: Floats,
        batch_size: int,
        *,
        layout: int | None = None,
        before: "CompiledDescent | None" = None,
    ) -> None:
        """Prepare to train a network.

        Args:
            network: what is trained.
            config: how; one that `supports` says yes to.
            inputs: (n, inputs), scaled, of the points that train, in order.
            targets: (n, outputs), on the output's own scale.
            batch_size: points a mini-batch, the last being averaged over its own number.
            layout: of the memory, one of `kernel_plan`'s; None for the faster.
            before: what trained it until now; its memory is taken over if it fits.
        """
        optimizer = OPTIMIZERS[config.optimizer]
        codes = [kernel_codes.ACTIVATIONS[name] for name in config.activations]
        codes.append(kernel_codes.OUTPUTS[config.output_activation])
        # Objects that are kept are still the same where their numbers are.
        self.kept = (network, inputs, targets)
        self.sizes = (batch_size, optimizer.slots, layout)
        self.plan: kernel_plan.Plan
        if before is not None and before.fits(self):
            self.plan = before.plan
        else:
            self.plan = kernel_plan.make(
                network.shape, codes, inputs, targets, batch_size, optimizer.slots, layout
            )
        spots = self.plan.spots
        spots[Spot.HEAD] = kernel_codes.HEADS[config.output_activation, config.loss]
        spots[Spot.OPTIMIZER] = kernel_codes.OPTIMIZERS[config.optimizer]
        spots[Spot.DROPS] = any(config.dropout)
        if any(config.dropout):
            spots[Spot.KEY] = np.uint64(dropout_key(config)).astype(np.int64)
        l1, l2 = config.penalty
        decays = "weight_decay" in optimizer.parameters
        self._numbers = Numbers(
            l1=l1,
            decay=(0.0 if optimizer.adaptive else l2) + (config.weight_decay if decays else 0.0),
            l2=l2 if optimizer.adaptive else 0.0,
            clip=config.gradient_clip,
            huber=config.huber_delta,
            momentum=config.momentum,
            rho=config.rho,
            beta1=config.beta1,
            beta2=config.beta2,
            epsilon=config.epsilon,
        )
        self._config = config
        self._usual_rates = np.empty(0)
        self._shares = np.array(config.dropout, dtype=np.float64)
        self._batches = -(-len(inputs) // batch_size)
        self._train = _compiled["training"].train
        cost = min(kernel_plan.costs(network.shape, min(batch_size, len(inputs)))) * self._batches
        self.few = max(1, int(1e-3 / (cost * SECONDS_A_COST)))

    def fits(self, other: "CompiledDescent") -> bool:
        """Return whether both train one network on the same data, so that they can share their memory."""
        same = all(ours is theirs for ours, theirs in zip(self.kept, other.kept, strict=True))
        return same and self.sizes == other.sizes

    def take(self, state: State, count: int) -> bool:
        """Take mini-batches, as `engine.descent.Descends` says."""
        if count < 1:
            return True
        epochs = -(-(state.batch + count) // self._batches)
        plan = self.plan
        done: int = self._train(
            plan.room, plan.layers, plan.spots, self._numbers, self._shares, self._rates(state.epoch, epochs),
            plan.places, state.parameters, state.dead, state.memory,
            state.batch, state.epoch, state.steps, count,
        )  # fmt: skip
        state.steps += done
        finished, state.batch = divmod(state.batch + done, self._batches)
        state.epoch += finished
        return done == count

    def _rates(self, epoch: int, count: int) -> Floats:
        """Return the learning rates of so many epochs."""
        if self._config.schedule == "constant":
            if len(self._usual_rates) < count:
                self._usual_rates = np.full(count, learning_rate(self._config, epoch))
            return self._usual_rates[:count]
        return np.array([learning_rate(self._config, epoch + number) for number in range(count)])
