"""Large JSON texts of clients: counted before they are parsed, and handled off the event loop.

A text of a few megabytes can hold a million tiny lists or keys, which take seconds to parse and to validate
one by one. No valid request has nearly as many, so counting brackets, commas and colons first is enough.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

LARGE_INPUT = 8192
"""Bytes or characters from which on a text is parsed and validated off the event loop."""

MAX_LISTS = 40_000
"""Maximum number of lists in one text: three lists of 10,000 points, and the layers of a network."""

MAX_ENTRIES = 300_000
"""Maximum number of commas in one text: those points, and 100,000 weights and biases."""

MAX_KEYS = 1000
"""Maximum number of colons, and so keys, in one text: a config has 40, and one text a few configs."""

_PIECE_LENGTH = 65_536

P = ParamSpec("P")
T = TypeVar("T")

# One thread: however many large texts arrive together, one is handled after the other, and memory holds one.
_thread = ThreadPoolExecutor(1, thread_name_prefix="large-inputs")


def excess_of(text: bytes | str) -> str | None:
    """Return what a JSON text has too much of, such as "at most 1000 keys"; None if it may be parsed.

    Brackets, commas and colons inside strings count too; strings are short wherever they are valid.
    """
    for sign, limit, things in (("[", MAX_LISTS, "lists"), (",", MAX_ENTRIES, "entries")):
        if _has_more(text, sign, limit):
            return f"at most {limit} {things}"
    if _has_more(text, ":", MAX_KEYS) or _has_more(text, "{", MAX_KEYS):
        return f"at most {MAX_KEYS} keys"
    return None


async def run_off_loop(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in the thread for large inputs, after those that came before; return its result."""
    return await asyncio.get_running_loop().run_in_executor(_thread, lambda: function(*args, **kwargs))


def _has_more(text: bytes | str, sign: str, limit: int) -> bool:
    """Return whether a text has a sign more than `limit` times; stop counting there."""
    count = 0
    for start in range(0, len(text), _PIECE_LENGTH):
        end = start + _PIECE_LENGTH
        if isinstance(text, bytes):
            count += text.count(sign.encode(), start, end)
        else:
            count += text.count(sign, start, end)
        if count > limit:
            return True
    return False
