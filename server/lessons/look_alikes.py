"""Finds text that looks like a block of a lesson and is none: learners would read its source and solution.

To Markdown, other signs than three backticks are text, and everything after an unclosed fence is its content.
Neither is an error there, but it is never what an author wanted.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from server.lessons.blocks import KINDS
from server.lessons.faults import Faults, similar_names
from server.lessons.markdown import CODE, FORMULA
from server.lessons.phrases import Phrase

_SIGNS = "`·•・‧˙｀ˋ´′'‘’‛＇\"“”＂~～"
"""Signs that people type, or word processors insert, in place of backticks."""

_QUOTES = "'‘’‛＇\"“”＂"
_NAMED = (*KINDS, FORMULA, *(each for each in CODE if each))
_OPENING = re.compile(rf"\s*([{_SIGNS}]{{1,6}})\s*([A-Za-z]{{3,12}})\s*[{_SIGNS}]{{0,6}}\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([^`]*)")
_CLOSING = re.compile(rf"\s*[{_SIGNS}]{{2,6}}\s*")
_STEP = re.compile(r" {0,3}##\s")

_KEYS = {kind: tuple(KINDS[kind].model.model_fields) for kind in KINDS}
_ROW = re.compile(
    rf"\s*({'|'.join(sorted({key for keys in _KEYS.values() for key in keys}))})(?:\.\w+)?\s*[=＝]"
    r"\s*(?:[\"'“”‘’「『\[{【｛\d+.-]|true\b|false\b)"
)
"""A row `key = value` of a block."""


def report_look_alikes(
    tokens: Sequence[Token], lines: Sequence[str], first_line: int, faults: Faults
) -> bool:
    """Report text that looks like a block and is none; return whether there is any.

    Args:
        tokens: the tokens of the text.
        lines: its lines.
        first_line: the number in the file of its first line.
        faults: faults are added here. Wrong fences are reported alone, as they cause all other findings.
    """
    before = len(faults.found)
    signs = [
        (number, row.strip(), kind)
        for number, row in _rows_of(tokens, lines, "inline", "code_block")
        if (kind := _intended_kind(row))
    ]
    for number, row, kind in signs:
        faults.add(first_line + number, "fence_sign", got=row, kind=kind)
    # After a malformed opening fence, each closing fence is read as an opening one, and the other way round.
    right = min((number for number, _, _ in signs), default=len(lines))
    for token in tokens:
        if token.type == "fence" and token.map is not None and token.level == 0 and token.map[0] < right:
            _report_missing_end(token, lines, first_line, faults)
    if len(faults.found) == before:
        _report_unnamed(tokens, first_line, faults)
        _report_loose_rows(_rows_of(tokens, lines, "inline"), first_line, faults)
    faults.found[before:] = sorted(faults.found[before:], key=lambda fault: fault.line)
    return len(faults.found) > before


def _rows_of(tokens: Sequence[Token], lines: Sequence[str], *types: str) -> Iterator[tuple[int, str]]:
    """Yield the number, from 0, and the content of each line of the tokens of some types."""
    for token in tokens:
        if token.type in types and token.map is not None:
            for number in range(*token.map):
                yield number, lines[number]


def _intended_kind(row: str) -> str | None:
    """Return the kind of block that a line of text was meant to open; None if it opens none."""
    found = _OPENING.fullmatch(row)
    if found is None:
        return None
    signs, word = found[1], found[2]
    near = similar_names(word, (*KINDS, FORMULA)) if len(signs) > 1 else ()
    if word.lower() in _NAMED and (len(signs) > 1 or word.lower() in KINDS) and row.strip()[-1] not in _SIGNS:
        return word.lower()
    return near[0] if near and len(signs) > 2 else None


def _report_missing_end(token: Token, lines: Sequence[str], first_line: int, faults: Faults) -> None:
    start, end = token.map or (0, 0)
    kind = token.info.strip()
    is_closed = end - start > 1 and lines[end - 1].strip().startswith(token.markup)
    rows = token.content.split("\n")
    at = next((n for n, row in enumerate(rows) if _begins_another(row, token)), None)
    if at is None and kind in KINDS and not (is_closed and _is_toml(token.content)):
        at = next((n for n, row in enumerate(rows) if _ends_block(row, token.content)), None)
    if at is None and not is_closed:
        at = next((n for n, row in enumerate(rows) if _STEP.match(row)), None)
    if is_closed and at is None:
        return
    if at is not None and kind in KINDS:  # the next step begins before the next block does
        at = next((n for n, row in enumerate(rows[:at]) if _STEP.match(row)), at)
    hint = None if at is None else Phrase("fence_before", {"line": str(first_line + start + 1 + at)})
    faults.add(first_line + start, "block_end", got=lines[start].strip(), sign=token.markup, hint=hint)


def _begins_another(row: str, token: Token) -> bool:
    """Return whether a line within a fence opens another block, which cannot be."""
    found = _FENCE.fullmatch(row)
    return found is not None and found[1].startswith(token.markup) and bool(found[2].strip())


def _ends_block(row: str, content: str) -> bool:
    """Return whether a line of a block that is no TOML was meant as its closing fence, or follows it."""
    if _STEP.match(row) or _intended_kind(row):
        return True
    signs = row.strip()
    if not _CLOSING.fullmatch(row):
        return False
    return signs[0] not in _QUOTES or content.count(signs) == 1


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return False
    return True


def _report_unnamed(tokens: Sequence[Token], first_line: int, faults: Faults) -> None:
    """Report unnamed fences whose content reads as a block."""
    for token in tokens:
        is_unnamed = token.type == "code_block" or (token.type == "fence" and not token.info.strip())
        if not is_unnamed or token.map is None:
            continue
        keys = [found[1] for row in token.content.split("\n") if (found := _ROW.match(row))]
        first = next((row for row in token.content.split("\n") if row.strip()), "")
        if keys and (_ROW.match(first) or any("_" in key for key in keys)):
            faults.add(first_line + token.map[0], "fence_unnamed", kind=_likely_kind(keys))


def _report_loose_rows(rows: Iterable[tuple[int, str]], first_line: int, faults: Faults) -> None:
    """Report lines of a block in the running text: the first one of each paragraph."""
    latest = -2
    for number, row in rows:
        if found := _ROW.match(row):
            if number > latest + 1:
                key = found[1]
                faults.add(first_line + number, "fence_none", got=f"{key} =", kind=_likely_kind([key]))
            latest = number


def _likely_kind(keys: Sequence[str]) -> str:
    """Return the kind of block that has most of the given keys."""
    return max(KINDS, key=lambda kind: sum(key in _KEYS[kind] for key in keys))
