"""Finds duplicate keys in the objects of a JSON text; a parser would silently drop all but one value."""

import json
from typing import Any, NamedTuple

MAX_DEPTH = 100
"""Maximum nesting of lists and objects that is searched; no valid body of a route is nested deeper."""


class DuplicateKey(NamedTuple):
    """A key that occurs more than once in one object."""

    path: tuple[str | int, ...]
    """The path of the object from the root: keys of objects, and indices of lists from 0."""
    key: str


class _Object(dict[str, Any]):
    """An object with a duplicate key; `duplicate` is the first."""

    duplicate: str


def find_duplicate_key(text: bytes | str) -> DuplicateKey | None:
    """Return the first duplicate key in a valid JSON text, or None if there is none."""

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(made := dict(pairs)) == len(pairs):
            return made
        seen: set[str] = set()
        found = _Object(made)
        found.duplicate = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return found

    return _find(json.loads(text, object_pairs_hook=read), ())


def _find(value: Any, path: tuple[str | int, ...]) -> DuplicateKey | None:
    if isinstance(value, _Object):
        return DuplicateKey(path, value.duplicate)
    if len(path) > MAX_DEPTH:
        return None
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list) and value and isinstance(value[0], list | dict):
        inner = enumerate(value)
    return next((found for name, each in inner if (found := _find(each, (*path, name)))), None)
