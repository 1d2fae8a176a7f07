"""What all kinds of layers have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from numpy.typing import NDArray

from engine.arrays import Floats

Values: TypeAlias = NDArray[Any]
"""Values of n points, (n, neurons), as 64-bit floats; in evaluation also as 32-bit floats."""

Parts: TypeAlias = Sequence[NDArray[Any]]
"""The arrays of a layer's parameters, gradients or buffers, in the order of their declaration."""


class Parameter(NamedTuple):
    """One array of a layer's parameters."""

    name: str
    shape: tuple[int, ...]
    initial: Literal["weights", "bias"] | float
    """Drawn by the initializer of weights, equal to the initial bias, or this number."""
    penalised: bool = False
    """Whether L1, L2 and weight decay act on it."""
    outputs: int | None = None
    """Of weights: number of values that an input reaches, for initializers; None: one for each neuron."""


class Buffer(NamedTuple):
    """One array that a layer keeps besides its parameters: training updates it, but no gradient does."""

    name: str
    shape: tuple[int, ...]
    initial: float


class Dropped(Protocol):
    """Gives the factors of a dropout layer for the points of a mini-batch."""

    def __call__(self, number: int, rate: float, neurons: int) -> Floats:
        """Return factors (n, neurons) for the dropout layer behind hidden layer `number`, from 0."""


@dataclass(frozen=True)
class Mode:
    """How values are propagated: for an evaluation, or for a step of training."""

    training: bool = False
    """Whether layers use, and take into their buffers, the statistics of the mini-batch."""
    dropped: Dropped | None = None
    """None: no neuron is dropped."""


EVALUATION = Mode()


class Given(NamedTuple):
    """What a layer gets in a forward pass besides the values of the layer before."""

    parameters: Parts
    buffers: Parts
    mode: Mode
    skipped: Values | None
    """The values of the earlier layer that it `skips` from."""


class Own(NamedTuple):
    """What a layer gets in a backward pass besides a gradient and its tape."""

    parameters: Parts
    gradients: Parts


class LayerKind(Protocol):
    """A layer of one kind, with its settings. It has no state: parameters and buffers are passed in.

    All arrays of values have one row for each point. `backward` gets the tape that `forward` returned, which
    has whatever the kind needs of the forward pass.
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
        """Index of an earlier layer whose values it takes too, -1 for the inputs; None if it takes none."""

    def forward(self, x: Values, given: Given, /) -> tuple[Values, Any]:
        """Return the values for those of the layer before, x, and a tape for `backward`.

        In training, the buffers are updated in place.
        """

    def backward(self, gradient: Floats, tape: Any, own: Own, /) -> tuple[Floats, Floats | None]:
        """Return the gradient of the loss by x and by the skipped values, for that by the layer's values.

        The gradient by the parameters is written into `own.gradients`.
        """
