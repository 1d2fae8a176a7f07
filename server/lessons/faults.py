"""What is wrong with a lesson's file: where, and a reason that the page can put into words."""

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
"""What can be wrong, by stable names, which are keys of the page's words."""

_PHRASED = ("key", "expected", "got", "detail")


def near_names(name: str, known: Sequence[str]) -> list[str]:
    """Return the known names that a mistyped one may mean, whatever its capitals, spaces, `-` and `_`."""
    plain: dict[str, str] = {}
    for each in known:
        plain.setdefault(_plain(each), each)
    if (same := plain.get(_plain(name))) is not None:
        return [same]
    return [plain[each] for each in get_close_matches(_plain(name), plain)]


def names_like(name: str, known: Sequence[str]) -> str:
    """Return the known names that a mistyped one may mean, all of them if none is like it."""
    return ", ".join(near_names(name, known) or known)


def did_you_mean(name: str, known: Sequence[str]) -> Phrase | None:
    """Return the hint that names what a mistyped name may mean; None if nothing is like it."""
    near = near_names(name, known)
    return Phrase("did_you_mean", {"names": ", ".join(near)}) if near else None


def listed(values: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """Return values in which lists of names are joined as a language does it."""
    comma = words["lesson.fault.pair"].format(one="", other="")
    return {name: each.replace(", ", comma) if is_plain(each) else each for name, each in values.items()}


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")


class Fault(NamedTuple):
    """Something wrong with a lesson.

    Attributes:
        file: the path of the file, relative to the folder of lessons.
        line: the line's number, from 1.
        code: what is wrong.
        values: what stands in the code's text.
        hides: whether the lesson, or the file, is left out because of it; otherwise it is a remark.
        hint: how it is probably put right, as a code of the page's words and the values in them.
    """

    file: str
    line: int
    code: FaultCode
    values: dict[str, str]
    hides: bool = True
    hint: Phrase | None = None

    @property
    def phrases(self) -> dict[str, Phrase]:
        """Those of its values that are phrases in English, for pages to put into words of their own."""
        found = {name: phrase_of(value) for name, value in self.values.items() if name in _PHRASED}
        return {name: phrase for name, phrase in found.items() if phrase is not None}

    def told(self, words: Mapping[str, str]) -> str:
        """Return what is wrong in the words of a language, by their keys."""
        plain = listed(self.values, words)
        phrases = {
            name: words[f"lesson.phrase.{code}"].format_map(listed(values, words))
            for name, (code, values) in self.phrases.items()
        }
        sentence = words[f"lesson.fault.{self.code}"].format_map(plain | phrases)
        if self.hint is None:
            return sentence
        hint = words[f"lesson.hint.{self.hint.code}"].format_map(listed(self.hint.values, words))
        return words["lesson.fault.hinted"].format(reason=sentence, hint=hint)

    @property
    def reason(self) -> str:
        """What is wrong in English, in the words of the page."""
        return self.told(words_in("en"))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class Faults:
    """The faults found so far in one file."""

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
        """Note a fault; long values are shortened."""
        shown = {name: truncated(str(value)) for name, value in values.items()}
        if hint is not None:
            hint = hint._replace(values={name: truncated(value) for name, value in hint.values.items()})
        self.found.append(Fault(self.file, line, code, shown, hides, hint))
