"""What the engine refuses.

    Exception
     +-- EngineError
          +-- InvalidValue       a value of the wrong size, or not finite     (also a ValueError)
          +-- NoSuchNeuron       a layer or neuron that the network has not   (also a LookupError)
          +-- NoSuchParameter    a weight or bias that the network has not    (also a LookupError)

A wrong setting is refused by `TrainingConfig` itself, with pydantic's `ValidationError`. Divergence is a
state of the trainer, not an error.
"""


class EngineError(Exception):
    """Anything that the engine refuses."""


class InvalidValue(EngineError, ValueError):  # noqa: N818
    """A value that cannot be taken; `field`, `value` and `expected` say which, what came, what was wanted."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}, got {value!r}")
        self.field = field
        self.value = value
        self.expected = expected


class NoSuchNeuron(EngineError, LookupError):  # noqa: N818
    """A node of the drawing that is not there; `expected` says which are."""

    def __init__(self, layer: int, neuron: int, expected: str) -> None:
        super().__init__(f"no neuron {neuron} in layer {layer}: expected {expected}")
        self.layer = layer
        self.neuron = neuron
        self.expected = expected


class NoSuchParameter(EngineError, LookupError):  # noqa: N818
    """A weight or bias that is not there; `name` is what was asked for, `expected` says which there are."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"no {name}: expected {expected}")
        self.name = name
        self.expected = expected
