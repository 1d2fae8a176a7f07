"""Values as they are written in a program: nothing in a name or a number can become code."""

import html
import re
import textwrap
from collections.abc import Iterable

import numpy as np

from engine.arrays import Floats

WIDTH = 100
"""Most characters of a line of numbers."""

KEPT = ",\xa0"
"""Between numbers of a short row, which stays on one line."""


def text(value: str) -> str:
    """Return a text as a string literal of Python, on one line, in ASCII where it is not readable."""
    return repr(value)


def comment(value: str) -> str:
    """Return a text as a part of a comment: on one line, without control characters."""
    shown = "".join(each if each.isprintable() else " " for each in value)
    return " ".join(shown.split())


def markdown(value: str) -> str:
    """Return a text as it is shown in Markdown: no part of it is HTML, a link, mathematics or a format."""
    shown = html.escape(comment(value), quote=False)
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:])", r"\\\1", shown)


def number(value: float) -> str:
    """Return a number exactly, as a person writes it."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def array(name: str, values: Floats) -> str:
    """Return the lines of `NAME = np.array(...)`, exact to the last bit."""
    start, nested = f"{name} = np.array(", _nested(np.asarray(values, dtype=np.float64))
    if len(start) + len(nested) < WIDTH:
        return f"{start}{nested.replace(KEPT, ', ')})"
    return "\n".join([start, *_wrapped(nested), ")"])


def indented(lines: Iterable[str] | str, by: int = 4) -> str:
    """Return lines of code, further to the right."""
    whole = lines if isinstance(lines, str) else "\n".join(lines)
    return textwrap.indent(whole, " " * by)


def _nested(values: Floats) -> str:
    if values.ndim > 1:
        return f"[{', '.join(map(_nested, values))}]"
    listed = repr(values.tolist())
    return listed.replace(", ", KEPT) if len(listed) < WIDTH - 30 else listed


def _wrapped(nested: str) -> list[str]:
    """Return nested lists on several lines, broken behind commas."""
    lines: list[str] = []
    line: list[str] = []
    room = WIDTH - 4
    for part in nested.split(", "):
        if len(part) + 2 > room and line:
            lines.append(", ".join(line) + ",")
            line, room = [], WIDTH - 4
        line.append(part)
        room -= len(part) + 2
    lines.append(", ".join(line))
    return [f"    {each.replace(KEPT, ', ')}" for each in lines]
