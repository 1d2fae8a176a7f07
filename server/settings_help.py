"""`tinkernet settings`: every setting with its meaning, its default and its names, to read or as JSON."""

import json
from collections.abc import Iterator
from types import NoneType
from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from server.settings import ENVIRONMENT_PREFIX, Settings, Unit


class Entry(NamedTuple):
    """One setting."""

    name: str
    environment: str
    option: str
    takes: str
    default: Any
    description: str


def entries() -> Iterator[Entry]:
    """Give all settings, in the order in which they stand."""
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
    """Return the settings as lines to read."""
    blocks = [
        f"{entry.environment}   {entry.option} {entry.takes}".rstrip()
        + f"\n    {entry.description}{f' (default: {entry.default})' if entry.default is not None else ''}"
        for entry in entries()
    ]
    return "\n\n".join(["Each setting is an option, or stands in the environment.", *blocks])


def as_json() -> str:
    """Return the settings as a JSON list of objects."""
    return json.dumps([entry._asdict() for entry in entries()], indent=2, ensure_ascii=False)


def default_of(field: FieldInfo) -> Any:
    """Return a default, JSON-able; None where there is none to tell of."""
    default = field.get_default(call_default_factory=True, validated_data={})
    if default in (None, (), ""):
        return None
    if isinstance(default, bool | str):
        return default
    if isinstance(default, int | float):
        return int(default) if default == int(default) else default
    return str(default)


def kinds(field: FieldInfo) -> list[Any]:
    """Return the types or choices that a setting's value may be of."""
    return [kind for kind in get_args(field.annotation) if kind is not NoneType] or [field.annotation]


def metavar(name: str, field: FieldInfo) -> str:
    """Return what stands for an option's value in the help; nothing for one that is on or off."""
    units = [part.name for part in field.metadata if isinstance(part, Unit)]
    if units:
        return units[0]
    taken = kinds(field)
    if taken == [bool]:
        return ""
    if all(isinstance(kind, str) for kind in taken):
        return "|".join(map(str, taken))
    return "NUMBER" if name != "port" and taken[0] in {int, float} else name.rsplit("_", 1)[-1].upper()
