"""Formulas: from a small notation, such as `w_1 x_1 + b` or `1/(1 + e^{-z})`, to MathML.

Braces group without being shown; `a/b` is a fraction, `_` makes a subscript and `^` a superscript. Names of
Greek letters become letters, other words are set upright; "in quotes" is text.
"""

import re
from html import escape

_TOKEN = re.compile(
    r'\s+|"[^"]*"|\d+(?:[.,]\d+)*|[A-Za-z]+|<=>|<=|>=|!=|~=|->|=>|\+-|\.\.\.|[^\s"A-Za-z0-9]', re.DOTALL
)
_NAMES = "alpha beta gamma delta epsilon eta theta kappa lambda mu nu pi rho sigma tau phi chi psi omega"
_GREEK = dict(zip(_NAMES.split(), "αβγδεηθκλμνπρστφχψω", strict=True)) | {
    "Delta": "Δ",
    "Sigma": "Σ",
    "partial": "∂",
    "nabla": "∇",
    "inf": "∞",
}
_OPERATORS = {
    "*": "·",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "~=": "≈",
    "->": "→",
    "=>": "⇒",
    "<=>": "⇔",
    "-": "−",
    "+-": "±",
    "...": "…",
}
_LARGE = {"sum": "∑", "prod": "∏"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_MAX_DEPTH = 12
MAX_FORMULA_LENGTH = 300
"""The most characters of a formula."""


class FormulaError(ValueError):
    """A formula cannot be parsed; the message says what was expected."""


def to_mathml(source: str, *, block: bool = False) -> str:
    """Return a formula as MathML, displayed on a line of its own if `block`.

    Raises:
        FormulaError: it cannot be parsed.
    """
    if len(source) > MAX_FORMULA_LENGTH:
        raise FormulaError(f"at most {MAX_FORMULA_LENGTH} characters")
    reader = _Parser([token for token in _TOKEN.findall(source) if not token.isspace()])
    row = reader.row(None, 0)
    if not row:
        raise FormulaError("a formula")
    display = ' display="block"' if block else ""
    return f"<math{display}><mrow>{''.join(row)}</mrow></math>"


class _Parser:
    """A recursive descent parser."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def _next(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def row(self, end: str | None, depth: int) -> list[str]:
        """Return the elements up to and including a closing token; None: up to the end of the formula."""
        if depth > _MAX_DEPTH:
            raise FormulaError("less nesting")
        items: list[str] = []
        while (token := self._next()) != end:
            if token is None:
                raise FormulaError(f"{end} at the end")
            if token in (")", "]", "}"):
                raise FormulaError(f"nothing before {token} to close")
            if token == "/":
                self._at += 1
                if not items:
                    raise FormulaError("something above /")
                items[-1] = f"<mfrac>{items[-1]}{self._with_scripts(depth)}</mfrac>"
            else:
                items.append(self._with_scripts(depth))
        self._at += 1
        return items

    def _with_scripts(self, depth: int) -> str:
        """Return an element with its subscript and superscript."""
        large = self._next() in _LARGE
        base = self._element(depth)
        scripts: dict[str, str] = {}
        while (mark := self._next()) in ("_", "^"):
            self._at += 1
            assert mark is not None
            if mark in scripts:
                raise FormulaError(f"one {mark} at most")
            scripts[mark] = self._element(depth)
        low, high = scripts.get("_"), scripts.get("^")
        names = ("munder", "mover", "munderover") if large else ("msub", "msup", "msubsup")
        if low and high:
            return f"<{names[2]}>{base}{low}{high}</{names[2]}>"
        if low or high:
            name = names[0] if low else names[1]
            return f"<{name}>{base}{low or high}</{name}>"
        return base

    def _element(self, depth: int) -> str:
        token = self._next()
        if token is None or token in "_^/)]}":
            raise FormulaError("a letter, a number or {...}")
        self._at += 1
        if token in _CLOSING:
            inner = "".join(self.row(_CLOSING[token], depth + 1))
            if token == "{":
                return f"<mrow>{inner}</mrow>"
            return f"<mrow><mo>{token}</mo>{inner}<mo>{_CLOSING[token]}</mo></mrow>"
        if token == "sqrt":
            return f"<msqrt>{self._element(depth + 1)}</msqrt>"
        if token == "hat":
            return f"<mover>{self._element(depth + 1)}<mo>^</mo></mover>"
        if token[0] == '"':
            if len(token) < 2:
                raise FormulaError('" at the end')
            return f"<mtext>{escape(token[1:-1])}</mtext>"
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token in _LARGE:
            return f"<mo>{_LARGE[token]}</mo>"
        if token.isalpha():
            return f"<mi>{escape(_GREEK.get(token, token))}</mi>"
        return f"<mo>{escape(_OPERATORS.get(token, token))}</mo>"
