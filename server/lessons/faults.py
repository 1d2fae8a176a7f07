"""What is wrong with a lesson's file: where, and a reason that the page can put into words."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, NamedTuple

from server.errors.validation import truncated
from server.lessons.phrases import Phrase, phrase_of

FaultCode = Literal[
    "toml",
    "header",
    "text_place",
    "heading",
    "block",
    "block_place",
    "block_end",
    "block_twice",
    "unknown_key",
    "missing_key",
    "value",
    "html",
    "image",
    "link",
    "lesson_link",
    "cycle",
    "formula",
    "long",
    "steps",
    "encoding",
    "unreadable",
    "language",
    "translation",
    "differs",
    "structure",
    "impossible",
    "empty_check",
    "name",
]
"""What can be wrong, by stable names, which are keys of the page's words."""

_TEXTS: dict[FaultCode, str] = {
    "toml": "This is not TOML: {detail}.",
    "header": "A lesson begins with a line +++, its header, and another line +++.",
    "text_place": "Text stands before the first step; a step begins with ## and its title.",
    "heading": "A heading # is not for lessons: ## begins a step, ### is a heading within it.",
    "block": "There is no block {got}: expected {expected}.",
    "block_place": "A block begins at the start of a line, in no list and no quotation.",
    "block_end": "A block begun with ``` needs a line ``` at its end.",
    "block_twice": "A step has one block {got} at most.",
    "unknown_key": "There is no {got} here: expected {expected}.",
    "missing_key": "{expected} is missing.",
    "value": "{key}: expected {expected}, got {got}.",
    "html": "HTML is not for lessons: {got}.",
    "image": "Pictures are not for lessons: {got}.",
    "link": "A link leads to lesson:NAME, to a set-up (#...), or to a web page, not to {got}.",
    "lesson_link": "There is no lesson {got}.",
    "cycle": "Lessons come after each other in a circle: {got}.",
    "formula": "The formula {got} cannot be read: expected {expected}.",
    "long": "{key} is too long: {got}, at most {expected}.",
    "steps": "A lesson has 1 to {expected} steps, not {got}.",
    "encoding": "The file is not in UTF-8.",
    "unreadable": "The file cannot be read: {detail}.",
    "language": "There is no language {got}: expected {expected}.",
    "translation": "The lesson has no file in {expected}.",
    "differs": "{key} differs from {expected}; leave it out here.",
    "structure": "Expected {expected} as in the first language, got {got}.",
    "impossible": "No training can reach this check: {detail}.",
    "empty_check": "A check needs a condition, such as test_loss_at_most.",
    "name": "The lesson's name {got} is not one: expected {expected}.",
}


_PHRASED = ("key", "expected", "got", "detail")


def names_like(name: str, known: Sequence[str]) -> str:
    """Return the known names that a mistyped one may mean, all of them if none is like it."""
    return ", ".join(get_close_matches(name, known) or known)


class Fault(NamedTuple):
    """Something wrong with a lesson.

    Attributes:
        file: the path of the file, relative to the folder of lessons.
        line: the line's number, from 1.
        code: what is wrong.
        values: what stands in the code's text.
        hides: whether the lesson, or the file, is left out because of it.
    """

    file: str
    line: int
    code: FaultCode
    values: dict[str, str]
    hides: bool = True

    @property
    def phrases(self) -> dict[str, Phrase]:
        """Those of its values that are phrases in English, for pages to put into words of their own."""
        found = {name: phrase_of(value) for name, value in self.values.items() if name in _PHRASED}
        return {name: phrase for name, phrase in found.items() if phrase is not None}

    def told(self, words: Mapping[str, str]) -> str:
        """Return what is wrong in the words of a language, by their keys."""
        phrases = {
            name: words[f"lesson.phrase.{code}"].format_map(values)
            for name, (code, values) in self.phrases.items()
        }
        return words[f"lesson.fault.{self.code}"].format_map(self.values | phrases)

    @property
    def reason(self) -> str:
        """What is wrong in one English sentence."""
        return _TEXTS[self.code].format_map(self.values)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class Faults:
    """The faults found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(self, line: int, code: FaultCode, **values: object) -> None:
        """Note a fault; long values are shortened."""
        shown = {name: truncated(str(value)) for name, value in values.items()}
        self.found.append(Fault(self.file, line, code, shown))
