"""Decodes the bytes of a table: UTF-8, UTF-16 with a byte-order mark, or a regional encoding."""

import codecs
from typing import Literal

Encoding = Literal[
    "windows-1252",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-kr",
    "windows-1251",
    "utf-8",
    "utf-16-le",
    "utf-16-be",
]
"""The supported encodings: regional ones, and Unicode."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(data: bytes, encoding: Encoding, *, force: bool = False) -> tuple[str, str]:
    """Decode bytes; return the text without a byte-order mark, and the encoding that was used.

    Invalid bytes become replacement characters.

    Args:
        data: the bytes.
        encoding: used for bytes that are not UTF-8 and have no byte-order mark.
        force: use `encoding` in any case.
    """
    if force:
        return data.decode(encoding, "replace").removeprefix("\ufeff"), encoding
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.removeprefix(mark).decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), encoding
