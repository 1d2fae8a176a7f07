"""Decodes the bytes of a table: UTF-8, UTF-16, or what programs of a region write without saying so."""

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
"""Encodings that a file may have: those of regions, and Unicode."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decoded(data: bytes, encoding: Encoding, *, force: bool = False) -> tuple[str, str]:
    """Return the text of some bytes, without a byte-order mark, and the encoding that they have.

    Bytes that the encoding does not know become replacement characters.

    Args:
        data: the bytes.
        encoding: the encoding of bytes that are neither UTF-8 nor begin with a byte-order mark.
        force: read all bytes in this encoding, whatever they look like.
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
