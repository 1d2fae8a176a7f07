"""Dropout layers: in training, values are dropped at random (see `engine.nn.dropout`)."""

from dataclasses import dataclass
from typing import Any

from engine.arrays import Floats
from engine.nn.layer_kinds.kind import BackwardContext, Buffer, ForwardContext, Parameter, Values


@dataclass(frozen=True)
class Dropout:
    """Drops each value with the probability `rate`. `number` is that of its hidden layer, from 0."""

    neurons: int
    rate: float
    number: int
    parameters: tuple[Parameter, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    skips: None = None

    def forward(self, x: Values, context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the values that are left, as `LayerKind.forward` describes."""
        if context.mode.dropout_factors is None:
            return x, None
        factors = context.mode.dropout_factors(self.number, self.rate, self.neurons)
        return x * factors, factors

    def backward(
        self, gradient: Floats, tape: Any, _context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        return (gradient if tape is None else gradient * tape), None
