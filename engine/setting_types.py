"""Types of settings beyond pydantic's own: names of a table, integers, lists, and what the page offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema


class OneOf:
    """Metadata for `Annotated[str, OneOf(TABLE)]`: the value must be one of the table's names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(self.names)


@dataclass(frozen=True)
class Offered:
    """Metadata of a setting for which the page offers fewer values than the engine accepts."""

    value: dict[str, Any]
    """The offered values, as JSON: minimum, maximum and step, or a list of values, or other bounds."""


def listed(max_length: int) -> BeforeValidator:
    """Return metadata that accepts a list as well as a tuple, because JSON has only lists.

    The length is checked before the items: a list of a million costs no more than one of `max_length`.
    """

    def check(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise PydanticKnownError("list_type")
        if len(value) > max_length:
            lengths = {"field_type": "Tuple", "max_length": max_length, "actual_length": len(value)}
            raise PydanticKnownError("too_long", lengths)
        return tuple(value)

    return BeforeValidator(check)


def exactly(length: int) -> BeforeValidator:
    """Return metadata that accepts a list as well as a tuple, of this length only: it looks at that first."""

    def check(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise PydanticKnownError("list_type")
        if len(value) != length:
            raise PydanticCustomError("length", "exactly {length} entries", {"length": length})
        return tuple(value)

    return BeforeValidator(check)


def is_unique(value: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names; raise pydantic's error if one is repeated."""
    if len(set(value)) < len(value):
        raise PydanticCustomError("repeated", "each name once")
    return value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE_NUMBER = BeforeValidator(_whole)
"""Metadata for integers that takes them as JSON Schema does: 4.0 is one, 4.5 and "4" are not.

It follows the bounds: `Annotated[int, Field(ge=1), WHOLE]`.
"""

Integer = Annotated[int, WHOLE_NUMBER]


def without_default(schema: dict[str, Any]) -> None:
    """Remove a field's default from its JSON schema, as `json_schema_extra`.

    For fields whose default depends on other fields, and those whose absence no value stands for: clients
    made from the schema send defaults.
    """
    schema.pop("default", None)
