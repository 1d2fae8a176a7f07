"""What is wrong with a lesson is said in the page's language, with what was expected."""

import json
from pathlib import Path

import pytest

from server.lessons.faults import Fault
from server.lessons.folder import read_lesson
from server.lessons.phrases import CODES, is_plain, phrase_of
from tests.server.lessons.test_files import BAD, HEADER, step

WORDS = {
    locale: json.loads((Path(__file__).parents[3] / f"static/i18n/{locale}.json").read_text("utf-8"))
    for locale in ("en", "zh-CN", "zh-TW")
}

STEPS = """\
setup = { noise = 200 }
setup = { noise = "a" }
setup = { hidden_layers = [0] }
setup = { hidden_layers = 3 }
setup = { learning_rate = nan }
setup = { dataset = "moon" }
setup = { dataset = "plane" }
setup = { problem = "regression", dataset = "circle" }
setup = { features = [] }
setup = { batch_size = 1.5 }
setup = { normalization = ["batch_norm_before"] }
setup = { layers = [{ kind = "conv" }] }
setup = 3
speed = 0
speed = "fast"
display = { show_test = 3 }
highlight = ["a"]
panel = 3
reason = ""
lock = ["a","b"
speed = = 3
speed = "a
a b = 2
speed = 2 3
setup = { a = 1, a = 2 }
setup = { a = 1
[a
reason = "\\q"
"""
CHECKS = """\
fresh = { runs = 2, solved = 1, epochs = 5 }
accuracy_at_least = 3
only_features = ["a"]
settings = 3
settings.noise = { at_least = 3, at_most = 2 }
settings.features = { contains = ["q"] }
"""
FORMULAS = ("$a}$", "${a$", "$/b$", '$"a$', "$x_1_2$", "$" + "{" * 60 + "a" + "}" * 60 + "$")
TEXTS: list[str | bytes] = [
    *(text for text, _ in BAD.values()),
    *(step(f"```step\n{line}\n```") for line in STEPS.splitlines()),
    *(step(f'```check\ntext = "x"\n{line}\n```') for line in CHECKS.splitlines()),
    *map(step, FORMULAS),
    HEADER.replace('"T"', f'"{"x" * 200}"'),
    f"{HEADER}\n## {'x' * 130}\n\nText.\n\n##\n\nText.",
]


def faults(text: str | bytes) -> list[Fault]:
    content = text if isinstance(text, bytes) else text.encode()
    return read_lesson("x", {"en": ("x/en.md", content)})[1]


def test_nothing_that_was_expected_stays_in_english() -> None:
    found = [fault for text in TEXTS for fault in faults(text)]
    told = {
        value
        for fault in found
        for name, value in fault.values.items()
        if name in ("expected", "detail", "key") and phrase_of(value) is None and not is_plain(value)
    }
    assert told == set()
    assert len({phrase.code for fault in found for phrase in fault.phrases.values()}) > 35


@pytest.mark.parametrize("locale", WORDS)
def test_every_phrase_has_words_with_its_values(locale: str) -> None:
    assert {key for key in WORDS[locale] if key.startswith("lesson.phrase.")} == {
        f"lesson.phrase.{code}" for code in CODES
    }
    for text in TEXTS:
        for fault in faults(text):
            assert fault.sentence(WORDS[locale])  # with all the values that its words name


def test_a_fault_in_chinese() -> None:
    (fault,) = (each for each in faults(step("```step\nsetup = { noise = 200 }\n```")) if each.hides)
    assert fault.sentence(WORDS["zh-CN"]) == "setup.noise：应为 至多 80，实际是 200。"
    assert fault.reason == "setup.noise: expected at most 80, got 200."
    (fault,) = (each for each in faults(step("```check\ntext = \n```")) if each.hides)
    assert fault.sentence(WORDS["zh-TW"]).endswith("值不正確；文字要放在引號裡。")


@pytest.mark.parametrize("text", ["relu", "24", "[1, 2] and 3", "Something that nobody knows."])
def test_what_is_no_phrase_stays_as_it_is(text: str) -> None:
    assert phrase_of(text) is None
    assert text in Fault("x", 1, "toml", {"detail": text}).sentence(WORDS["zh-CN"])


def test_lists_of_names_are_joined_as_the_language_does_it() -> None:
    fault = Fault("x", 1, "unknown_key", {"got": "x", "expected": "x1, x2, …"})
    assert "x1、x2、…" in fault.sentence(WORDS["zh-CN"])
    assert "x1, x2, …" in fault.reason
    (fault,) = (each for each in faults(step('```step\npanel = "x"\n```')) if each.hides)
    assert "training、point" in fault.sentence(WORDS["zh-TW"])
