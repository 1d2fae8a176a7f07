"""The interface of all kinds of layers, and the declarations of their parameters and buffers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from numpy.typing import NDArray

from engine.arrays import Floats

Values: TypeAlias = NDArray[Any]
"""Values of n points, (n, neurons), as 64-bit floats; in evaluation also as 32-bit floats."""

Arrays: TypeAlias = Sequence[NDArray[Any]]
"""The arrays of a layer's parameters, gradients or buffers, in the order of their declaration."""


class Parameter(NamedTuple):
    """One array of a layer's parameters."""

    name: str
    shape: tuple[int, ...]
    initial: Literal["weights", "bias"] | float
    """How it is initialized: by the initializer of weights, to the initial bias, or to this number."""
    penalized: bool = False
    """Whether L1, L2 and weight decay act on it."""
    outputs: int | None = None
    """Fan-out of the weights, for initializers; None: the number of neurons."""


class Buffer(NamedTuple):
    """One array of a layer's buffers, such as running means, which training updates without a gradient."""

    name: str
    shape: tuple[int, ...]
    initial: float


class DropoutFactors(Protocol):
    """Returns the factors of a dropout layer for the points of a mini-batch."""

    def __call__(self, number: int, rate: float, neurons: int) -> Floats:
        """Return factors (n, neurons) for the dropout layer behind hidden layer `number`, from 0."""


@dataclass(frozen=True)
class PropagationMode:
    """How values are propagated: for an evaluation, or for a step of training."""

    training: bool = False
    """Whether layers use the statistics of the mini-batch, and update their buffers with them."""
    dropout_factors: DropoutFactors | None = None
    """Returns the factors of dropout layers; None if no neuron is dropped."""


EVALUATION = PropagationMode()


class ForwardContext(NamedTuple):
    """The arguments of a layer's forward pass besides its inputs."""

    parameters: Arrays
    buffers: Arrays
    mode: PropagationMode
    skipped: Values | None
    """The values of the earlier layer that a residual layer adds; None for other layers."""


class BackwardContext(NamedTuple):
    """The arguments of a layer's backward pass besides a gradient and its tape."""

    parameters: Arrays
    gradients: Arrays
    """Where the layer writes the gradient by its parameters."""


class LayerKind(Protocol):
    """A layer of one kind, with its settings. It has no state: parameters and buffers are passed in.

    All arrays of values have one row for each point. `forward` returns a tape with all that `backward` needs
    of the forward pass.
    """

    @property
    def neurons(self) -> int:
        """Number of values that it returns for a point."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, in the order in which the flat vector has them."""

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        """Its buffers, in the order in which the flat vector of buffers has them."""

    @property
    def skips(self) -> int | None:
        """Index of an earlier layer whose values it also gets (-1 for the network's inputs), or None."""

    def forward(self, x: Values, context: ForwardContext, /) -> tuple[Values, Any]:
        """Return the values (n, neurons) for inputs x, and a tape for `backward`.

        In training, the buffers are updated in place.
        """

    def backward(
        self, gradient: Floats, tape: Any, context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return the gradient of the loss by x and by the skipped values, for that by the layer's values.

        The gradient by the parameters is written into `context.gradients`.
        """
