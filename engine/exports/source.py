"""The input of all exports: a trained network with its data and the state of the training."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.columns import DataColumns
from engine.data.datasets import Dataset
from engine.errors import InvalidValue
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layers import kind_of
from engine.nn.network import Network
from engine.seeding import Purpose, stream
from engine.state import Metrics, Overrides, Snapshot, State
from engine.training.build import build_arrays, build_dataset, build_network, empty_network


class ChainLayer(NamedTuple):
    """One layer of the chain, with the names and values of its arrays."""

    place: int
    """Its index in the chain."""
    number: int
    """Its number among the layers that have arrays, from 1; 0 if it has none."""
    kind: str
    layer: Any
    arrays: dict[str, Floats]
    """Its parameters and buffers, by name."""


@dataclass(frozen=True, eq=False)
class Source:
    """A training at one moment, as the exports need it."""

    name: str
    """The name that a person gave it: any text."""
    config: TrainingConfig
    network: Network
    """The trained network, with its input scaling."""
    initial: Network
    """The network before it was trained."""
    data: Dataset
    state: State
    batch_size: int
    """Points in a mini-batch of the current epoch."""
    metrics: Metrics | None = None
    columns: DataColumns | None = None
    """The columns that the points come from, if that is known."""

    def chain_layers(self, network: Network | None = None) -> Iterator[ChainLayer]:
        """Return the layers of the chain with the arrays of the trained network, or of another one."""
        network = network or self.network
        number = 0
        for index, (layer, slots, kept) in enumerate(
            zip(network.chain, network.slots, network.buffer_slots, strict=True)
        ):
            arrays = {slot.name: slot.view(network.parameters) for slot in slots}
            arrays |= {slot.name: slot.view(network.buffers) for slot in kept}
            number += bool(arrays)
            yield ChainLayer(index, number if arrays else 0, kind_of(layer), layer, arrays)

    @property
    def is_image(self) -> bool:
        """Whether the network takes images, not points of the plane."""
        return self.network.image is not None

    @property
    def output_layer(self) -> LayerKind:
        """The last layer of the chain, to whose sums the output's activation is applied."""
        return self.network.chain[-1]


def source_of(
    name: str,
    config: TrainingConfig,
    overrides: Overrides,
    snapshot: Snapshot,
    metrics: Metrics | None = None,
) -> Source:
    """Return the source for exports of a training.

    Args:
        name: its name.
        config: its settings.
        overrides: its custom data and initial parameters.
        snapshot: its state.
        metrics: its losses and accuracies; None if unknown.

    Raises:
        engine.errors.InvalidValue: a number of the network or its inputs is not finite.
    """
    data = build_dataset(config) if overrides.data is None else overrides.data
    network, state = empty_network(config), snapshot.state
    network.parameters[:], network.buffers[:] = state.parameters, state.buffers
    initial = build_network(config, stream(config.weights_seed, Purpose.WEIGHTS))
    if overrides.parameters is not None:
        initial.set_parameters(overrides.parameters)
    if overrides.buffers is not None:
        initial.buffers[:] = overrides.buffers
    for each in (network, initial):
        build_arrays(config, each, data)
    for values in (*network.scaling, network.parameters, network.buffers):
        _check_finite(values)
    columns = config.columns if overrides.data is None else config.data_columns
    return Source(name, config, network, initial, data, state, snapshot.batch_size, metrics, columns)


def _check_finite(values: NDArray[Any]) -> None:
    if not (abs(values) < float("inf")).all():
        raise InvalidValue("network", "nan or infinity", "finite numbers: reset the training first")
