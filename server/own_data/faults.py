"""The errors of a table: of single lines, or of the table as a whole."""

from dataclasses import dataclass, field
from typing import Literal

from server.errors.validation import truncated

Values = dict[str, str | int]

FaultCode = Literal["number", "large", "label", "cells", "quotes"]
"""The codes of errors of a line."""


@dataclass(frozen=True)
class LineFault:
    """A line that cannot be used.

    Attributes:
        line: its number in the text, from 1.
        column: the name of the column; None for the line as a whole.
        value: the invalid value, shortened.
        code: what is wrong: a stable name for programs and for the page's words.
        expected: what was expected, in English.
        count: the number in `expected`, if there is one.
    """

    line: int
    column: str | None
    value: str
    code: FaultCode
    expected: str
    count: int | None = None

    @property
    def text(self) -> str:
        """The fault as an English sentence."""
        place = f"Line {self.line}" + (f", column {self.column}" if self.column else "")
        if self.code == "quotes":
            return f"{place}: a quotation mark is not closed."
        return f"{place}: expected {self.expected}, got {self.value or 'nothing'}."


@dataclass(frozen=True)
class UnusableTable:
    """Why a table gives no points: a code, the values for the page's words, and an English sentence."""

    code: str
    text: str
    values: Values = field(default_factory=dict)


def shorten(value: str) -> str:
    """Return the content of a cell, shortened for display."""
    return truncated(value.strip())
