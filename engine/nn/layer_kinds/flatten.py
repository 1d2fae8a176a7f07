"""Flattening: from here on the values of all maps are one row. The values stay where they are."""

from dataclasses import dataclass
from typing import Any

from engine.arrays import Floats
from engine.nn.layer_kinds.kind import BackwardContext, Buffer, ForwardContext, Parameter, Values


@dataclass(frozen=True)
class Flatten:
    """Passes all values on. Layers of images cannot follow it."""

    neurons: int
    parameters: tuple[Parameter, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    skips: None = None

    def forward(self, x: Values, _context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the values as they are."""
        return x, None

    def backward(
        self, gradient: Floats, _tape: Any, _context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return the gradient as it is."""
        return gradient, None
