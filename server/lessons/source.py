"""Parses one file of a lesson: its header, its steps, and their blocks, each with its line.

Blocks are validated later (`lesson.py`), as a translation may leave out what is the same in all languages.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from server.lessons.blocks import HEADER, KINDS
from server.lessons.faults import Faults, did_you_mean
from server.lessons.look_alikes import report_look_alikes
from server.lessons.markdown import CODE, FORMULA, lesson_links, to_html, tokens_of
from server.lessons.toml_mistakes import find_mistake

MAX_BYTES = 64 * 1024
"""The most bytes of a file."""

MAX_STEPS = 24
MAX_STEP_TEXT = 4000
"""The most characters of a step's text, without its blocks."""

_FENCE = "+++"
_NEARLY_HEADING = re.compile(r"#{2,3}[^#\s]|＃+")
_TOML_LINE = re.compile(r"\(?at line (\d+), column \d+\)?")


@dataclass
class Block:
    """A block as it was read from a file, not validated."""

    kind: str
    values: dict[str, Any]
    line: int
    text: str

    def line_of(self, *names: str) -> int:
        """Return the line in the file of a key of the block, given as the path of names to it."""
        for name in reversed(names):
            pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
            for number, row in enumerate(self.text.splitlines()):
                if pattern.search(row.split("#")[0]):
                    return self.line + number
        return self.line


@dataclass
class Part:
    """A part of a step: a piece of text as HTML, or a block."""

    html: str = ""
    block: Block | None = None


@dataclass
class SourceStep:
    """A step as it was read from a file."""

    title: str
    line: int
    parts: list[Part] = field(default_factory=list)
    step_block: Block | None = None

    @property
    def blocks(self) -> list[Block]:
        """The blocks among its parts."""
        return [part.block for part in self.parts if part.block is not None]


@dataclass
class Source:
    """A parsed file."""

    header: Block
    steps: list[SourceStep]
    links: list[tuple[int, str]]
    """The line and the name of each linked lesson."""


def read_source(content: bytes, faults: Faults) -> Source | None:
    """Parse a file; return None if it has no header, or text in it only looks like a block.

    Faults are added to `faults`.
    """
    if len(content) > MAX_BYTES:
        faults.add(1, "long", key="The file", got=f"{len(content)} bytes", expected=MAX_BYTES)
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.add(1, "encoding")
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((n for n, row in enumerate(lines) if row.strip()), 0)
    end = next((n for n, row in enumerate(lines) if n > start and row.rstrip() == _FENCE), None)
    if lines[start].rstrip() != _FENCE or end is None:
        faults.add(start + 1, "header")
        return None
    header = _read_toml("header", "\n".join(lines[start + 1 : end]), start + 2, faults)
    text = "\n".join(lines[end + 1 :])
    tokens = tokens_of(text)
    if report_look_alikes(tokens, text.split("\n"), end + 2, faults):
        return None
    steps, links = _read_steps(tokens, end + 2, faults)
    return None if header is None else Source(header, steps, links)


def _read_toml(kind: str, text: str, line: int, faults: Faults) -> Block | None:
    """Return a block that starts at `line` of the file; report it and return None if it is no TOML."""
    try:
        return Block(kind, tomllib.loads(text), line, text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        found = _TOML_LINE.search(str(problem))
        within = int(found[1]) - 1 if found else text.count("\n") if "end of document" in str(problem) else 0
        detail = _TOML_LINE.sub("", str(problem)).replace("(at end of document)", "at its end").strip()
        slip = find_mistake(text, within, detail)
        if slip is None:
            faults.add(line + within, "toml", detail=detail)
        else:
            faults.add(line + slip.row, "toml", detail=detail, hint=slip.hint)
        return None


def _read_steps(
    tokens: Sequence[Token], first_line: int, faults: Faults
) -> tuple[list[SourceStep], list[tuple[int, str]]]:
    starts = [n for n, token in enumerate(tokens) if _begins_step(token)]
    _check_blocks(tokens, first_line, faults)
    _check_headings(tokens, first_line, faults)
    if tokens and starts[:1] != [0]:
        faults.add(first_line + (tokens[0].map or [0])[0], "text_place")
    if not 1 <= len(starts) <= MAX_STEPS:
        faults.add(first_line, "steps", expected=MAX_STEPS, got=len(starts))
        return [], []
    links = list(lesson_links(tokens, first_line))  # before rendering, which changes the addresses
    steps = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        line = first_line + (tokens[start].map or [0])[0]
        title = _heading_text(tokens[start + 1])
        if not title:
            faults.add(line, "missing_key", expected="The step's title")
        elif len(title) > 120:
            faults.add(line, "long", key="The step's title", got=len(title), expected=120)
        steps.append(_read_step(SourceStep(title, line), tokens[start + 3 : end], first_line, faults))
    return steps, links


def _begins_step(token: Token) -> bool:
    return token.type == "heading_open" and token.tag == "h2" and token.level == 0


def _heading_text(heading: Token) -> str:
    """Return the plain text of a heading."""
    return "".join(child.content for child in heading.children or ()).strip()


def _check_blocks(tokens: Sequence[Token], first_line: int, faults: Faults) -> None:
    """Report blocks of unknown kinds, and blocks within lists."""
    for token in tokens:
        if token.type != "fence" or token.map is None:
            continue
        line, kind = first_line + token.map[0], token.info.strip()
        if kind not in (*KINDS, *CODE, FORMULA):
            expected = ", ".join([*KINDS, FORMULA, *(each for each in CODE if each)])
            faults.add(line, "block", got=kind, expected=expected, hint=did_you_mean(kind, (*KINDS, FORMULA)))
        elif kind in KINDS and token.level > 0:
            faults.add(line, "block_place")


def _check_headings(tokens: Sequence[Token], first_line: int, faults: Faults) -> None:
    """Report lines that are meant as headings but are parsed as text, which would join two steps."""
    for token in tokens:
        for number, row in enumerate(
            token.content.split("\n") if token.type == "inline" and token.map else ()
        ):
            if _NEARLY_HEADING.match(row):
                faults.add(first_line + (token.map or [0])[0] + number, "heading_space", got=row)


def _read_step(step: SourceStep, tokens: Sequence[Token], first_line: int, faults: Faults) -> SourceStep:
    texts: list[Token] = []
    length = 0

    def end_text() -> None:
        if texts:
            step.parts.append(Part(html=to_html(texts, faults, first_line)))
            texts.clear()

    for token in tokens:
        length += len(token.content) if token.type in ("inline", "code_block") else 0
        kind = token.info.strip() if token.type == "fence" and token.level == 0 else ""
        if kind not in KINDS:
            texts.append(token)
            continue
        line = first_line + (token.map or [0])[0] + 1
        block = _read_toml(kind, token.content, line, faults)
        if block is None:
            continue
        if kind == "step":
            if step.step_block is not None:
                faults.add(line - 1, "block_twice", got=kind)
            step.step_block = block
            continue
        end_text()
        step.parts.append(Part(block=block))
    end_text()
    if length > MAX_STEP_TEXT:
        faults.add(step.line, "long", key="The step's text", got=length, expected=MAX_STEP_TEXT)
    return step


__all__ = ["HEADER", "MAX_BYTES", "MAX_STEPS", "Block", "Part", "Source", "SourceStep", "read_source"]
