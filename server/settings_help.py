"""The output of `tinkernet settings`: every setting with its names, default and meaning, as text or JSON."""

import json
from collections.abc import Iterator
from types import NoneType
from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from server.setting_units import Unit
from server.settings import ENVIRONMENT_PREFIX, Settings


class Entry(NamedTuple):
    """One setting. The field names are the keys of the JSON output.

    `takes` is the placeholder for the value in the help, such as NUMBER; empty for a switch.
    """

    name: str
    environment: str
    option: str
    takes: str
    default: Any
    description: str


def entries() -> Iterator[Entry]:
    """Yield all settings in the order of the fields of `Settings`."""
    for name, field in Settings.model_fields.items():
        yield Entry(
            name,
            f"{ENVIRONMENT_PREFIX}{name.upper()}",
            f"--{name.replace('_', '-')}",
            metavar(name, field),
            default_of(field),
            str(field.description),
        )


def as_text() -> str:
    """Return the settings as text for people."""
    blocks = [
        f"{entry.environment}   {entry.option} {entry.takes}".rstrip()
        + f"\n    {entry.description}{f' (default: {entry.default})' if entry.default is not None else ''}"
        for entry in entries()
    ]
    return "\n\n".join(["Each setting is an option, or stands in the environment.", *blocks])


def as_json() -> str:
    """Return the settings as a JSON list of objects, in ASCII, which every console and program can read."""
    return json.dumps([entry._asdict() for entry in entries()], indent=2)


def default_of(field: FieldInfo) -> Any:
    """Return a setting's default as a JSON value; None if it has no default or an empty one."""
    default = field.get_default(call_default_factory=True, validated_data={})
    if default in (None, (), ""):
        return None
    if isinstance(default, bool | str):
        return default
    if isinstance(default, int | float):
        return int(default) if default == int(default) else default
    return str(default)


def value_types(field: FieldInfo) -> list[Any]:
    """Return the types of a setting's value without None, or its choices if it is a `Literal`."""
    return [each for each in get_args(field.annotation) if each is not NoneType] or [field.annotation]


def metavar(name: str, field: FieldInfo) -> str:
    """Return the placeholder for an option's value in the help; an empty string for a switch."""
    units = [part.name for part in field.metadata if isinstance(part, Unit)]
    if units:
        return units[0]
    types = value_types(field)
    if types == [bool]:
        return ""
    if all(isinstance(each, str) for each in types):  # the choices of a Literal
        return "|".join(map(str, types))
    return "NUMBER" if name != "port" and types[0] in {int, float} else name.rsplit("_", 1)[-1].upper()
