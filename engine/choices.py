"""What a setting's annotation says beyond its bounds: its table of choices, and what the page offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class OneOf:
    """Metadata for `Annotated[str, OneOf(TABLE)]`: exactly one of the table's names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(self.names)


@dataclass(frozen=True)
class Offered:
    """Metadata of a setting of which the page offers less than the engine takes."""

    value: dict[str, Any]
    """JSON-able: minimum, maximum and step, or values, or bounds of a kind of its own."""


def quoted(names: Iterable[str]) -> str:
    """Return names as pydantic's messages list them: 'a', 'b' or 'c'."""
    *most, last = (repr(name) for name in names)
    return f"{', '.join(most)} or {last}" if most else last
