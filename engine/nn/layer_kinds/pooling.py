"""Pooling: each window of a feature map becomes one value, its largest or its mean."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.data.image_shape import ImageShape
from engine.nn.layer_kinds.kind import BackwardContext, Buffer, ForwardContext, Parameter, Values
from engine.nn.layer_kinds.windows import add_windows, windows


@dataclass(frozen=True)
class _Pooling:
    before: ImageShape
    """The shape of the maps that it gets."""
    size: int
    """Height and width of a window."""
    stride: int
    """Pixels from one window to the next."""
    parameters: tuple[Parameter, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    skips: None = None

    @cached_property
    def shape(self) -> ImageShape:
        """The shape of the maps that it returns. Pixels behind the last whole window are left out."""
        return self.before.after(self.before.channels, self.size, self.stride, 0)

    @property
    def neurons(self) -> int:
        """Number of values that it returns for a point."""
        return self.shape.values

    def _windows(self, x: Values) -> Values:
        """Return the values of each window in a row: (n, channels, rows, columns, size^2)."""
        every = windows(x.reshape(len(x), *self.before), self.size, self.stride)
        return every.reshape(*every.shape[:4], self.size * self.size)

    def _by_images(self, by_windows: Floats) -> Floats:
        """Return the gradient by the values of images from that by the values of each window."""
        count = len(by_windows)
        images = np.zeros((count, *self.before))
        add_windows(images, by_windows.reshape(*by_windows.shape[:4], self.size, self.size), self.stride)
        return images.reshape(count, self.before.values)


@dataclass(frozen=True)
class MaxPooling(_Pooling):
    """The largest value of each window; of several largest ones, the first gets the gradient."""

    def forward(self, x: Values, _context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the maps, as `LayerKind.forward` describes."""
        values = self._windows(x)
        largest = values.argmax(axis=-1)[..., None]
        return np.take_along_axis(values, largest, axis=-1).reshape(len(x), self.neurons), largest

    def backward(
        self, gradient: Floats, tape: Any, _context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        by_windows = np.zeros((*tape.shape[:4], self.size * self.size))
        np.put_along_axis(by_windows, tape, gradient.reshape(tape.shape), axis=-1)
        return self._by_images(by_windows), None


@dataclass(frozen=True)
class AveragePooling(_Pooling):
    """The mean of each window."""

    def forward(self, x: Values, _context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the maps, as `LayerKind.forward` describes."""
        return self._windows(x).mean(axis=-1).reshape(len(x), self.neurons), None

    def backward(
        self, gradient: Floats, _tape: Any, _context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        each = gradient.reshape(len(gradient), *self.shape, 1) / (self.size * self.size)
        return self._by_images(np.repeat(each, self.size * self.size, axis=-1)), None
