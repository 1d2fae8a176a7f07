"""Convolutions (LeCun and others 1989): each filter is applied to every window of an image."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.data.image_shape import ImageShape
from engine.nn.layer_kinds.kind import BackwardContext, Buffer, ForwardContext, Parameter, Values
from engine.nn.layer_kinds.windows import add_windows, windows


@dataclass(frozen=True)
class Convolution:
    """Each filter has a weighted sum of all values in a window; its sums at all places are its feature map.

    `weights[i, j]` belongs to value i of the window, channel by channel and row by row, and to filter j: as
    in a dense layer whose inputs are a window.
    """

    before: ImageShape
    """The shape of the images that it gets."""
    filters: int
    size: int
    """Height and width of a window."""
    stride: int = 1
    """Pixels from one window to the next."""
    same: bool = True
    """Whether zeros are added around the image, so that with stride 1 the maps are as large as the image: as
    many on each side, one more below and on the right if `size` is even. Otherwise no zeros are added."""
    buffers: tuple[Buffer, ...] = ()
    skips: None = None

    @cached_property
    def shape(self) -> ImageShape:
        """The shape of the feature maps."""
        return self.before.after(self.filters, self.size, self.stride, self.size - 1 if self.same else 0)

    @property
    def neurons(self) -> int:
        """Number of values in all feature maps of a point."""
        return self.shape.values

    @property
    def inputs(self) -> int:
        """Number of values in a window."""
        return self.before.channels * self.size * self.size

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Weights (values of a window, filters) and biases (filters,)."""
        outputs = self.filters * self.size * self.size
        return (
            Parameter("weights", (self.inputs, self.filters), "weights", penalized=True, outputs=outputs),
            Parameter("biases", (self.filters,), "bias"),
        )

    def forward(self, x: Values, context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the feature maps, as `LayerKind.forward` describes."""
        weights, biases = context.parameters
        every = windows(self._padded(x), self.size, self.stride)
        # One row for each window: a convolution is then a single product of matrices.
        rows = every.transpose(0, 2, 3, 1, 4, 5).reshape(-1, self.inputs)
        sums = rows.dot(weights) + biases
        maps = sums.reshape(len(x), self.shape.positions, self.filters).transpose(0, 2, 1)
        return maps.reshape(len(x), self.neurons), rows

    def backward(
        self, gradient: Floats, tape: Any, context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        count, shape = len(gradient), self.shape
        by_sums = gradient.reshape(count, self.filters, shape.positions).transpose(0, 2, 1)
        rows = by_sums.reshape(-1, self.filters)
        context.gradients[0][:], context.gradients[1][:] = tape.T.dot(rows), rows.sum(axis=0)
        by_windows = rows.dot(context.parameters[0].T).reshape(
            count, shape.height, shape.width, self.before.channels, self.size, self.size
        )
        padded = np.zeros((count, self.before.channels, *self._padded_sides))
        add_windows(padded, by_windows.transpose(0, 3, 1, 2, 4, 5), self.stride)
        return padded[self._inside].reshape(count, self.before.values), None

    @property
    def margin(self) -> tuple[int, int]:
        """Zeros before and after each row and column."""
        return ((self.size - 1) // 2, self.size // 2) if self.same else (0, 0)

    @property
    def _padded_sides(self) -> tuple[int, int]:
        return self.before.height + sum(self.margin), self.before.width + sum(self.margin)

    @property
    def _inside(self) -> tuple[slice, ...]:
        """Index of the image in the padded one."""
        first = self.margin[0]
        rows, columns = (slice(first, first + side) for side in self.before[1:])
        return slice(None), slice(None), rows, columns

    def _padded(self, x: Values) -> Values:
        padded = np.zeros((len(x), self.before.channels, *self._padded_sides), x.dtype)
        padded[self._inside] = x.reshape(len(x), *self.before)
        return padded
