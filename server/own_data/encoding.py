"""Decodes the bytes of a table: UTF-8, UTF-16, or what programs of a region write without saying so."""

import codecs
from typing import Literal

Fallback = Literal["windows-1252", "gb18030", "big5", "shift_jis", "euc-kr", "windows-1251"]
"""Encodings that a file may have which is not in Unicode."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decoded(data: bytes, fallback: Fallback) -> tuple[str, str]:
    """Return the text of some bytes, without a byte-order mark, and the encoding that they have.

    Bytes that the encoding does not know become replacement characters.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.removeprefix(mark).decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode(fallback, "replace"), fallback
