"""Recognizes frequent mistakes in TOML at the place where the parser stopped, and how to mend them.

The parser says what it could not read, which is seldom what the author did wrong. So the line is searched for
quotation marks inside a text, characters of a Chinese keyboard, `True`, a missing comma and the like.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from server.lessons.phrases import Phrase


class TomlMistake(NamedTuple):
    """A mistake: its line in the TOML, from 0, and how to mend it."""

    row: int
    hint: Phrase


_TEXT = "\0"
"""The placeholder of a string in a line whose strings are removed; `_OPEN` is that of an unclosed one."""

_OPEN = "\1"
_TEXTS = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|"[^\n]*|\'[^\n]*|#.*')

_WIDE_QUOTES = "“”„‟«»「」『』《》〈〉＂‘’＇"
_WIDE = dict.fromkeys(_WIDE_QUOTES, '"')
_WIDE |= zip("＝，、：；［］【】｛｝．。－＋（）＃＿", "=,,=;[][]{}..-+()#_", strict=True)
_WIDE |= {chr(ord("０") + digit): str(digit) for digit in range(10)}
_WIDE_SPACES = "\u00a0\u2007\u202f\u3000\ufeff\u200b"

_MAX_ROW = 2000
"""The longest line that is searched: some patterns take time in proportion to the square of its length."""

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


def find_mistake(text: str, row: int, problem: str) -> TomlMistake | None:
    """Return the mistake at which the parser stopped; None if it is none of the known ones.

    Args:
        text: the TOML.
        row: the line of the parser's message, from 0.
        problem: the parser's message.
    """
    rows = text.split("\n")
    if problem.startswith("Unterminated string"):
        start = max(text.rfind('"""'), text.rfind("'''"))
        return TomlMistake(text.count("\n", 0, start), Phrase("closing_triple", {})) if start >= 0 else None
    if not 0 <= row < len(rows) or len(rows[row]) > _MAX_ROW:
        return None
    found = _hint_for_row(rows[row])
    if found is not None:
        return TomlMistake(row, found)
    if problem.startswith("Unclosed array"):
        return _mistake_in_list(rows, row)
    return None


def _mistake_in_list(rows: list[str], row: int) -> TomlMistake | None:
    """Return the mistake in a list over several lines: a missing comma or closing bracket."""
    before = next((number for number in range(row - 1, -1, -1) if _without_texts(rows[number]).strip()), None)
    if before is None:
        return None
    if _ENTRY.match(_without_texts(rows[row])) or not rows[row].strip():
        start = next(
            (number for number in range(before, -1, -1) if "[" in _without_texts(rows[number])), before
        )
        return TomlMistake(start, Phrase("closing_bracket", {}))
    if _without_texts(rows[before]).rstrip()[-1:] not in (",", "["):
        return TomlMistake(before, Phrase("comma", {}))
    return None


def _without_texts(row: str) -> str:
    """Return a line without its comment, with a placeholder for each string."""
    return "".join(_pieces_outside_texts(row))


def _pieces_outside_texts(row: str) -> Iterator[str]:
    at = 0
    for match in _TEXTS.finditer(row):
        yield row[at : match.start()]
        at = match.end()
        piece = match[0]
        if piece.startswith("#"):
            continue
        yield _TEXT if len(piece) > 1 and piece[-1] == piece[0] else _OPEN
    yield row[at:]


def _hint_for_row(row: str) -> Phrase | None:
    outside = _without_texts(row)
    if (found := _UNQUOTED_CHINESE.search(outside)) and _TEXT not in outside and _OPEN not in outside:
        return Phrase("text_quotes", {"expected": f'"{found[1]}"'})
    return (
        _fullwidth_hint(outside.split(_TEXT)[0], row)
        or _quote_hint(row, outside)
        or _fullwidth_hint(outside, row)
        or _other_hint(outside)
    )


def _fullwidth_hint(outside: str, row: str) -> Phrase | None:
    """Return the hint at a character that looks like one of TOML's and is another."""
    sign = next((sign for sign in outside if sign in _WIDE), None)
    if sign is None and _OPEN in outside and row.rstrip()[-1:] in _WIDE_QUOTES:
        sign = row.rstrip()[-1:]  # a text that such a mark was to close
    if sign is not None:
        return Phrase("wide_sign", {"got": sign, "expected": _WIDE[sign]})
    return Phrase("wide_space", {}) if any(space in outside for space in _WIDE_SPACES) else None


def _quote_hint(row: str, outside: str) -> Phrase | None:
    """Return the hint at quotation marks that do not open or close strings."""
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


def _other_hint(outside: str) -> Phrase | None:
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
    if _is_unclosed(outside, "{", "}") or re.search(r",\s*\}", outside):
        return Phrase("table_one_line", {})
    if (
        _ENTRY.match(outside)
        and not _is_unclosed(outside, "[", "]")
        and (found := _SIGN_AT_END.search(outside))
    ):
        return Phrase("end_sign", {"sign": found[0].strip()})
    if ("[" in outside or "{" in outside) and _NO_COMMA.search(outside):
        return Phrase("comma", {})
    if found := _BARE.search(outside):
        return Phrase("text_quotes", {"expected": f'"{found[1].strip()}"'})
    return None


def _is_unclosed(outside: str, opening: str, closing: str) -> bool:
    return outside.count(opening) > outside.count(closing)
