"""Faults of a lesson's file: the place, and a reason as a code with values that pages put into words."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, NamedTuple

from server.errors.validation import truncated
from server.lessons.phrases import Phrase, is_plain, phrase_of
from server.page_words import words_in

FaultCode = Literal[
    "toml",
    "header",
    "text_place",
    "heading",
    "heading_space",
    "block",
    "block_place",
    "block_end",
    "block_twice",
    "fence_sign",
    "fence_unnamed",
    "fence_none",
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
    "structure_blocks",
    "impossible",
    "empty_check",
    "name",
    "twice",
    "folder_full",
    "replaces",
    "file_name",
    "locked_change",
    "hidden_change",
]
"""Stable codes of faults; they are keys of the page's words."""

_PHRASED = ("key", "expected", "got", "detail")


def similar_names(name: str, known: Sequence[str]) -> list[str]:
    """Return the known names that are similar to a mistyped one; case, spaces, `-` and `_` do not count."""
    plain: dict[str, str] = {}
    for each in known:
        plain.setdefault(_normalized(each), each)
    if (same := plain.get(_normalized(name))) is not None:
        return [same]
    return [plain[each] for each in get_close_matches(_normalized(name), plain)]


def similar_or_all_names(name: str, known: Sequence[str]) -> str:
    """Return the known names that are similar to a mistyped one, or all if none is, joined by commas."""
    return ", ".join(similar_names(name, known) or known)


def did_you_mean(name: str, known: Sequence[str]) -> Phrase | None:
    """Return the hint that names what a mistyped name may mean; None if no known name is similar."""
    near = similar_names(name, known)
    return Phrase("did_you_mean", {"names": ", ".join(near)}) if near else None


def join_lists(values: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """Return values in which lists of names are joined with the separator of a language."""
    comma = words["lesson.fault.pair"].format(one="", other="")
    return {name: each.replace(", ", comma) if is_plain(each) else each for name, each in values.items()}


def _normalized(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")


class Fault(NamedTuple):
    """An error in a lesson's file, or a warning.

    Attributes:
        file: the path of the file, relative to the folder of lessons.
        line: the line's number, from 1.
        code: what is wrong.
        values: the values for the placeholders in the code's text.
        hides: True for an error: the file or its lesson is excluded. False for a warning.
        hint: how to mend it, probably: a code of the page's words, and the values for its placeholders.
    """

    file: str
    line: int
    code: FaultCode
    values: dict[str, str]
    hides: bool = True
    hint: Phrase | None = None

    @property
    def phrases(self) -> dict[str, Phrase]:
        """Those of its values that are English phrases, by name, so that pages can translate them."""
        found = {name: phrase_of(value) for name, value in self.values.items() if name in _PHRASED}
        return {name: phrase for name, phrase in found.items() if phrase is not None}

    def sentence(self, words: Mapping[str, str]) -> str:
        """Return the fault as a sentence in a language, given that language's words by key."""
        plain = join_lists(self.values, words)
        phrases = {
            name: words[f"lesson.phrase.{code}"].format_map(join_lists(values, words))
            for name, (code, values) in self.phrases.items()
        }
        sentence = words[f"lesson.fault.{self.code}"].format_map(plain | phrases)
        if self.hint is None:
            return sentence
        hint = words[f"lesson.hint.{self.hint.code}"].format_map(join_lists(self.hint.values, words))
        return words["lesson.fault.hinted"].format(reason=sentence, hint=hint)

    @property
    def reason(self) -> str:
        """The fault as an English sentence."""
        return self.sentence(words_in("en"))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class Faults:
    """Collects the faults of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(
        self,
        line: int,
        code: FaultCode,
        *,
        hint: Phrase | None = None,
        hides: bool = True,
        **values: object,
    ) -> None:
        """Add a fault; long values are shortened. For the arguments see `Fault`."""
        shown = {name: truncated(str(value)) for name, value in values.items()}
        if hint is not None:
            hint = hint._replace(values={name: truncated(value) for name, value in hint.values.items()})
        self.found.append(Fault(self.file, line, code, shown, hides, hint))
