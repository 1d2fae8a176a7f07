"""Finds names that stand twice in an object of JSON: of two values, one would be lost without a word."""

import json
from typing import Any, NamedTuple

MAX_DEPTH = 100
"""Lists and objects within each other that are searched; what is deeper is no valid body of any route."""


class RepeatedKey(NamedTuple):
    """A name that stands twice in one object."""

    path: tuple[str | int, ...]
    """Where the object is: names, and positions in lists from 0."""
    key: str


class _Object(dict[str, Any]):
    """An object in which a name stands twice."""

    repeated: str


def repeated_key(text: bytes | str) -> RepeatedKey | None:
    """Return the first name that stands twice in an object of a valid JSON text; None: there is none."""

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(made := dict(pairs)) == len(pairs):
            return made
        seen: set[str] = set()
        found = _Object(made)
        found.repeated = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return found

    return _find(json.loads(text, object_pairs_hook=read), ())


def _find(value: Any, path: tuple[str | int, ...]) -> RepeatedKey | None:
    if isinstance(value, _Object):
        return RepeatedKey(path, value.repeated)
    if len(path) > MAX_DEPTH:
        return None
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list) and value and isinstance(value[0], list | dict):
        inner = enumerate(value)
    return next((found for name, each in inner if (found := _find(each, (*path, name)))), None)
