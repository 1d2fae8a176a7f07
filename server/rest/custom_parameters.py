"""The weights and biases of a request: as one list, or in the form in which a response has them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import Field, TypeAdapter, WrapValidator

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.errors import InvalidValue
from engine.nn.network import Network
from engine.setting_types import WHOLE_NUMBER
from engine.training.build import empty_network
from engine.training.trainer import Trainer
from server.limits.training_size import parameters_of
from server.protocol.messages import MAX_PARAMETER
from server.protocol.strict_model import StrictModel, with_example
from server.rest.schemas import (
    MAX_PARAMETERS,
    ArrayPlacement,
    FlatParameters,
    LayerParameters,
    StopAtFirstError,
)
from server.sessions.custom_values import pruned_mask

ParameterIndex = Annotated[int, Field(ge=0, lt=MAX_PARAMETERS), WHOLE_NUMBER]

_DEFAULT_SIZE = parameters_of(TrainingConfig())


class NewParameters(StrictModel):
    """All weights and biases, in one of two forms or both, as a response has them."""

    flat: FlatParameters | None = Field(
        None,
        description="One list: for each layer, its weights row by row, then its biases, and the parameters "
        "of other kinds of layers where `layout` of a response has them.",
        examples=[[0.1, -0.2, 0.3]],
    )
    layers: list[LayerParameters] | None = Field(
        None, max_length=100, description="The same by layers, the output last, in the form of a response."
    )
    pruned: Annotated[list[ParameterIndex], Field(max_length=MAX_PARAMETERS), StopAtFirstError()] = Field(
        [],
        description="Indices in `flat` of weights that L1 regularization is to keep at 0. Their values must "
        "be 0.",
        examples=[[]],
    )
    buffers: FlatParameters | None = Field(
        None,
        description="What layers keep besides parameters, as in a response; null: as it is.",
        examples=[[]],
    )
    layout: list[ArrayPlacement] | None = Field(
        None, max_length=1000, description="As in a response. Not needed."
    )
    buffers_layout: list[ArrayPlacement] | None = Field(
        None, max_length=1000, description="As in a response. Not needed."
    )
    dead: int | None = Field(
        None, description="As in a response: the number of `pruned` weights. Not needed.", examples=[0]
    )

    # One value for each parameter of the default network, so that the example works on a new session.
    model_config = with_example({"flat": [((7 * index) % 11 - 5) / 10 for index in range(_DEFAULT_SIZE)]})

    def check_complete(self, within: str = "") -> None:
        """Raise `InvalidValue` if both forms are missing, or `dead` is not the number of `pruned` weights."""
        if self.flat is None and self.layers is None:
            raise InvalidValue(f"{within}flat", None, "flat or layers")
        if self.dead not in (None, len(self.pruned)):
            expected = f"{len(self.pruned)}, the number of pruned weights"
            raise InvalidValue(f"{within}dead", self.dead, expected)

    def values_for(self, network: Network, within: str = "") -> tuple[str, list[float]]:
        """Return the name of the form that has the values, and the values as one list.

        Args:
            network: the network that is to have them.
            within: put before the names of fields in errors.

        Raises:
            engine.errors.InvalidValue: the layers do not have that network's shape, or other values than
                `flat`, or the network has parameters besides weights and biases, and `flat` is missing.
        """
        if self.layers is None:
            return f"{within}flat", self.flat or []
        field = f"{within}layers"
        by_layers, size = _flat(self.layers, network, field), network.parameters.size
        if self.flat is None and len(by_layers) < size:
            raise InvalidValue(field, "weights and biases alone", f"flat as well, with all {size} parameters")
        if self.flat is None or len(self.flat) != size:
            flat = by_layers
        else:
            flat = [self.flat[index] for slots in network.layout for index in range(slots.weights, slots.end)]
        if self.flat is not None and flat != by_layers:
            raise InvalidValue(field, "other values", "the values of flat")
        return field, by_layers if self.flat is None else self.flat


def _flat(layers: Sequence[LayerParameters], network: Network, field: str) -> list[float]:
    """Return the weights and biases of layers as one list; raise `InvalidValue` for another shape."""
    sizes = [([len(row) for row in layer.weights], len(layer.biases)) for layer in layers]
    if sizes != [([slots.neurons] * slots.inputs, slots.neurons) for slots in network.layout]:
        expected = f"a network of shape {list(network.shape)}"
        if network.image:
            shapes = ", ".join(f"{slots.inputs}x{slots.neurons}" for slots in network.layout)
            expected = f"layers with weights of {shapes}"
        raise InvalidValue(field, "another shape", expected)
    return [value for layer in layers for part in (*layer.weights, layer.biases) for value in part]


_LIST: TypeAdapter[list[float]] = TypeAdapter(FlatParameters, config=StrictModel.model_config)


def _validate_one_form(value: Any, _validate: Callable[[Any], Any]) -> list[float] | NewParameters:
    """Validate as the one form that a value has, so that errors are about that form only."""
    if isinstance(value, dict | NewParameters):
        return NewParameters.model_validate(value)
    return _LIST.validate_python(value)


CustomParameters = Annotated[FlatParameters | NewParameters, WrapValidator(_validate_one_form)]
"""Initial weights and biases: one list, or what `GET parameters` and the result of a training have."""


class InitialParameters(NamedTuple):
    """The initial parameters of a request as the engine takes them; None where they are drawn."""

    values: Floats | None = None
    pruned: Mask | None = None
    buffers: Floats | None = None


def validate_parameters(
    config: TrainingConfig, given: list[float] | NewParameters | None, data: Dataset | None
) -> InitialParameters:
    """Return the initial parameters of a request.

    Args:
        config: its settings.
        given: its weights and biases, None if it has none.
        data: its points, None if they are drawn.

    Raises:
        engine.errors.InvalidValue: they do not fit the config, or losses would not be finite.
    """
    if given is None:
        return InitialParameters()
    field, listed, pruned = "parameters", given, list[int]()
    buffers: Floats | None = None
    if isinstance(given, NewParameters):
        given.check_complete("parameters.")
        network = empty_network(config)
        field, listed = given.values_for(network, "parameters.")
        pruned = given.pruned
        if given.buffers is not None:
            buffers = np.array(given.buffers, np.float64)
            if buffers.shape != network.buffers.shape:
                expected = f"{network.buffers.size} numbers"
                raise InvalidValue("parameters.buffers", buffers.size, expected)
    values, size = np.array(listed, np.float64), parameters_of(config)
    if values.shape != (size,):
        raise InvalidValue(field, values.shape, f"shape {(size,)}")
    if not pruned and buffers is None and np.abs(values).max(initial=0) <= MAX_PARAMETER:  # losses are finite
        return InitialParameters(values, None, buffers)
    trainer = Trainer(config, data=data, parameters=values, buffers=buffers)
    mask = pruned_mask(config, trainer.network, values, pruned, "parameters.pruned") if pruned else None
    trainer.metrics()
    if trainer.divergence is not None:
        raise InvalidValue(field, "infinite losses", "values with which all losses are finite")
    return InitialParameters(values, mask, buffers)
