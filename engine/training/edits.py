"""Single parameters of a network, read and set by hand."""

import sys

from engine.arrays import Mask
from engine.errors import InvalidValue
from engine.nn.network import Network
from engine.nn.neuron_layers import parameter_array


def get_parameter(network: Network, layer: int, index: tuple[int, ...]) -> float:
    """Return a weight, for an index (source, neuron), or a bias, for (neuron,). Raises `NoSuchParameter`."""
    return float(parameter_array(network.layers, layer, index)[index])


def set_parameter(network: Network, pruned: Mask, layer: int, index: tuple[int, ...], value: float) -> None:
    """Set a weight or a bias, which is no longer among the `pruned` ones.

    Raises `NoSuchParameter`, or `InvalidValue` if the value is not finite.
    """
    values = parameter_array(network.layers, layer, index)
    if not abs(value) <= sys.float_info.max:
        raise InvalidValue("weight" if len(index) == 2 else "bias", value, "a finite number")
    values[index] = value
    parameter_array(network.layer_views(pruned), layer, index)[index] = False
