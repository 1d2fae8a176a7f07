"""Which layers may stand where in `layers`, and the chain of layers that they make.

A column is a dense layer or a convolution with what belongs to it.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from pydantic_core import PydanticCustomError

from engine.data.image_shape import ImageShape
from engine.layer_settings import (
    MAX_LAYERS,
    AveragePoolLayer,
    BatchNormLayer,
    ConvLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    LayerNormLayer,
    MaxPoolLayer,
    ResidualLayer,
)
from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.dropping import Dropout
from engine.nn.layer_kinds.flatten import Flatten
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layer_kinds.normalization import BatchNormalization, LayerNormalization
from engine.nn.layer_kinds.pooling import AveragePooling, MaxPooling
from engine.nn.layer_kinds.residual import Residual

Norm: TypeAlias = BatchNormLayer | LayerNormLayer
After: TypeAlias = Norm | ResidualLayer | DropoutLayer | MaxPoolLayer | AveragePoolLayer | FlattenLayer


class Column:
    """A dense layer or a convolution with what belongs to it, in the order in which it is applied."""

    def __init__(self, first: DenseLayer | ConvLayer) -> None:
        self.first = first
        self.normalizations: list[Norm] = []
        self.after: list[After] = []

    @property
    def neurons(self) -> int:
        """Number of neurons, or of filters."""
        return self.first.neurons if isinstance(self.first, DenseLayer) else self.first.filters

    @property
    def dropout(self) -> float:
        """The dropout rate of its neurons; 0 for none."""
        return next((each.rate for each in self.after if isinstance(each, DropoutLayer)), 0.0)


def columns(layers: Sequence[Any]) -> list[Column]:
    """Return the columns of `layers`.

    Raises pydantic's error, with the number of the layer and the reason, if a layer cannot stand where it is.
    """
    result: list[Column] = []
    for index, layer in enumerate(layers):
        if isinstance(layer, DenseLayer | ConvLayer):
            result.append(Column(layer))
            continue
        if not result:
            raise _misplaced(index, layer, "first", "a dense or conv layer before it")
        column = result[-1]
        if isinstance(layer, DropoutLayer) and column.dropout:
            raise _misplaced(index, layer, "dropout", "at most one dropout after each dense or conv layer")
        if isinstance(layer, ResidualLayer) and layer.layers > len(result):
            limit = "1 layer" if len(result) == 1 else f"{len(result)} layers"
            expected = f"a block of at most {limit}: there are no more before it"
            raise _misplaced(index, layer, "block", expected, most=len(result))
        if isinstance(layer, BatchNormLayer | LayerNormLayer) and layer.before_activation:
            if column.after:
                raise _misplaced(index, layer, "before", "its dense or conv layer directly before it")
            column.normalizations.append(layer)
        else:
            column.after.append(layer)
    if len(result) > MAX_LAYERS:
        expected = f"at most {MAX_LAYERS} dense and conv layers"
        raise PydanticCustomError(
            "layers", "{expected}", {"expected": expected, "reason": {"code": "columns"}}
        )
    return result


def chain(inputs: int | ImageShape, layers: Sequence[Any], activation: str) -> list[LayerKind]:
    """Return the hidden layers of a network as the chain that `Network` takes.

    `inputs` is the number of the network's inputs, or the shape of the images that it takes; `activation` is
    that of layers which name none. Raises pydantic's error for layers that do not fit.
    """
    building = _Chain(inputs)
    for column in columns(layers):
        building.add_column(column, column.first.activation or activation)
    return building.layers


class _Chain:
    """A chain that is being built, layer by layer."""

    def __init__(self, inputs: int | ImageShape) -> None:
        self.layers: list[LayerKind] = []
        self._shape = inputs if isinstance(inputs, ImageShape) else None
        self._values = inputs.values if isinstance(inputs, ImageShape) else inputs
        self._index = 0  # of the setting that is being added
        self._ends = [(-1, self._values, self._shape)]
        # Of each column, and first of the inputs: index of its last layer, number of its values, their shape.

    def add_column(self, column: Column, activation: str) -> None:
        """Add the layers of a column."""
        number = len(self._ends) - 1
        if isinstance(column.first, ConvLayer):
            self._add_convolution(column.first)
        else:
            self._add(Dense(self._values, column.first.neurons), None)
        for norm in column.normalizations:
            self._index += 1
            self._add_normalization(norm)
        self._add(ActivationLayer(self._values, activation), self._shape)
        for layer in column.after:
            self._index += 1
            self._add_after(layer, number)
        self._index += 1
        self._ends.append((len(self.layers) - 1, self._values, self._shape))

    def _add(self, layer: LayerKind, shape: ImageShape | None) -> None:
        self.layers.append(layer)
        self._values, self._shape = layer.neurons, shape

    def _add_after(self, layer: After, number: int) -> None:
        if isinstance(layer, ResidualLayer):
            self._add_residual(layer, *self._ends[number + 1 - layer.layers])
        elif isinstance(layer, DropoutLayer):
            if layer.rate:
                self._add(Dropout(self._values, layer.rate, number), self._shape)
        elif isinstance(layer, MaxPoolLayer | AveragePoolLayer):
            self._add_pooling(layer)
        elif isinstance(layer, FlattenLayer):
            self._image(layer)
            self._add(Flatten(self._values), None)
        else:
            self._add_normalization(layer)

    def _add_convolution(self, layer: ConvLayer) -> None:
        before, same = self._image(layer), layer.padding == "same"
        if not same:
            self._check_window(layer, before)
        convolution = Convolution(before, layer.filters, layer.size, layer.stride, same)
        self._add(convolution, convolution.shape)

    def _add_pooling(self, layer: MaxPoolLayer | AveragePoolLayer) -> None:
        before = self._image(layer)
        self._check_window(layer, before)
        kind = MaxPooling if isinstance(layer, MaxPoolLayer) else AveragePooling
        pooling = kind(before, layer.size, layer.stride or layer.size)
        self._add(pooling, pooling.shape)

    def _add_normalization(self, layer: Norm) -> None:
        if isinstance(layer, LayerNormLayer):
            self._add(LayerNormalization(self._values), self._shape)
        else:
            positions = self._shape.positions if self._shape else 1
            self._add(BatchNormalization(self._values, positions), self._shape)

    def _add_residual(
        self, layer: ResidualLayer, source: int, skipped: int, shape: ImageShape | None
    ) -> None:
        values = self._values
        differ = shape != self._shape and bool(shape or self._shape)
        if differ or (skipped != values and not layer.projection):
            outputs, inputs = str(self._shape or values), str(shape or skipped)
            expected = f"a block of equal inputs and outputs, not {outputs} and {inputs}"
            raise _misplaced(self._index, layer, "sizes", expected, inputs=inputs, outputs=outputs)
        self._add(Residual(values, source, skipped), self._shape)

    def _image(self, layer: object) -> ImageShape:
        """Return the shape of the image that a layer gets; refuse the layer if it gets none."""
        if self._shape is None:
            reason = "flat" if isinstance(layer, FlattenLayer) else "row"
            expected = "an image or feature maps before it, not a row of values"
            raise _misplaced(self._index, layer, reason, expected)
        return self._shape

    def _check_window(self, layer: ConvLayer | MaxPoolLayer | AveragePoolLayer, before: ImageShape) -> None:
        if layer.size > min(before.height, before.width):
            size = f"{before.height}x{before.width}"
            reason, expected = "window", f"a window of at most {size}, as large as what it gets"
            if isinstance(layer, MaxPoolLayer | AveragePoolLayer) and before.positions == 1:
                reason, expected = "single", f"maps larger than {size} before it: there is nothing to pool"
            raise _misplaced(self._index, layer, reason, expected, size=size)


def _misplaced(
    index: int, layer: Any, reason: str, expected: str, **values: str | int
) -> PydanticCustomError:
    """Return the error for a layer that does not fit, also as a reason that pages put into words."""
    return PydanticCustomError(
        "layers",
        "{expected}",
        {
            "expected": f"for layer {index + 1}, {layer.kind}: {expected}",
            "index": index,
            "reason": {"code": reason, "layer": index + 1, "kind": layer.kind, **values},
        },
    )
