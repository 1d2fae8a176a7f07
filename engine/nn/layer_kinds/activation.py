"""Activation layers: a function applied to each value."""

from dataclasses import dataclass
from typing import Any

from engine.arrays import Floats
from engine.nn.activations import ACTIVATIONS
from engine.nn.layer_kinds.kind import BackwardContext, Buffer, ForwardContext, Parameter, Values


@dataclass(frozen=True)
class ActivationLayer:
    """a = g(z), with g the entry `name` of the table of activations."""

    neurons: int
    name: str
    parameters: tuple[Parameter, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    skips: None = None

    def forward(self, x: Values, _context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the outputs of the neurons, as `LayerKind.forward` describes."""
        outputs = ACTIVATIONS[self.name].function(x)
        return outputs, (x, outputs)

    def backward(
        self, gradient: Floats, tape: Any, _context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        return gradient * ACTIVATIONS[self.name].derivative(*tape), None
