"""What looks like a block of a lesson and is none is told, and never shown to learners as text."""

import pytest

from server.lessons.faults import Fault
from server.lessons.folder import SHIPPED, read_folder, read_lesson
from server.page_words import words_in
from tests.server.lessons.test_files import GOOD, HEADER, step

CHECK = 'text = "Train."\nepochs_at_least = 200\nsolution = { epochs = 200 }'
QUESTION = 'ask = "Why?"\nanswer = "So."'


def faults(text: str) -> list[Fault]:
    return [fault for fault in read_lesson("x", {"en": ("x/en.md", text.encode())})[1] if fault.hides]


def told(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in faults(text)]


def three(opening: str, closing: str, content: str = CHECK) -> str:
    """Return a lesson of three steps with a block in the first, on line 10, between these lines."""
    return (
        f"{HEADER}\n## One\n\nText.\n\n{opening}\n{content}\n{closing}\n\n"
        f"## Two\n\nMore.\n\n```question\n{QUESTION}\n```\n\n## Three\n\nEnd.\n"
    )


SIGNS = ("···", "｀｀｀", "'''", "‘‘‘", "’’’", "´´´", "”””", "～～～", "•••", "`·`")


@pytest.mark.parametrize("word", ["check", "question", "step", "predict", "Check", "chek"])
@pytest.mark.parametrize("signs", SIGNS)
def test_other_signs_than_backticks_are_told_with_the_word(signs: str, word: str) -> None:
    (fault,) = faults(three(f"{signs}{word}", signs))
    assert (fault.line, fault.code) == (10, "fence_sign")
    assert fault.values["kind"] in (word.lower(), "check")
    assert f"```{fault.values['kind']}" in fault.reason


@pytest.mark.parametrize(
    "opening", ["``check", "`check", "'''python", "···formula", "··· check", "    ```check", "  ···check"]
)
def test_too_few_backticks_an_indent_and_other_words_are_told_too(opening: str) -> None:
    assert told(three(opening, opening.rstrip("abcdefghijklmnopqrstuvwxyz "))) == [(10, "fence_sign")]


@pytest.mark.parametrize("opening", ["···check", "``check", "’’’check"])
def test_what_follows_from_a_wrong_beginning_is_not_told_too(opening: str) -> None:
    assert told(three(opening, "```")) == [(10, "fence_sign")]
    assert told(step(f"{opening}\n{CHECK}\n```")) == [(10, "fence_sign")]
    before = f"```question\n{QUESTION}\n\n### More\n\n```python\nprint(1)\n```"
    text = step(f"{before}\n\n{opening}\n{CHECK}\n```")
    assert told(text) == [(10, "block_end"), (20, "fence_sign")]


def test_fences_that_are_right_are_no_matter() -> None:
    for opening, closing in (("```", "```"), ("``` ", "````"), ("~~~", "~~~"), ("````", "````")):
        assert told(three(f"{opening}check", closing)) == []


@pytest.mark.parametrize("closing", ["···", "｀｀｀", "``", "’’’", "'''", "～～～", "", "Text."])
def test_a_block_without_its_end_is_told_where_it_begins(closing: str) -> None:
    (fault,) = faults(three("```check", closing))
    assert (fault.line, fault.code) == (10, "block_end")
    assert fault.hint is not None
    assert 14 <= int(fault.hint.values["line"]) <= 16, "where the end was meant, or the next step begins"
    assert "```check" in fault.reason
    assert fault.hint.values["line"] in fault.reason


def test_the_end_of_a_block_has_as_many_signs_as_its_beginning() -> None:
    (fault,) = faults(three("````check", "```"))
    assert (fault.line, fault.values["sign"]) == (10, "````")
    (fault,) = faults(three("```check", "~~~"))
    assert (fault.line, fault.values["sign"]) == (10, "```")


def test_a_middle_block_without_its_end_is_told_before_the_next() -> None:
    (fault,) = faults(step(f"```check\n{CHECK}\n\nMore.\n\n```question\n{QUESTION}\n```"))
    assert (fault.line, fault.code) == (10, "block_end")
    assert fault.hint is not None
    assert fault.hint.values == {"line": "17"}
    (fault,) = faults(step(f"```python\nprint(1)\n\n```check\n{CHECK}\n```"))
    assert (fault.line, fault.code) == (10, "block_end")


@pytest.mark.parametrize("text", [CHECK, QUESTION, "text = “T”", 'text ＝ "x"', "# all\nepochs_at_least = 2"])
@pytest.mark.parametrize(("opening", "closing"), [("```", "```"), ("~~~", "~~~")])
def test_code_without_a_name_that_reads_as_a_block_is_told(opening: str, closing: str, text: str) -> None:
    assert told(three(opening, closing, text)) == [(10, "fence_unnamed")]


def test_indented_code_that_reads_as_a_block_is_told() -> None:
    assert told(step("    " + CHECK.replace("\n", "\n    "))) == [(10, "fence_unnamed")]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (CHECK, [10]),
        (QUESTION, [10]),
        ("Text.\nsolution = { epochs = 200 }", [11]),
        ("epochs_at_least = 200\n\nMore.\n\nsetup = { noise = 3 }", [10, 14]),
        ("，，，check\n" + CHECK, [11]),
        ("hint＝“x”", [10]),
    ],
)
def test_rows_of_a_block_in_the_running_text_are_told(rows: str, lines: list[int]) -> None:
    assert told(step(rows)) == [(line, "fence_none") for line in lines]


def test_a_row_is_told_by_its_key_and_the_block_that_has_it() -> None:
    reasons = [fault.reason for fault in faults(step('``\ntext = "T"\n\nask = "Why?"\n``'))]
    assert [reason.partition("”")[0] for reason in reasons] == ["“text = …", "“ask = …"]
    assert "```check" in reasons[0]


@pytest.mark.parametrize(
    "text",
    [
        "```python\ntext = 'a'\nsolution = {1: 2}\n## A comment\n```",
        "```text\nsolution = { epochs = 200 }\n```",
        "```toml\nepochs_at_least = 3\n```",
        "```\nfor n in range(3):\n    print(n)\n```",
        "```\nloss = 0.5 * (y - t) ** 2\n```",
        "    w = w - rate * slope",
        f"````text\n```check\n{CHECK}\n```\n````",
        "Write `solution = 3` or `check`, or\n`step = 3` here.",
        "`check` is a word.",
        "“step”",
        "'check'",
        "······",
        "The speed = distance / time.",
        "speed = distance / time",
        "| a | b |\n|---|---|\n| speed = 3 | 4 |",
        '- "check": a word',
        '```check\ntext = """\n\'\'\'\nA\n## B\n"""\nedited = true\n```',
        "```check\n## A comment\ntext = 'x'\nedited = true\n```",
    ],
)
def test_real_code_and_real_text_stay_allowed(text: str) -> None:
    assert told(step(text)) == []


def test_no_shipped_lesson_has_any() -> None:
    assert read_folder(SHIPPED).faults == []


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
def test_all_of_it_has_words(locale: str) -> None:
    words = words_in(locale)
    for text in (three("···check", "···"), three("```check", ""), three("```", "```"), step(CHECK)):
        (fault,) = faults(text)
        sentence = fault.sentence(words)
        assert "```" in sentence
        assert "{got}" not in sentence
    assert told(GOOD) == []


@pytest.mark.parametrize("signs", ["···", "｀｀｀", "'''", "``"])
def test_whichever_fence_of_a_lesson_is_wrong_its_block_is_told_and_nothing_else(signs: str) -> None:
    rows = (SHIPPED / "circle" / "en.md").read_text("utf-8").split("\n")
    fences = [number for number, row in enumerate(rows) if row.startswith("```")]
    for start, end in zip(fences[::2], fences[1::2], strict=True):
        for wrong in ((start,), (end,), (start, end)):
            text = "\n".join(signs + row[3:] if n in wrong else row for n, row in enumerate(rows))
            assert [line for line, _ in told(text)] == [start + 1], (rows[start], wrong)
        for missing in (start, end):
            assert told("\n".join(row for n, row in enumerate(rows) if n != missing)), (rows[start], missing)
    everywhere = "\n".join(signs + row[3:] if n in fences else row for n, row in enumerate(rows))
    assert [line for line, _ in told(everywhere)] == [start + 1 for start in fences[::2]]
