"""The Markdown of lessons: no HTML and no images, but formulas, and only links to permitted targets."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from server.lessons.blocks import NAME
from server.lessons.faults import Faults
from server.lessons.formulas import FormulaError, to_mathml

CODE = ("", "text", "python", "json", "toml", "shell")
"""The words behind ``` that open a piece of code, not a block of the lesson."""

FORMULA = "formula"

_WIDE = re.compile(r"[\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]")
_LESSON_LINK = re.compile(rf"lesson:({NAME})(?:/([1-9]\d?))?")
_PAGE_LINK = re.compile(r"#[^\s<>\"]{1,2000}")
_WEB_LINK = re.compile(r"https?://[^\s/?#]+\.?[^\s]*")


def _formula_rule(state: StateInline, silent: bool) -> bool:
    """Parse `$...$`: no space may follow the first sign or precede the last, and no digit may follow it."""
    start = state.pos
    if state.src[start] != "$":
        return False
    end = state.src.find("$", start + 1, state.posMax)
    inner = state.src[start + 1 : end]
    if end < 0 or not inner or inner[0].isspace() or inner[-1].isspace():
        return False
    if state.src[end + 1 : end + 2].isdigit():
        return False
    if not silent:
        state.push(FORMULA, "math", 0).content = inner
    state.pos = end + 1
    return True


class _HtmlRenderer(RendererHTML):
    """Renders HTML; markdown-it calls the method named like the type of each token."""

    def formula(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        """Render a formula within a line."""
        return str(tokens[idx].meta["mathml"])

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Render a piece of code, or a formula on its own lines."""
        if tokens[idx].info.strip() == FORMULA:
            return f"<p>{tokens[idx].meta['mathml']}</p>\n"
        return super().fence(tokens, idx, options, env)

    def softbreak(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        """Render the end of a line within a paragraph: a space, but none between Chinese characters."""
        around = [token.content for token in tokens[max(0, idx - 1) : idx + 2]]
        return "" if any(_WIDE.match(text) for text in (around[0][-1:], around[-1][:1])) else "\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Render the opening tag of a link."""
        if name := tokens[idx].attrGet("data-lesson"):
            step = tokens[idx].attrGet("data-step")
            tokens[idx].attrSet("href", f"#lesson={name}" + (f"&step={step}" if step else ""))
        return self.renderToken(tokens, idx, options, env)


class _Parser(MarkdownIt):
    """Parses Markdown. HTML is parsed so that it can be reported with its line; it is never rendered."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": True}, renderer_cls=_HtmlRenderer)
        self.enable("table")
        self.inline.ruler.before("escape", FORMULA, _formula_rule)

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802
        """Accept every link, so that `_check_link` can report it with its line."""
        return True


_READER = _Parser()
_ENV: dict[str, Any] = {}


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a Markdown text."""
    return _READER.parse(text)


def flatten(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield each token with the block token that contains it, which has the line."""
    for block in tokens:
        yield block, block
        for token in block.children or ():
            yield token, block


def to_html(tokens: Sequence[Token], faults: Faults, first_line: int) -> str:
    """Render tokens as HTML; report what a lesson may not have, and leave it out.

    Args:
        tokens: the tokens of a text within one step.
        faults: faults are added here.
        first_line: the number in the file of the text's first line.
    """
    before = len(faults.found)
    for token, block in flatten(tokens):
        _check_token(token, faults, first_line + (block.map[0] if block.map else 0))
    if len(faults.found) > before:
        return ""
    return str(_READER.renderer.render(tokens, _READER.options, _ENV)).strip()


def lesson_links(tokens: Sequence[Token], first_line: int) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each lesson that a text links to."""
    for token, block in flatten(tokens):
        match = _LESSON_LINK.fullmatch(str(token.attrGet("href") or ""))
        if match is not None:
            yield first_line + (block.map[0] if block.map else 0), match[1]


def _check_token(token: Token, faults: Faults, line: int) -> None:
    if token.type in ("html_block", "html_inline"):
        faults.add(line, "html", got=token.content.strip())
    elif token.type == "image":
        faults.add(line, "image", got=f"![{token.content}]")
    elif token.type == "link_open":
        _check_link(token, faults, line)
    elif token.type == "heading_open" and token.tag == "h1":
        faults.add(line, "heading")
    elif token.type == FORMULA or (token.type == "fence" and token.info.strip() == FORMULA):
        try:
            token.meta = {"mathml": to_mathml(token.content.strip(), block=token.type == "fence")}
        except FormulaError as problem:
            faults.add(line, "formula", got=token.content.strip(), expected=problem)


def _check_link(token: Token, faults: Faults, line: int) -> None:
    """Set the address of a link, or report that it is not permitted."""
    href = str(token.attrGet("href") or "")
    if match := _LESSON_LINK.fullmatch(href):
        token.attrSet("data-lesson", match[1])
        if match[2]:
            token.attrSet("data-step", match[2])
    elif _WEB_LINK.fullmatch(href):
        token.attrSet("rel", "noopener noreferrer")
        token.attrSet("target", "_blank")
    elif not _PAGE_LINK.fullmatch(href):
        faults.add(line, "link", got=href or "nothing")
