"""Residual connections (He and others 2016): a block's inputs are added to what comes out of it."""

from dataclasses import dataclass
from typing import Any

from engine.arrays import Floats
from engine.nn.layer_kinds.kind import BackwardContext, Buffer, ForwardContext, Parameter, Values


@dataclass(frozen=True)
class Residual:
    """y = x + s for the skipped values s, or x + s P with a learned projection P where the sizes differ."""

    neurons: int
    skips: int
    """Index of the layer whose values are the block's inputs; -1 for the inputs of the network."""
    skipped: int
    """Number of skipped values of a point."""
    buffers: tuple[Buffer, ...] = ()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The projection (skipped, neurons), if there is one."""
        if self.skipped == self.neurons:
            return ()
        return (Parameter("projection", (self.skipped, self.neurons), "weights", penalized=True),)

    def forward(self, x: Values, context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the sums, as `LayerKind.forward` describes."""
        skipped, parameters = context.skipped, context.parameters
        assert skipped is not None
        return x + (skipped.dot(parameters[0]) if parameters else skipped), skipped

    def backward(
        self, gradient: Floats, tape: Any, context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        if not context.parameters:
            return gradient, gradient
        tape.T.dot(gradient, out=context.gradients[0])
        return gradient, gradient.dot(context.parameters[0].T)
