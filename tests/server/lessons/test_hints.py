"""The likeliest mistakes of authors are told with how to put them right, on the line where they were made."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.lessons.faults import Fault
from server.lessons.folder import MAX_LESSONS, read_folder, read_lesson
from server.lessons.library import Library, merge_folders
from server.lessons.phrases import HINTS
from server.page_words import words_in
from tests.server.lessons.test_files import GOOD, HEADER, step

SLIPS: dict[str, tuple[int, str]] = {
    'title = "T"\nsummary = "He said "hi" to me."': (2, "quote_inside"),
    'summary = "他说"你好"。"': (1, "quote_inside"),
    'summary = "他"说"，然后"笑"。"': (1, "quote_inside"),
    'choices = ["the "big" one", "b"]': (1, "quote_inside"),
    'choices = ["he said "yes"", "b"]': (1, "quote_inside"),
    'summary = ""hi" he said"': (1, "quote_inside"),
    'summary = "He said "hi there."': (1, "quotes_odd"),
    'choices = ["a, "b"]': (1, "quotes_odd"),
    "title = 'It's'": (1, "apostrophe"),
    'title = "T\nsummary = "S"': (1, "closing_quote"),
    'title = T"': (1, "closing_quote"),
    'a = 1\ntext = """x\ny\nb = 2': (2, "closing_triple"),
    "a = [1, 2\nb = 3": (1, "closing_bracket"),
    'choices = [\n"a",\n"b"\n"c"\n]': (3, "comma"),
    "a = [1 2]": (1, "comma"),
    'choices = ["a" "b"]': (1, "comma"),
    'setup = { dataset = "xor" activation = "relu" }': (1, "comma"),
    "setup = { noise = 3 seed = 4 }": (1, "comma"),
    "title = “T”": (1, "wide_sign"),
    'text = “He said "hi"”': (1, "wide_sign"),
    'title = "T”\nb = 2': (1, "wide_sign"),
    'title ＝ "T"': (1, "wide_sign"),
    'title："T"': (1, "wide_sign"),
    "a = [1，2]": (1, "wide_sign"),
    'choices = ["1"，"2"]': (1, "wide_sign"),
    "a = ［1, 2］": (1, "wide_sign"),
    "a = ３": (1, "wide_sign"),
    'title　= "T"': (1, "wide_space"),
    "a =\u00a03": (1, "wide_space"),
    "edited = True": (1, "boolean"),
    "display = { show_test = False }": (1, "boolean"),
    "edited = yes": (1, "boolean"),
    'title: "T"': (1, "colon"),
    'setup = { dataset: "xor" }': (1, "colon"),
    "a == 3": (1, "double_equals"),
    'title "T"': (1, "equals"),
    "learning rate = 3": (1, "key_space"),
    "setup = { hidden layers = [3] }": (1, "key_space"),
    "noise = 30%": (1, "number_alone"),
    "rate = 0,3": (1, "decimal_point"),
    "setup = { rate = 0,3, noise = 2 }": (1, "decimal_point"),
    "rate = .5": (1, "decimal_point"),
    "a = 1, 2": (1, "brackets"),
    'a = "x", "y"': (1, "brackets"),
    "setup = {\n noise = 1,\n seed = 2\n}": (1, "table_one_line"),
    "setup = { noise = 1, }": (1, "table_one_line"),
    'title = "T",': (1, "end_sign"),
    "a = 1;": (1, "end_sign"),
    "title = My lesson": (1, "text_quotes"),
    "title = 我的课，第一讲": (1, "text_quotes"),
    "lock = [noise, dataset]": (1, "text_quotes"),
    "speed = max": (1, "text_quotes"),
}
"""TOML that is none: the line of the slip, and the code of the hint."""
SLIP_CASES = [(text, line, hint) for text, (line, hint) in SLIPS.items()]


def faults(text: str, name: str = "en") -> list[Fault]:
    return read_lesson("x", {name: (f"x/{name}.md", text.encode())})[1]


def hints(text: str) -> list[str]:
    return [fault.hint.code for fault in faults(text) if fault.hint is not None]


@pytest.mark.parametrize(("toml", "line", "hint"), SLIP_CASES)
def test_a_slip_in_toml_is_told_on_its_line(toml: str, line: int, hint: str) -> None:
    (fault,) = faults(f"+++\n{toml}\n+++\n\n## One\n\nText.\n")
    assert (fault.code, fault.line) == ("toml", line + 1)
    assert fault.hint is not None
    assert fault.hint.code == hint
    (within,) = (each for each in faults(step(f"```step\n{toml}\n```")) if each.code == "toml")
    assert (within.line, within.hint) == (line + 10, fault.hint)


@pytest.mark.parametrize(
    "toml",
    [
        'title = "He said \\"hi\\" to me."',
        "title = 'He said \"hi\"'",
        'title = "“T”，《X》：１＋１"',
        'title = """\nHe said "hi"\n"""',
        "title = 'T' # it isn\"t “so”",
    ],
)
def test_what_is_written_well_is_no_slip(toml: str) -> None:
    text = f'+++\n{toml}\nsummary = "S"\n+++\n\n## One\n\nText.\n'
    assert [fault.code for fault in faults(text)] == ["translation"]


@pytest.mark.parametrize(
    ("block", "hint", "words"),
    [
        ('```step\nsetup = { dataset = "moon" }\n```', "did_you_mean", "moons"),
        ('```step\nsetup = { activation = "ReLU" }\n```', "did_you_mean", "relu"),
        ('```step\nsetup = { features = ["x1", "x1x2"] }\n```', "did_you_mean", "x1_x2"),
        ('```step\nrace = { optimizer = "adm" }\n```', "did_you_mean", "adam"),
        ('```step\npanel = "trainings"\n```', "did_you_mean", "training"),
        ('```step\nhighlight = ["Play"]\n```', "did_you_mean", "play"),
        ('```predict\nask = "x"\nnumber = {}\nmeasure = "epoch"\n```', "did_you_mean", "epochs"),
        ('```check\ntext = "x"\nsettings.activation = "sigmoyd"\n```', "did_you_mean", "sigmoid"),
        ('```check\ntext = "x"\nsettings.loss = { one_of = ["Huber"] }\n```', "did_you_mean", "huber"),
        ('```check\ntext = "x"\nonly_features = ["x1", "x1x2"]\n```', "did_you_mean", "x1_x2"),
        ('```chek\ntext = "x"\n```', "did_you_mean", "check"),
        ('```step\nsetup = { noise = "30" }\n```', "unquoted", "30"),
        ('```step\ndisplay = { show_test = "true" }\n```', "unquoted", "true"),
        ("```predict\nask = 3\nnumber = {}\n```", "quoted", '"3"'),
        ("```step\nsetup = { hidden_layers = 3 }\n```", "bracketed", "[3]"),
        ('```step\nlock = "noise"\n```', "bracketed", '["noise"]'),
        ('```check\ntext = "x"\naccuracy_at_least = 95\n```', "fraction", "0.95"),
        (
            '```check\ntext = "x"\nedited = true\nsolution = { change = { activation = "tahn" } }\n```',
            "did_you_mean",
            "tanh",
        ),
    ],
)
def test_a_value_that_is_not_one_is_told_what_was_meant(block: str, hint: str, words: str) -> None:
    (fault,) = (each for each in faults(step(block)) if each.hides)
    assert fault.hint is not None
    assert fault.hint.code == hint
    assert words in "".join(fault.hint.values.values())
    assert fault.reason.endswith(words_in("en")[f"lesson.hint.{hint}"].format_map(fault.hint.values))


def test_of_a_number_or_a_word_the_word_is_guessed() -> None:
    assert hints(step('```step\nspeed = "Max"\n```')) == ["did_you_mean"]
    assert hints(step('```step\nspeed = "10"\n```')) == ["unquoted"]


@pytest.mark.parametrize("speed", ['"Max"', '"fast"', '"10"', "0", "-3", "true", "[1]"])
def test_a_mistyped_speed_is_one_fault(speed: str) -> None:
    (fault,) = (each for each in faults(step(f"```step\nspeed = {speed}\n```")) if each.hides)
    assert (fault.line, fault.values["key"]) == (11, "speed")
    if speed == '"fast"':
        assert fault.reason == 'speed: expected a number or "max", got fast.'


def test_names_of_lessons_files_and_languages_are_guessed_too(tmp_path: Path) -> None:
    linked = GOOD.replace("https://example.org", "lesson:nuron").replace(
        "+++\n\n##", 'after = ["circel"]\n+++\n\n##'
    )
    for file, text in {"x.en.md": linked, "x.zh-cn.md": GOOD, "My Lesson.en.md": GOOD}.items():
        (tmp_path / file).write_text(text, "utf-8")
    told = {
        (fault.file, fault.code, fault.line, fault.hint.values["names"])
        for fault in Library(tmp_path).content().faults
        if fault.hint is not None
    }
    assert told == {
        ("x.en.md", "lesson_link", 9, "neuron"),
        ("x.en.md", "lesson_link", 4, "circle"),
        ("x.zh-cn.md", "language", 1, "zh-CN"),
        ("My Lesson.en.md", "name", 1, "my-lesson"),
    }


def test_two_files_for_one_language_are_told_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "en.md").write_text(GOOD, "utf-8")
    (tmp_path / "x.en.md").write_text("another", "utf-8")
    content = merge_folders([read_folder(tmp_path)])
    assert content.lessons["x"].texts["en"].title == "T"
    (fault,) = (fault for fault in content.faults if fault.hides)
    assert (fault.file, fault.code, fault.values["got"]) == ("x.en.md", "twice", "x/en.md")


def two(first: str, second: str) -> list[Fault]:
    """Return the faults of a lesson in English and in Chinese."""
    files: dict[str, tuple[str, bytes | OSError]] = {
        "en": ("x.en.md", first.encode()),
        "zh-CN": ("x.zh-CN.md", second.encode()),
    }
    return [fault for fault in read_lesson("x", files)[1] if fault.hides]


@pytest.mark.parametrize(("first", "second", "counts"), [(1, 2, "1 step,2 steps"), (3, 1, "3 steps,1 step")])
def test_of_unequal_steps_both_files_are_named_and_none_is_blamed(
    first: int, second: int, counts: str
) -> None:
    texts = [HEADER + "".join(f"\n## {n}\n\nText.\n" for n in range(many)) for many in (first, second)]
    (fault,) = two(*texts)
    assert fault.code == "structure"
    one, other = counts.split(",")
    assert f"x.en.md has {one}, x.zh-CN.md has {other}" in fault.reason
    assert f"x.en.md 有 {first} 步，x.zh-CN.md 有 {second} 步" in fault.sentence(words_in("zh-CN"))


def test_of_unequal_blocks_both_files_are_named_with_their_lines() -> None:
    question = '```question\nask = "Why?"\nanswer = "So."\n```'
    (fault,) = two(step(f"More.\n\n{question}"), step("More."))
    assert fault.code == "structure_blocks"
    assert "x.en.md (line 6) has question, x.zh-CN.md (line 6) has no block" in fault.reason
    assert "x.zh-CN.md（第 6 行）：没有代码块" in fault.sentence(words_in("zh-CN"))
    (fault,) = two(step("More."), step("```step\nspeed = 2\n```"))
    assert (fault.values["expected"], fault.values["got"]) == ("no block", "step")


@pytest.mark.parametrize("wrong", [0, 1])
def test_of_two_files_the_one_with_a_wrong_fence_is_told_alone(wrong: int) -> None:
    texts = [step(f'```question\nask = "Why?"\nanswer = "So."\n```\n\n## {n}\n\nText.') for n in (1, 2)]
    assert two(*texts) == []
    texts[wrong] = texts[wrong].replace("```", "···")
    (fault,) = two(*texts)
    assert (fault.file, fault.code) == (("x.en.md", "x.zh-CN.md")[wrong], "fence_sign")


PIECES = st.sampled_from(
    [
        *"[]{}=:,.#\"'\\\n \t-_%0１“”，：　aA真",
        *('"""', "'''", "True", "0,3", 'a = "', "a = [", "a = {", " = "),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_no_toml_is_told_within_the_file(toml: str) -> None:
    for fault in faults(f"+++\n{toml}\n+++\n\n## One\n\nText.\n"):
        assert 1 <= fault.line <= toml.count("\n") + 8
        assert fault.reason


@pytest.mark.parametrize(
    "row", ["a = a" + " " * 60_000 + "=", "a" + " a" * 30_000 + "=", '"' * 60_001, "{" * 60_000]
)
def test_a_very_long_row_is_read_in_no_time(row: str) -> None:
    assert [fault.code for fault in faults(f"+++\n{row}\n+++\n\n## One\n\nText.\n")] == ["toml"]


def test_a_file_that_is_not_called_as_one_of_a_lesson_is_told(tmp_path: Path) -> None:
    now = [0.0]
    library = Library(tmp_path, clock=lambda: now[0])
    assert library.content().faults == []
    (tmp_path / "y").mkdir()
    for file in (
        "circle.md",
        "x.zh-TW.md.txt",
        "y/en.md.txt",
        "README.md",
        "_draft.md",
        ".x.md",
        "notes.pdf",
    ):
        (tmp_path / file).write_text(GOOD, "utf-8")
    now[0] = 1.0
    assert {(fault.file, fault.code, fault.values["expected"]) for fault in library.content().faults} == {
        ("circle.md", "file_name", "circle.en.md"),
        ("x.zh-TW.md.txt", "file_name", "x.zh-TW.md"),
        ("y/en.md.txt", "file_name", "en.md"),
    }


def test_a_lesson_in_place_of_a_shipped_one_is_remarked(tmp_path: Path) -> None:
    (tmp_path / "circle.zh-CN.md").write_text(GOOD, "utf-8")
    (tmp_path / "my-circle.en.md").write_text(GOOD, "utf-8")
    content = Library(tmp_path).content()
    assert content.lessons["circle"].texts.keys() == {"zh-CN"}
    (fault,) = (each for each in content.faults if each.code == "replaces")
    assert (fault.file, fault.line, fault.hides) == ("circle.zh-CN.md", 1, False)
    assert "circle" in fault.sentence(words_in("zh-TW"))
    assert [each for each in Library().content().faults if each.code == "replaces"] == []


def test_a_folder_that_is_cut_is_told(tmp_path: Path) -> None:
    for number in range(MAX_LESSONS + 2):
        (tmp_path / f"n{number:03}.en.md").write_text(f"{HEADER}\n## One\n\nText.\n", "utf-8")
    content = read_folder(tmp_path)
    assert len(content.lessons) == MAX_LESSONS
    (fault,) = (each for each in content.faults if each.code != "translation")
    assert (fault.file, fault.code, fault.hides) == (f"n{MAX_LESSONS:03}.en.md", "folder_full", True)
    assert f"{MAX_LESSONS + 2}" in fault.sentence(words_in("zh-CN"))
    (tmp_path / "n000.en.md").unlink()
    (tmp_path / "n001.en.md").unlink()
    assert {each.code for each in read_folder(tmp_path).faults} == {"translation"}


def test_empty_lines_before_the_header_are_nothing() -> None:
    assert [(fault.code, fault.line) for fault in faults("\n\n" + GOOD)] == [("translation", 1)]
    (fault,) = faults("\n\n" + GOOD.replace('title = "T"', "title = T"))
    assert (fault.code, fault.line) == ("toml", 4)


@pytest.mark.parametrize("name", ["zh-CN", "zh-TW"])
def test_a_translation_alone_is_told_that_it_is_one(name: str) -> None:
    (fault,) = (each for each in faults(step('```check\ntext = "x"\n```'), name) if each.hides)
    assert (fault.code, fault.hint and fault.hint.code) == ("empty_check", "alone")
    assert hints(step('```check\ntext = "x"\n```')) == [], "English is first wherever it is there"


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
def test_every_hint_has_words(locale: str) -> None:
    words = words_in(locale)
    assert {key for key in words if key.startswith("lesson.hint.")} == {
        f"lesson.hint.{code}" for code in HINTS
    }
    for toml, _, code in SLIP_CASES:
        (fault,) = faults(f"+++\n{toml}\n+++\n\n## One\n\nText.\n")
        assert "{" not in fault.sentence(words), code


def test_the_header_of_this_file_is_good() -> None:
    assert [fault.code for fault in faults(f"{HEADER}\n## One\n\nText.\n")] == ["translation"]
