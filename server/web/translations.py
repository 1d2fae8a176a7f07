"""Translations: chooses a visitor's language, and the texts that each page's script needs."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

DEFAULT_LOCALE = "en"
NAMES = {"en": "English", "zh-CN": "简体中文", "zh-TW": "繁體中文"}
"""Languages by their own names. A language without a name here is shown by its code."""

PageName = Literal["index", "join", "classroom", "projector", "lessons"]

_TRADITIONAL_CHINESE = {"hant", "tw", "hk", "mo"}
"""Scripts and regions in language tags, such as zh-Hant-HK, of those who read Traditional Chinese."""

_IN_TEMPLATES = (
    "app.",
    "article.",
    "first.",
    "gate.",
    "panel.",
    "skip.",
)
"""Prefixes of keys of texts that the playground's script does not need at its start: they are in the HTML."""
_LOADED_LATER = re.compile(
    r"(error|hint|group|images|keys|lesson|looking|connection|share|customPoints|table|column|room|join|teach|wall|task|inside|descent|race)\."
    r"|choice\.dataset\.digits$|message\.(summary\.images|noDigits)$|choice\.(optimizer|schedule|initializer|loss|scaling|output|normalization|residual)\."
    r"|control\.(step\w+|reset|newWeights|speed|features|\w+Layer|show\w+|decisionLine|logScale|discretize|language|theme"
    r"|share|help|table|inside|race|swapRival|keepRival|endRace|descent|restore|closeAdvanced|output|weight|neuron|bias|dataset|noise|pointsNoise|batchSize|trainPercent|classes|problem"
    r"|activation|regularization)\.label$"
    r"|message\.(cop\w+|compiling|diverged[\w.]*|noInputs|lastInput|anew|reconnected|linkGone)$"
    r"|(control|readout)\.[\w.]+\.help$|edit\.help$|readout\.from$"
)
"""Keys of the texts of tooltips, panels, dialogs and errors, and of control labels used only there or in the
HTML. The playground loads them when it first needs one."""

_OF_JOIN_PAGE = ("join.", "app.", "message.unreached", "message.blocked", "message.full")
_OF_LESSON_LIST = ("lesson.progress", "lesson.of", "lesson.continue", "lesson.notKept")
_NOT_OF_CLASSROOM_PAGE = ("article.", "gate.", "keys.")


def find_locales(folder: Path) -> list[dict[str, str]]:
    """Return {"code": ..., "name": ...} of each language with a file in a folder; the default comes first."""
    codes = {path.stem for path in folder.glob("*.json")}
    ordered = sorted(codes, key=lambda code: (code != DEFAULT_LOCALE, code))
    return [{"code": code, "name": NAMES.get(code, code)} for code in ordered]


def words_for_script(page: PageName, words: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that the script of a page needs at its start, by key."""
    return {key: text for key, text in words.items() if _is_needed(page, key)}


def _is_needed(page: PageName, key: str) -> bool:
    if page == "lessons":
        return key in _OF_LESSON_LIST
    if page == "join":
        return key.startswith(_OF_JOIN_PAGE)
    if page in {"classroom", "projector"}:
        return not key.startswith(_NOT_OF_CLASSROOM_PAGE)
    return not key.startswith(_IN_TEMPLATES) and not _LOADED_LATER.match(key)


def choose_locale(codes: list[str], query: str | None, cookie: str | None, accepted: str | None) -> str:
    """Return a visitor's language: that of the URL, else of an earlier choice, else of the browser.

    Args:
        codes: the codes of the available languages.
        query: the language in the URL's query, such as "zh".
        cookie: the language chosen on an earlier visit.
        accepted: the value of the header `Accept-Language`, such as "de, zh-TW;q=0.8".
    """
    for wanted in (query, cookie, *_preferences(accepted or "")):
        code = _best_match(codes, wanted or "")
        if code is not None:
            return code
    return DEFAULT_LOCALE


def _best_match(codes: list[str], wanted: str) -> str | None:
    """Return the same language, else one in the same script, else one with the same first part, else None.

    For example, from en, zh-CN and zh-TW: zh-TW for zh-HK, zh-CN for zh-SG, en for en-GB.
    """
    wanted = wanted.strip().lower()
    for same in (str.lower, _language_and_script, _language):
        for code in codes:
            if same(code) == same(wanted):
                return code
    return None


def _language(tag: str) -> str:
    return tag.lower().split("-")[0]


def _language_and_script(tag: str) -> tuple[str, bool]:
    """Return the language of a tag, and whether it is Chinese in traditional characters.

    A tag that names a script, such as zh-Hans-HK, is in that script wherever it is read.
    """
    language, *others = tag.lower().split("-")
    traditional = language == "zh" and "hans" not in others and not _TRADITIONAL_CHINESE.isdisjoint(others)
    return language, traditional


def _preferences(accepted: str) -> list[str]:
    """Return the languages of an `Accept-Language` header, the most preferred first."""
    preferences = []
    for part in accepted.split(",")[:50]:
        language, _, parameter = part.partition(";")
        match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", parameter)
        quality = float(match[1]) if match else 1.0
        if quality > 0:
            preferences.append((quality, language))
    return [language for _, language in sorted(preferences, key=lambda preference: -preference[0])]
