"""The likeliest slips in TOML: which one it is that the parser stopped at, and how it is put right.

The parser says what it could not read, which is seldom what the author did. Here the line is read again as
its author meant it: with quotation marks inside a text, signs of a Chinese keyboard, `True`, or no comma.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from server.lessons.phrases import Phrase


class Slip(NamedTuple):
    """A slip: its row, from 0, and how to put it right."""

    row: int
    hint: Phrase


_TEXT = "\0"
"""Stands for a whole text in a row whose texts are taken out, `_OPEN` for one without an end."""

_OPEN = "\1"
_TEXTS = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|"[^\n]*|\'[^\n]*|#.*')

_WIDE_QUOTES = "“”„‟«»「」『』《》〈〉＂‘’＇"
_WIDE = dict.fromkeys(_WIDE_QUOTES, '"')
_WIDE |= zip("＝，、：；［］【】｛｝．。－＋（）＃＿", "=,,=;[][]{}..-+()#_", strict=True)
_WIDE |= {chr(ord("０") + digit): str(digit) for digit in range(10)}
_WIDE_SPACES = "\u00a0\u2007\u202f\u3000\ufeff\u200b"

_MAX_ROW = 2000
"""Longest row that is looked at: some patterns take the square of its length."""

_KEY = r"[A-Za-z0-9_-]+"
_NEXT_ENTRY = re.compile(rf"\s+{_KEY}\s*=")
_BOOLEANS = re.compile(r"[=\[,]\s*((?i:true|false|yes|no|on|off))\s*(?=$|[,\]}])")
_COLON = re.compile(rf"(?:^|[{{,])\s*[{_TEXT}\w.-]+\s*:")
_KEY_SPACE = re.compile(rf"(?:^|[{{,])\s*([A-Za-z]{_KEY}(?:[ \t]+{_KEY})+)\s*=")
_NO_EQUALS = re.compile(rf"^\s*{_KEY}\s*[\[{{\d{_TEXT}]")
_NO_BRACKETS = re.compile(rf"=\s*[\d.{_TEXT}]+(?:\s*,\s*[\d.{_TEXT}]+)+\s*$")
_UNQUOTED_CHINESE = re.compile(r"=\s*([\u2e80-\u9fff].*?)\s*$")
_NO_COMMA = re.compile(rf"[\d\w\]}}{_TEXT}]\s+[\[{{\d{_TEXT}]|{_TEXT}{_TEXT}|[\]}}\d{_TEXT}]\s+{_KEY}\s*=")
_BARE = re.compile(r"[=\[,]\s*((?!(?:true|false|inf|nan)\b)[^\W\d_][^,\]}=\[{]*)(?=$|[,\]}])")
_DECIMAL_COMMA = re.compile(r"=\s*([+-]?\d+),(\d+)\s*(?=$|\}|,\s*[A-Za-z_])")
_NO_ZERO = re.compile(r"[=\[,]\s*([+-]?)(\.\d+)")
_PERCENT = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s{0,9}[%％]")
_SIGN_AT_END = re.compile(r"[,;]\s*$")
_ENTRY = re.compile(rf"^\s*{_KEY}(?:\.{_KEY})*\s*=")


def find_slip(text: str, row: int, problem: str) -> Slip | None:
    """Return the slip at which the parser stopped; None if it is none of these.

    Args:
        text: the TOML.
        row: the row of the parser's message, from 0.
        problem: the message, in the parser's English.
    """
    rows = text.split("\n")
    if problem.startswith("Unterminated string"):
        start = max(text.rfind('"""'), text.rfind("'''"))
        return Slip(text.count("\n", 0, start), Phrase("closing_triple", {})) if start >= 0 else None
    if not 0 <= row < len(rows) or len(rows[row]) > _MAX_ROW:
        return None
    found = _slip_in(rows[row])
    if found is not None:
        return Slip(row, found)
    if problem.startswith("Unclosed array"):
        return _slip_in_list(rows, row)
    return None


def _slip_in_list(rows: list[str], row: int) -> Slip | None:
    """Return the slip of a list over several rows: no comma behind an entry, or no bracket at the end."""
    before = next((number for number in range(row - 1, -1, -1) if _outside(rows[number]).strip()), None)
    if before is None:
        return None
    if _ENTRY.match(_outside(rows[row])) or not rows[row].strip():
        start = next((number for number in range(before, -1, -1) if "[" in _outside(rows[number])), before)
        return Slip(start, Phrase("closing_bracket", {}))
    if _outside(rows[before]).rstrip()[-1:] not in (",", "["):
        return Slip(before, Phrase("comma", {}))
    return None


def _outside(row: str) -> str:
    """Return a row without its comment, and with a sign in place of each text."""
    return "".join(_pieces(row))


def _pieces(row: str) -> Iterator[str]:
    at = 0
    for match in _TEXTS.finditer(row):
        yield row[at : match.start()]
        at = match.end()
        piece = match[0]
        if piece.startswith("#"):
            continue
        yield _TEXT if len(piece) > 1 and piece[-1] == piece[0] else _OPEN
    yield row[at:]


def _slip_in(row: str) -> Phrase | None:
    outside = _outside(row)
    if (found := _UNQUOTED_CHINESE.search(outside)) and _TEXT not in outside and _OPEN not in outside:
        return Phrase("text_quotes", {"expected": f'"{found[1]}"'})
    return (
        _wide(outside.split(_TEXT)[0], row) or _quotes(row, outside) or _wide(outside, row) or _other(outside)
    )


def _wide(outside: str, row: str) -> Phrase | None:
    """Return the hint at a sign that looks like one of TOML's and is another."""
    sign = next((sign for sign in outside if sign in _WIDE), None)
    if sign is None and _OPEN in outside and row.rstrip()[-1:] in _WIDE_QUOTES:
        sign = row.rstrip()[-1:]  # a text that such a mark was to close
    if sign is not None:
        return Phrase("wide_sign", {"got": sign, "expected": _WIDE[sign]})
    return Phrase("wide_space", {}) if any(space in outside for space in _WIDE_SPACES) else None


def _quotes(row: str, outside: str) -> Phrase | None:
    """Return the hint at quotation marks that do not begin and end texts."""
    for match in _TEXTS.finditer(row):
        piece, rest = match[0], row[match.end() :]
        following = rest.lstrip()[:1]
        if piece.startswith("#") or len(piece) < 2 or piece[-1] != piece[0]:
            continue
        goes_on = following and following not in ",]}#=." and following not in _WIDE
        if not goes_on or piece[0] not in rest or _NEXT_ENTRY.match(rest):
            continue
        if following == piece[0] and (rest[0] != following or "[" in outside):
            return Phrase("comma", {})
        if piece[0] == "'":
            return Phrase("apostrophe", {})
        return Phrase("quotes_odd" if _OPEN in outside else "quote_inside", {})
    return Phrase("closing_quote", {}) if _OPEN in outside else None


def _other(outside: str) -> Phrase | None:
    found = next((each for each in _BOOLEANS.finditer(outside) if each[1] not in ("true", "false")), None)
    if found is not None:
        is_true = found[1].lower() in ("true", "yes", "on")
        return Phrase("boolean", {"got": found[1], "expected": "true" if is_true else "false"})
    if _COLON.search(outside):
        return Phrase("colon", {})
    if "==" in outside:
        return Phrase("double_equals", {})
    if (found := _KEY_SPACE.search(outside)) and not _ENTRY.match(outside[found.start() :].lstrip("{, ")):
        return Phrase("key_space", {"expected": "_".join(found[1].split())})
    if _NO_EQUALS.match(outside):
        return Phrase("equals", {})
    if found := _PERCENT.search(outside):
        return Phrase("number_alone", {"expected": found[1]})
    if found := _DECIMAL_COMMA.search(outside):
        return Phrase("decimal_point", {"expected": f"{found[1]}.{found[2]}"})
    if found := _NO_ZERO.search(outside):
        return Phrase("decimal_point", {"expected": f"{found[1]}0{found[2]}"})
    if _NO_BRACKETS.search(outside):
        return Phrase("brackets", {})
    if _opens_only(outside, "{", "}") or re.search(r",\s*\}", outside):
        return Phrase("table_one_line", {})
    if (
        _ENTRY.match(outside)
        and not _opens_only(outside, "[", "]")
        and (found := _SIGN_AT_END.search(outside))
    ):
        return Phrase("end_sign", {"sign": found[0].strip()})
    if ("[" in outside or "{" in outside) and _NO_COMMA.search(outside):
        return Phrase("comma", {})
    if found := _BARE.search(outside):
        return Phrase("text_quotes", {"expected": f'"{found[1].strip()}"'})
    return None


def _opens_only(outside: str, opening: str, closing: str) -> bool:
    return outside.count(opening) > outside.count(closing)
