"""Writes values as Python literals, so that nothing in a name or a number can become code."""

import html
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np

from engine.arrays import Floats

MAX_LINE_LENGTH = 100
"""Maximum characters of a line of numbers."""

SECTION_GAP = "\n\n\n"
"""What stands between two functions or classes."""


def text(value: str) -> str:
    """Return a text as a string literal of Python, on one line, in ASCII where it is not readable."""
    if '"' in value:
        return repr(value)
    return repr(value + "'")[:-2] + '"'  # with an apostrophe in it, Python takes double quotes


def call(start: str, arguments: Iterable[str], end: str = ")") -> str:
    """Return a call: `start`, arguments and `end` on one line or, if too long, one line for each argument."""
    listed = list(arguments)
    one = f"{start}{', '.join(listed)}{end}"
    if len(one) <= MAX_LINE_LENGTH:
        return one
    return "\n".join([start, *(f"    {argument}," for argument in listed), end])


def comment(value: str) -> str:
    """Return a text for a comment: on one line, without control characters."""
    shown = "".join(each if each.isprintable() else " " for each in value)
    return " ".join(shown.split())


def markdown(value: str) -> str:
    """Return a text escaped for Markdown: no part of it is HTML, a link, mathematics or formatting."""
    shown = html.escape(comment(value), quote=False)
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:])", r"\\\1", shown)


def number(value: float) -> str:
    """Return the shortest literal of exactly this number."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def break_call(line: str, end: str = ")") -> list[str]:
    """Return a call on one line or, if that is too long, with one line for each argument.

    Args:
        line: such as `x = f(a, g(b, c))(x)`; no string in it may contain brackets or commas.
        end: the end of the call whose arguments get lines of their own, such as `)(x)`.
    """
    if len(line) <= MAX_LINE_LENGTH:
        return [line]
    start, rest = line.split("(", 1)
    inner, behind = rest.rsplit(end, 1)
    arguments, depth = [""], 0
    for sign in inner:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            arguments.append("")
        else:
            arguments[-1] += sign
    indent = " " * (len(line) - len(line.lstrip()))
    inside = [f"{indent}    {argument.strip()}," for argument in arguments]
    return [f"{start}(", *inside, f"{indent}{end}{behind}"]


def array(name: str, values: Floats) -> str:
    """Return the lines of `NAME = np.array(...)`, exact to the last bit."""
    start, listed = f"{name} = np.array(", np.asarray(values, dtype=np.float64).tolist()
    if len(start) + len(one := repr(listed)) < MAX_LINE_LENGTH:
        return f"{start}{one})"
    return "\n".join([start, *_nested(listed, "    "), ")"])


def indent(lines: Iterable[str] | str, by: int = 4) -> str:
    """Return lines of code, indented by some spaces."""
    whole = lines if isinstance(lines, str) else "\n".join(lines)
    return textwrap.indent(whole, " " * by)


def _nested(values: list[Any], indent: str) -> list[str]:
    """Return the lines of a list of numbers or lists: a row that fits is one line, others are broken."""
    one = f"{indent}{values!r}"
    if len(one) <= MAX_LINE_LENGTH:
        return [one]
    if isinstance(values[0], float):
        lines = textwrap.wrap(", ".join(map(repr, values)), MAX_LINE_LENGTH - len(indent) - 4)
        inner = [f"{indent}    {line}" for line in lines]
    else:
        inner = []
        for part in values:
            *first, last = _nested(part, f"{indent}    ")
            inner += [*first, f"{last},"]
    return [f"{indent}[", *inner, f"{indent}]"]
