"""Exceptions of the engine.

    Exception
     +-- EngineError
          +-- InvalidValue       a value of the wrong size, not finite or unknown   (also a ValueError)
          +-- NoSuchNeuron       a layer or neuron that does not exist              (also a LookupError)
          +-- NoSuchParameter    a weight or bias that does not exist               (also a LookupError)
          +-- NotInstalled       an optional package that is not there

`TrainingConfig` raises pydantic's `ValidationError` for an invalid setting. Divergence is a state of the
trainer, not an error.
"""

from collections.abc import Iterable


def quoted(names: Iterable[str]) -> str:
    """Return names as pydantic lists them in messages: 'a', 'b' or 'c'."""
    *others, last = (repr(name) for name in names)
    return f"{', '.join(others)} or {last}" if others else last


class EngineError(Exception):
    """Base class of the engine's exceptions."""


class InvalidValue(EngineError, ValueError):  # noqa: N818
    """A value that the engine does not accept.

    `field` names it, `value` is what was passed, `expected` describes what is accepted; `position` is
    that of the value, if the field is a list and this is one of its items.
    """

    def __init__(self, field: str, value: object, expected: str, position: tuple[int, ...] = ()) -> None:
        super().__init__(f"{field}: expected {expected}, got {value!r}")
        self.field = field
        self.value = value
        self.expected = expected
        self.position = position


class NoSuchNeuron(EngineError, LookupError):  # noqa: N818
    """A node that the network does not have; `expected` describes the existing nodes."""

    def __init__(self, layer: int, neuron: int, expected: str) -> None:
        super().__init__(f"no neuron {neuron} in layer {layer}: expected {expected}")
        self.layer = layer
        self.neuron = neuron
        self.expected = expected


class NoSuchParameter(EngineError, LookupError):  # noqa: N818
    """A weight or bias that does not exist; `name` names it, `expected` describes the existing ones."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"no {name}: expected {expected}")
        self.name = name
        self.expected = expected


class NotInstalled(EngineError):  # noqa: N818
    """An optional package that something needs; `package` names it, `install` is the command for it."""

    def __init__(self, package: str, install: str) -> None:
        super().__init__(f"the package {package} is not installed: {install}")
        self.package = package
        self.install = install
