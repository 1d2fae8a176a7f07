"""The compiled twin of the reference: training, metrics and pictures, as soon as their code is ready.

Importing this module is cheap: Numba and the kernels come with `engine.kernels.compile_cache`, and until
they are there `ready()` is false and nothing else here may be called.
"""

from collections import deque
from functools import lru_cache
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.kernels import codes, memory_layout
from engine.kernels.memory_layout import Numbers, Spot
from engine.nn.network import Network
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.heatmaps import HeatMap, Levels, normalized, quantize
from engine.reference.loop import dropout_key, learning_rate
from engine.reference.node_grids import NodeGrids, check_node
from engine.state import Evaluations, Metrics, Outcome, State

Ints: TypeAlias = NDArray[np.int64]

BAND = memory_layout.BAND

_compiled: dict[str, ModuleType] = {}

SECONDS_A_COST = 0.6e-9
"""Time of one of `memory_layout.costs`."""


ENDINGS: tuple[Outcome, ...] = ("good", "parameters", "loss")
"""By their codes in `epochs`."""


class _Rooms:
    """Memory that kernels work in and leave behind: what one is done with serves the next, on any thread."""

    def __init__(self) -> None:
        self._free: deque[NDArray[np.float64]] = deque()

    def take(self, size: int) -> NDArray[np.float64]:
        """Return an array of that many floats or more, whose content is of the past."""
        try:
            room = self._free.pop()
        except IndexError:
            room = np.empty(size)
        return room if len(room) >= size else np.empty(size)

    def give(self, room: NDArray[np.float64]) -> None:
        """Take an array back."""
        self._free.append(room)


_rooms = _Rooms()


def ready() -> bool:
    """Return whether the kernels can be called."""
    return bool(_compiled)


def use(**modules: ModuleType) -> None:
    """Take compiled modules into use, by the last part of their names."""
    _compiled.update(modules)


def supports(config: TrainingConfig) -> bool:
    """Return whether there is a kernel for a config: they are ready, and know all that it names."""
    return ready() and codes.supports(config)


@lru_cache(maxsize=64)
def _shape(network: tuple[int, ...], activations: tuple[str, ...], output: str) -> tuple[Ints, Ints]:
    """Return a network's shape, and the codes of its layers."""
    layers = [*(codes.ACTIVATIONS[name] for name in activations), codes.OUTPUTS[output]]
    return np.array(network, dtype=np.int64), np.array(layers, dtype=np.int64)


def measure(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Metrics:
    """Return the metrics of points, as `engine.reference.metrics.measure` does."""
    result, room = np.empty(4), _rooms.take(_needed(network))
    _compiled["metrics"].measure(
        network.parameters, *_measured(network, config, inputs, targets, split), room, result
    )
    _rooms.give(room)
    return _metrics(config, result.tolist())


def _needed(network: Network) -> int:
    """Return how many floats of memory it takes to measure a network."""
    return 3 * max(network.shape) * BAND


def _measured(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Any:
    """Return the arguments of `metrics.measure` from the shape up to the split."""
    shape, layers = _shape(network.shape, network.hidden_activations, network.output_name)
    return (
        shape, layers, codes.HEADS[config.output_activation, config.loss], config.huber_delta,
        network.output.threshold, inputs, targets, split,
    )  # fmt: skip


def _metrics(config: TrainingConfig, numbers: list[float]) -> Metrics:
    train, test, *right = numbers
    return Metrics(train, test, *((None, None) if config.problem == "regression" else right))


class CompiledHeatMaps:
    """Pictures of the nodes of a network, as `engine.reference.heatmaps.ReferenceHeatMaps` makes them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._surface = NodeGrids(network)
        self._shape, self._codes = _shape(network.shape, network.hidden_activations, network.output_name)
        self._last = len(self._codes)
        self._output = network.output.probability, network.output_name == "softmax"
        self._room = 2 * max(network.shape) * BAND
        self._kernel = _compiled["heatmaps"]
        self._cells: dict[tuple[int, Any], tuple[NDArray[Any], int]] = {}

    def inputs(self, resolution: int) -> Levels:
        """Return all features, in the table's order: (features, resolution, resolution)."""
        return quantize(self._surface.inputs(resolution))

    def preview(self, resolution: int) -> Levels:
        """Return every neuron of the hidden layers, then the outputs: (neurons, resolution, resolution)."""
        neurons = sum(self._network.shape[1:])
        levels, _ = self._paint(resolution, neurons, self._last, 0, self._kernel.ALL)
        return levels.view(np.int8)

    def detail(self, layer: int, neuron: int, resolution: int) -> HeatMap:
        """Return one node. Raises `NoSuchNeuron`."""
        check_node(self._network, layer, neuron)
        if layer == 0:
            return normalized(self._surface.detail(layer, neuron, resolution))
        levels, scale = self._paint(resolution, 1, layer, neuron, self._kernel.ONE)
        return HeatMap(levels[0].view(np.int8), float(np.float32(scale)))

    def classes(self, resolution: int) -> NDArray[np.uint8]:
        """Return the winner of several classes at each cell: (resolution, resolution)."""
        levels, _ = self._paint(resolution, 1, self._last, 0, self._kernel.WINNER)
        return levels.reshape(resolution, resolution)

    def preview_and_detail(
        self, preview: int, layer: int, neuron: int | None, detail: int
    ) -> tuple[Levels, HeatMap | NDArray[np.uint8]]:
        """Return all neurons coarsely, and one of them finely, or the classes if that is None."""
        if layer == 0:
            return self.preview(preview), self.detail(layer, neuron or 0, detail)
        if neuron is not None:
            check_node(self._network, layer, neuron)
        kind = self._surface.precision
        lanes = 64 // kind.itemsize
        inputs, points = self._inputs(preview, kind)
        fine_inputs, fine_points = self._inputs(detail, kind)
        levels = np.empty((sum(self._network.shape[1:]), points), np.uint8)
        fine_levels = np.empty(fine_points, np.uint8)
        what = (self._last, 0, self._kernel.WINNER) if neuron is None else (layer, neuron, self._kernel.ONE)
        memory, room, values = self._memory(max(points, fine_points), kind)
        scale = self._kernel.paint_both(
            self._network.parameters.astype(kind), self._shape, self._codes, *self._output, lanes,
            inputs, points, levels.ravel(), fine_inputs, fine_points, fine_levels, *what,
            room, values,
        )  # fmt: skip
        _rooms.give(memory)
        small = levels[:, : preview**2].reshape(-1, preview, preview).view(np.int8)
        large = fine_levels[: detail**2].reshape(detail, detail)
        return small, large if neuron is None else HeatMap(large.view(np.int8), float(np.float32(scale)))

    def _inputs(self, resolution: int, kind: np.dtype[Any]) -> tuple[NDArray[Any], int]:
        """Return what the network is told at the cells, input after input, and how many cells that is.

        They fill whole vectors of the processor; those too many repeat the last.
        """
        if (resolution, kind) not in self._cells:
            inputs = self._surface.input_grids(resolution, kind)
            missing = -inputs.shape[1] % (64 // kind.itemsize)
            if missing:
                inputs = np.pad(inputs, ((0, 0), (0, missing)), mode="edge")
                inputs.setflags(write=False)
            self._cells[resolution, kind] = inputs.ravel(), inputs.shape[1]
        return self._cells[resolution, kind]

    def _memory(
        self, points: int, kind: np.dtype[Any]
    ) -> tuple[NDArray[np.float64], NDArray[Any], NDArray[Any]]:
        """Return memory to give back, and its two parts: to compute in, and for one picture."""
        memory = _rooms.take(self._room + points)
        parts = memory.view(kind)
        return memory, parts[: self._room], parts[self._room : self._room + points]

    def _paint(
        self, resolution: int, rows: int, depth: int, neuron: int, what: int
    ) -> tuple[NDArray[np.uint8], float]:
        """Return bytes (rows, resolution, resolution), and the scale."""
        kind = self._surface.precision
        inputs, padded = self._inputs(resolution, kind)
        levels = np.empty((rows, padded), np.uint8)
        memory, room, values = self._memory(padded, kind)
        scale = self._kernel.paint(
            self._network.parameters.astype(kind), self._shape, self._codes, *self._output,
            inputs, padded, 64 // kind.itemsize, depth, neuron, what,
            room, values, levels.ravel(),
        )  # fmt: skip
        _rooms.give(memory)
        return levels[:, : resolution**2].reshape(rows, resolution, resolution), scale


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
            network: what is trained.
            config: how; one that `supports` says yes to.
            inputs: (n, inputs), scaled, of the points that train, in order.
            targets: (n, outputs), on the output's own scale.
            batch_size: points a mini-batch, the last being averaged over its own number.
            layout: of the memory, one of `memory_layout`'s; None for the faster.
            before: what trained it until now; its memory is taken over if it fits.
        """
        optimizer = OPTIMIZERS[config.optimizer]
        layers = [codes.ACTIVATIONS[name] for name in config.activations]
        layers.append(codes.OUTPUTS[config.output_activation])
        # Objects that are kept are still the same where their numbers are.
        self.kept = (network, inputs, targets)
        self.sizes = (batch_size, optimizer.slots, layout)
        self.plan: memory_layout.Plan
        if before is not None and before.fits(self):
            self.plan = before.plan
        else:
            self.plan = memory_layout.make(
                network.shape, layers, inputs, targets, batch_size, optimizer.slots, layout
            )
        spots = self.plan.spots
        spots[Spot.HEAD] = codes.HEADS[config.output_activation, config.loss]
        spots[Spot.OPTIMIZER] = codes.OPTIMIZERS[config.optimizer]
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
        self._train = _compiled["train"].train
        self._go = _compiled["epochs"].go
        cost = min(memory_layout.costs(network.shape, min(batch_size, len(inputs)))) * self._batches
        self.epochs_per_call = max(1, int(1e-3 / (cost * SECONDS_A_COST)))

    def fits(self, other: "CompiledLoop") -> bool:
        """Return whether both train one network on the same data, so that they can share their memory."""
        same = all(ours is theirs for ours, theirs in zip(self.kept, other.kept, strict=True))
        return same and self.sizes == other.sizes

    def run_batches(self, state: State, count: int) -> bool:
        """Take mini-batches, as `engine.reference.loop.TrainingLoop` says."""
        if count < 1:
            return True
        epochs = -(-(state.batch + count) // self._batches)
        plan = self.plan
        done: int = self._train(
            plan.room, plan.layers, plan.spots, self._numbers, self._shares, self._rates(state.epoch, epochs),
            plan.places, state.parameters, state.pruned, state.optimizer_state,
            state.batch, state.epoch, state.steps, count,
        )  # fmt: skip
        state.steps += done
        finished, state.batch = divmod(state.batch + done, self._batches)
        state.epoch += finished
        return done == count

    def train_and_evaluate(
        self, state: State, good: State, epochs: int, stride: int, inputs: Floats, targets: Floats
    ) -> tuple[Outcome, Evaluations]:
        """Finish so many epochs and look at the losses, as `engine.reference.loop.TrainingLoop` says."""
        plan, (network, trained, _) = self.plan, self.kept
        looks, result = np.empty((min(epochs // stride + 1, epochs), 5)), np.empty(2, np.int64)
        room = _rooms.take(_needed(network))
        ending: int = self._go(
            plan.room, plan.layers, plan.spots, self._numbers, self._shares, self._rates(state.epoch, epochs),
            plan.places, state.parameters, state.pruned, state.optimizer_state,
            state.batch, state.epoch, state.steps, epochs, stride,
            *_measured(network, self._config, inputs, targets, len(trained)), room,
            good.parameters, good.pruned, good.optimizer_state, looks, result,
        )  # fmt: skip
        _rooms.give(room)
        done, taken = result.tolist()
        state.steps += done
        finished, state.batch = divmod(state.batch + done, self._batches)
        state.epoch += finished
        if ENDINGS[ending] == "loss":
            taken -= 1
        numbers = looks[:taken].tolist()
        losses = [(epoch, train, test) for epoch, train, test, _, _ in numbers]
        if not losses:
            return ENDINGS[ending], Evaluations(losses, None)
        good.epoch, good.batch = int(losses[-1][0]), 0
        good.steps = state.steps - state.batch - (state.epoch - good.epoch) * self._batches
        return ENDINGS[ending], Evaluations(losses, _metrics(self._config, numbers[-1][1:]))

    def _rates(self, epoch: int, count: int) -> Floats:
        """Return the learning rates of so many epochs."""
        if self._config.schedule == "constant":
            if len(self._usual_rates) < count:
                self._usual_rates = np.full(count, learning_rate(self._config, epoch))
            return self._usual_rates[:count]
        return np.array([learning_rate(self._config, epoch + number) for number in range(count)])
