"""Translatable phrases in faults: each English phrase as a stable code with values.

What was expected comes in English from Pydantic, the TOML parser or this package. The patterns here recognize
each such phrase, so that pages can put it into their language.
"""

import re
from typing import NamedTuple

_PATTERNS = {
    # bounds and types
    "more_than": r"more than (?P<n>\S+)",
    "less_than": r"less than (?P<n>\S+)",
    "characters_at_least": r"at least (?P<n>\d+) characters?",
    "characters_at_most": r"at most (?P<n>\d+) characters?",
    "entries_at_least": r"at least (?P<n>\d+) (?:entry|entries)",
    "entries_at_most": r"at most (?P<n>\d+) (?:entry|entries)",
    "at_least": r"at least (?P<n>\S+)",
    "at_most": r"at most (?P<n>\S+)",
    "finite": r"a finite number",
    "integer": r"an integer",
    "smaller": r"a smaller (?:integer|number)",
    "number": r"a number",
    "number_or": r"a number or '(?P<name>\w+)'",
    "boolean": r"true or false",
    "string": r"a string",
    "table": r"an object",
    "list": r"a list",
    "value": r"(?:a|another) value",
    "for_each_layer": r"one for each of the (?P<n>\d+) hidden layers, or none",
    "some_of": r"some of (?P<names>.+)",
    # of lessons
    "the_file": r"The file",
    "step_title": r"The step's title",
    "step_text": r"The step's text",
    "bytes": r"(?P<n>\d+) bytes",
    "nothing": r"nothing",
    "name": r"small letters, digits and -",
    "choices_or_number": r"choices or number, one of both,",
    "no_setup": r"no setup beside it",
    "both": r"both",
    "same_points": r"no change, as both train on the same points",
    "no_images": r"a network that takes points",
    "first_language": r"the first language",
    "of_first_language": r"what the first language has",
    "steps": r"(?P<n>\d+) steps",
    "one_step": r"1 step",
    "no_block": r"no block",
    "different_choices": r"two to six different choices",
    "solved": r"no more solved than runs",
    "fresh_goal": r"test_loss_at_most or accuracy_at_least, for fresh runs to reach",
    # formulas
    "formula": r"a formula",
    "less_nesting": r"less nesting",
    "at_the_end": r"(?P<sign>\S+) at the end",
    "nothing_to_close": r"nothing before (?P<sign>\S+) to close",
    "above_fraction": r"something above /",
    "one_mark": r"one (?P<sign>\S+) at most",
    "formula_part": r"a letter, a number or (?P<part>\{\.\.\.\})",
    # checks that no training can reach
    "bounds_cross": r"(?P<low>\w+ = \S+) is above (?P<high>\w+ = \S+)",
    "condition_crosses": r"(?P<name>[\w.]+): at_least is above at_most",
    "no_accuracy": r"(?P<name>\w+): regression has no accuracy",
    "neurons_locked": r"hidden_layers are locked at (?P<n>\d+) neurons",
    "weights_locked": r"edited: the weights are locked",
    "layers_locked": r"(?P<name>\w+): hidden_layers are locked at (?P<n>\d+) layers",
    "features_locked": r"only_features: features are locked at (?P<names>.+)",
    "epochs_of_fresh": r"epochs_at_least is above the epochs of fresh runs",
    "setting_locked": r"(?P<name>\w+) is locked at (?P<value>.+)",
    # TOML
    "toml_value": r"Invalid value",
    "toml_twice": r"Duplicate inline table key .+|Cannot (?:overwrite|declare|redefine|mutate) .+",
    "toml_equals": r"Expected '=' after a key in a key/value pair",
    "toml_bracket": r"Expected '\]\]?' at the end of an? (?:table|array) declaration",
    "toml_line_end": r"Expected newline or end of document after a statement",
    "toml_list_open": r"Unclosed array(?: at its end)?",
    "toml_table_open": r"Unclosed inline table(?: at its end)?",
    "toml_text_open": r"Unterminated string(?: at its end)?|Expected [\"'].*",
    "toml_backslash": r"Unescaped '\\+' in a string.*|Invalid hex value|Escaped character is .+",
    "toml_sign": r"(?:Illegal|Found invalid) character (?P<sign>.+)",
    "toml_key": r"Invalid (?:initial character for a key part|statement)",
    "toml_date": r"Invalid date or datetime",
}

_COMPILED = {code: re.compile(pattern) for code, pattern in _PATTERNS.items()}
_CHOICES = re.compile(r"'[^']*'(?:, '[^']*')*(?: or '[^']*')?")
_NAMES = re.compile(r"[\w.\[\]-]+(?:, [\w.\[\]-]+)*(?:, )?…?")

CODES = (*_PATTERNS, "one_of")
"""The codes of all phrases, which are keys of the page's words."""

HINTS = (
    *("did_you_mean", "unquoted", "quoted", "bracketed", "fraction", "alone"),
    *("quote_inside", "quotes_odd", "apostrophe", "closing_quote", "closing_triple", "closing_bracket"),
    *("wide_sign", "wide_space", "boolean", "colon", "double_equals", "equals", "key_space", "comma"),
    *("number_alone", "decimal_point", "brackets", "table_one_line", "end_sign", "text_quotes"),
    "fence_before",
)
"""The codes of hints, which say how to mend a fault; they are keys of the page's words, too."""


class Phrase(NamedTuple):
    """A phrase: its code, and the values for the placeholders in its text."""

    code: str
    values: dict[str, str]


def phrase_of(text: str) -> Phrase | None:
    """Return the phrase for an English text; None for names, numbers and unknown texts."""
    for code, pattern in _COMPILED.items():
        found = pattern.fullmatch(text)
        if found:
            return Phrase(code, found.groupdict())
    if text.startswith("'") and _CHOICES.match(text):
        names = ", ".join(re.findall(r"'([^']*)'", text)) + ("…" if text.endswith("…") else "")
        return Phrase("one_of", {"names": names})
    return None


def is_plain(text: str) -> bool:
    """Return whether a text is a number, a name or a list of names, which need no words."""
    return _NAMES.fullmatch(text) is not None
