"""The setting `layers`: layers of all kinds, in the order in which a point's values pass through them.

Each class is the setting of one kind. A `dense` layer is a column of neurons with their activation; a
normalization, a residual connection or dropout belongs to the column before it.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from engine.nn.activations import ACTIVATIONS
from engine.nn.layer_kinds.activation import Activate
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.dropping import Dropout
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layer_kinds.normalization import BatchNormalization, LayerNormalization
from engine.nn.layer_kinds.residual import Residual
from engine.setting_types import WHOLE, OneOf

MAX_LAYERS = 16
"""Most hidden layers of neurons."""
MAX_ENTRIES = 4 * MAX_LAYERS + 1
"""Most entries of `layers`: what may belong to a column of neurons included."""


class _LayerSetting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class DenseLayer(_LayerSetting):
    """A fully connected layer: each neuron has a weighted sum of all values before it, and an activation."""

    kind: Literal["dense"] = Field("dense", description="The kind of layer.")
    neurons: Annotated[int, Field(ge=1, le=64), WHOLE] = Field(description="Number of neurons.", examples=[8])
    activation: Annotated[str, OneOf(ACTIVATIONS)] | None = Field(
        None, description="Activation function; null for the setting `activation`."
    )


class _Normalization(_LayerSetting):
    before_activation: bool = Field(
        False,
        description="Whether it stands before the activation of its dense layer, or after it.",
    )


class BatchNormLayer(_Normalization):
    """Batch normalization of the dense layer before it, with a learned scale and shift.

    As in PyTorch: momentum 0.1, unbiased running variance, epsilon 1e-5. Training uses the statistics of the
    mini-batch, everything else the running ones.
    """

    kind: Literal["batch_norm"] = Field(description="The kind of layer.")


class LayerNormLayer(_Normalization):
    """Layer normalization of the dense layer before it, with a learned scale and shift, and epsilon 1e-5."""

    kind: Literal["layer_norm"] = Field(description="The kind of layer.")


class ResidualLayer(_LayerSetting):
    """A residual connection: the inputs of a block of dense layers are added to what comes out of it."""

    kind: Literal["residual"] = Field(description="The kind of layer.")
    layers: Annotated[int, Field(ge=1, le=MAX_LAYERS), WHOLE] = Field(
        2, description="Number of dense layers in the block, which ends here."
    )
    projection: bool = Field(
        True,
        description="Where the block's inputs and outputs differ in number, the inputs are multiplied by "
        "learned weights; false: that is refused.",
    )


class DropoutLayer(_LayerSetting):
    """Dropout after the dense layer before it."""

    kind: Literal["dropout"] = Field(description="The kind of layer.")
    rate: float = Field(
        ge=0, le=0.9, description="Probability that a neuron is dropped in a training step.", examples=[0.2]
    )


LayerSetting: TypeAlias = Annotated[
    DenseLayer | BatchNormLayer | LayerNormLayer | ResidualLayer | DropoutLayer, Field(discriminator="kind")
]


class Column:
    """A dense layer with what belongs to it, in the order in which it is applied."""

    def __init__(self, dense: DenseLayer) -> None:
        self.dense = dense
        self.normalizations: list[BatchNormLayer | LayerNormLayer] = []
        self.after: list[BatchNormLayer | LayerNormLayer | ResidualLayer | DropoutLayer] = []

    @property
    def dropout(self) -> float:
        """The dropout rate of its neurons; 0 for none."""
        return next((each.rate for each in self.after if isinstance(each, DropoutLayer)), 0.0)


def columns(layers: Sequence[Any]) -> list[Column]:
    """Return the columns of neurons of `layers`.

    Raises pydantic's error, with the number of the layer and the reason, if a layer cannot stand where it is.
    """
    result: list[Column] = []
    for index, layer in enumerate(layers):
        if isinstance(layer, DenseLayer):
            result.append(Column(layer))
            continue
        if not result:
            raise _misplaced(index, layer, "a dense layer before it")
        column = result[-1]
        if isinstance(layer, DropoutLayer) and column.dropout:
            raise _misplaced(index, layer, "at most one dropout after each dense layer")
        if isinstance(layer, ResidualLayer) and layer.layers > len(result):
            raise _misplaced(
                index, layer, f"a block of at most {len(result)} layers: there are no more before it"
            )
        if isinstance(layer, BatchNormLayer | LayerNormLayer) and layer.before_activation:
            if column.after:
                raise _misplaced(index, layer, "its dense layer directly before it")
            column.normalizations.append(layer)
        else:
            column.after.append(layer)
    if len(result) > MAX_LAYERS:
        raise PydanticCustomError("layers", "{expected}", {"expected": f"at most {MAX_LAYERS} dense layers"})
    return result


NORMALIZATIONS = ("none", "batch_norm", "batch_norm_before", "layer_norm", "layer_norm_before")
"""What the short form calls the normalizations of a layer, after or before its activation."""


class ShortForm(NamedTuple):
    """Dense layers with at most one normalization each, as lists with an entry for each hidden layer.

    All lists but the first may be empty.
    """

    hidden_layers: tuple[int, ...]
    layer_activations: tuple[str, ...] = ()
    normalization: tuple[str, ...] = ()
    residual: tuple[int, ...] = ()
    dropout: tuple[float, ...] = ()


def long_form(short: ShortForm) -> tuple[LayerSetting, ...]:
    """Return the layers of a short form, each with its normalization, residual connection and dropout."""
    count = len(short.hidden_layers)
    layers: list[Any] = []
    for neurons, name, norm, block, rate in zip(
        short.hidden_layers,
        short.layer_activations or (None,) * count,
        short.normalization or ("none",) * count,
        short.residual or (0,) * count,
        short.dropout or (0.0,) * count,
        strict=True,
    ):
        layers.append(DenseLayer.model_construct(neurons=neurons, activation=name))
        if norm != "none":
            kind, before = norm.removesuffix("_before"), norm.endswith("_before")
            norm_of: type[_Normalization] = BatchNormLayer if kind == "batch_norm" else LayerNormLayer
            layers.append(norm_of.model_validate({"kind": kind, "before_activation": before}))
        if block:
            layers.append(ResidualLayer.model_construct(kind="residual", layers=block))
        if rate:
            layers.append(DropoutLayer.model_construct(kind="dropout", rate=rate))
    return tuple(layers)


def short_form(layers: Sequence[LayerSetting], activation: str) -> ShortForm | None:
    """Return the short form of layers, if they have one; `activation` is that of layers which name none."""
    found = columns(layers)
    names = tuple(column.dense.activation or activation for column in found)
    norms = [
        next((_name_of(each) for each in (*column.normalizations, *column.after) if _is_norm(each)), "none")
        for column in found
    ]
    blocks = [
        next((each.layers for each in column.after if isinstance(each, ResidualLayer)), 0) for column in found
    ]
    rates = tuple(column.dropout for column in found)
    short = ShortForm(
        tuple(column.dense.neurons for column in found),
        names if any(column.dense.activation for column in found) else (),
        tuple(norms) if any(norm != "none" for norm in norms) else (),
        tuple(blocks) if any(blocks) else (),
        rates if any(rates) else (),
    )
    return short if _spelled(long_form(short), activation) == _spelled(layers, activation) else None


def _is_norm(layer: object) -> bool:
    return isinstance(layer, BatchNormLayer | LayerNormLayer)


def _name_of(layer: Any) -> str:
    name: str = f"{layer.kind}_before" if layer.before_activation else layer.kind
    return name


def _spelled(layers: Sequence[LayerSetting], activation: str) -> list[object]:
    """Return layers in a form to compare: with their activations, and without dropout that drops nothing."""
    return [
        (layer.neurons, layer.activation or activation) if isinstance(layer, DenseLayer) else layer
        for layer in layers
        if not (isinstance(layer, DropoutLayer) and layer.rate == 0)
    ]


def chain(inputs: int, layers: Sequence[Any], activation: str) -> list[LayerKind]:
    """Return the hidden layers of a network with so many inputs, as the chain that `Network` takes.

    `activation` is that of dense layers which name none. Raises pydantic's error for layers that do not fit.
    """
    built: list[LayerKind] = []
    ends = [-1]  # the index of the layer whose values each column starts from
    index = 0
    for number, column in enumerate(columns(layers)):
        before = built[-1].neurons if built else inputs
        neurons = column.dense.neurons
        built.append(Dense(before, neurons))
        built += [_normalization(each, neurons) for each in column.normalizations]
        built.append(Activate(neurons, column.dense.activation or activation))
        index += 1 + len(column.normalizations)
        for layer in column.after:
            if isinstance(layer, ResidualLayer):
                source = ends[number + 1 - layer.layers]
                skipped = built[source].neurons if source >= 0 else inputs
                if skipped != neurons and not layer.projection:
                    sizes = f"{neurons} and {skipped}"
                    raise _misplaced(index, layer, f"a block of equal inputs and outputs, not {sizes}")
                built.append(Residual(neurons, source, skipped))
            elif isinstance(layer, DropoutLayer):
                if layer.rate:
                    built.append(Dropout(neurons, layer.rate, number))
            else:
                built.append(_normalization(layer, neurons))
            index += 1
        ends.append(len(built) - 1)
    return built


def _normalization(layer: BatchNormLayer | LayerNormLayer, neurons: int) -> LayerKind:
    return (BatchNormalization if isinstance(layer, BatchNormLayer) else LayerNormalization)(neurons)


def _misplaced(index: int, layer: Any, expected: str) -> PydanticCustomError:
    return PydanticCustomError(
        "layers",
        "{expected}",
        {"expected": f"for layer {index + 1}, {layer.kind}: {expected}", "index": index},
    )
