"""Residual connections (He and others 2016): a block's inputs are added to what comes out of it."""

from dataclasses import dataclass
from typing import Any

from engine.arrays import Floats
from engine.nn.layer_kinds.kind import Buffer, Given, Own, Parameter, Values


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
        return (Parameter("projection", (self.skipped, self.neurons), "weights", penalised=True),)

    def forward(self, x: Values, given: Given, /) -> tuple[Values, Any]:
        """Return the sums, as `LayerKind.forward` describes."""
        skipped, parameters = given.skipped, given.parameters
        assert skipped is not None
        return x + (skipped.dot(parameters[0]) if parameters else skipped), skipped

    def backward(self, gradient: Floats, tape: Any, own: Own, /) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        if not own.parameters:
            return gradient, gradient
        tape.T.dot(gradient, out=own.gradients[0])
        return gradient, gradient.dot(own.parameters[0].T)
