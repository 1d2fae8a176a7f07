"""Files of lessons, good and bad: each fault has its file, line and reason, and the others still load."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.lessons.folder import read_folder, read_lesson
from server.lessons.library import Library, merge_folders
from server.lessons.source import MAX_BYTES

HEADER = '+++\ntitle = "T"\nsummary = "S"\n+++\n'
GOOD = f"""{HEADER}
## One

Text with $x^2$ and a [link](https://example.org).

```step
setup = {{ dataset = "xor", hidden_layers = [3] }}
lock = ["dataset"]
reason = "Why."
```

```predict
ask = "How many?"
choices = ["1", "2"]
measure = "neurons"
outcome = "Two."
```

```question
ask = "Why?"
answer = "So."
```

```check
text = "Do it."
hint = "Like this."
test_loss_at_most = 0.1
settings.activation = {{ one_of = ["relu", "tanh"] }}
fresh = {{ runs = 10, solved = 7, epochs = 100 }}
```

## Two

More.
"""


def found(text: str | bytes, **others: str) -> list[tuple[int, str]]:
    """Return line and code of each fault that hides a file, of one in English and of `others`."""
    content = text.encode() if isinstance(text, str) else text
    files: dict[str, tuple[str, bytes | OSError]] = {"en": ("x/en.md", content)}
    files |= {name.replace("_", "-"): (f"x/{name}.md", each.encode()) for name, each in others.items()}
    _, faults, _ = read_lesson("x", files)
    return [(fault.line, fault.code) for fault in faults if fault.hides]


def test_a_good_file_has_no_faults() -> None:
    assert found(GOOD) == []
    assert found(GOOD.replace("\n", "\r\n").encode("utf-8-sig")) == []


def step(block: str) -> str:
    return f"{HEADER}\n## One\n\nText.\n\n{block}\n"


BAD: dict[str, tuple[str | bytes, list[tuple[int, str]]]] = {
    "no header": ("## One\n\nText.\n", [(1, "header")]),
    "header without an end": ('+++\ntitle = "T"\n', [(1, "header")]),
    "header that is no TOML": ('+++\ntitle = "T"\nsummary = oh\n+++\n## One\n\nText.\n', [(3, "toml")]),
    "header without a summary": ('+++\ntitle = "T"\n+++\n## One\n\nText.\n', [(2, "missing_key")]),
    "unknown key of the header": (
        HEADER.replace("summary", "colour"),
        [(5, "steps"), (2, "missing_key"), (3, "unknown_key")],
    ),
    "no steps": (HEADER, [(5, "steps")]),
    "text before the first step": (f"{HEADER}\nHello.\n\n## One\n\nText.\n", [(6, "text_place")]),
    "heading of the first level": (f"{HEADER}\n## One\n\n# Big\n", [(8, "heading")]),
    "a heading without a space": (f"{HEADER}\n## One\n\nText.\n##Two\n\nText.\n", [(9, "heading_space")]),
    "a full-width heading": (f"{HEADER}\n## One\n\nText.\n\n＃＃ Two\n", [(10, "heading_space")]),
    "not UTF-8": (GOOD.encode("utf-16"), [(1, "encoding")]),
    "1 MB of text": (HEADER + "## One\n\n" + "a " * 500_000, [(1, "long")]),
    "a long step": (f"{HEADER}\n## One\n\n" + "words " * 1000, [(6, "long")]),
    "HTML": (step("a <b>bold</b> word"), [(10, "html"), (10, "html")]),
    "a script": (step("<script>alert(1)</script>"), [(10, "html")]),
    "a picture": (step("![x](https://example.org/x.png)"), [(10, "image")]),
    "a script in a link": (step("[x](javascript:alert(1))"), [(10, "link")]),
    "data in a link": (step("[x](data:text/html,x)"), [(10, "link")]),
    "a link to a file": (step("[x](/etc/passwd)"), [(10, "link")]),
    "a formula": (step("$x^$"), [(10, "formula")]),
    "a long formula": (step("```formula\n" + "x + " * 100 + "x\n```"), [(10, "formula")]),
    "an unknown block": (step("```chek\n```"), [(10, "block")]),
    "a block in a list": (step("- a\n\n  ```check\n  text = 1\n  ```"), [(12, "block_place")]),
    "a block without end": (step('```check\ntext = "x"\nedited = true'), [(10, "block_end")]),
    "two step blocks": (step("```step\n```\n\n```step\n```"), [(13, "block_twice")]),
    "block that is no TOML": (step("```check\ntext = \n```"), [(11, "toml")]),
    "an unknown setting": (step("```step\nspeed = 2\nsetup = { noize = 3 }\n```"), [(12, "unknown_key")]),
    "a bad setting": (step('```step\nsetup = { activation = "relo" }\n```'), [(11, "value")]),
    "an unknown lock": (step('```step\nlock = ["noise", "bla"]\n```'), [(11, "value")]),
    "an unknown panel": (step('```step\npanel = "windows"\n```'), [(11, "value")]),
    "setup and change": (step("```step\nsetup = {}\nchange = { noise = 5 }\n```"), [(12, "value")]),
    "a race for another prize": (
        step("```step\nspeed = 2\nrace = { noize = 3 }\n```"),
        [(12, "unknown_key")],
    ),
    "a race of a bad setting": (step('```step\nrace = { activation = "relo" }\n```'), [(11, "value")]),
    "a race on other data": (step("```step\nspeed = 2\nrace = { noise = 3 }\n```"), [(12, "value")]),
    "a race of handwriting": (
        step('```step\nsetup = { problem = "images" }\nrace = {}\n```'),
        [(12, "value")],
    ),
    "an empty check": (step('```check\ntext = "x"\n```'), [(11, "empty_check")]),
    "an unknown condition": (step('```check\ntext = "x"\nloss = 1\n```'), [(12, "unknown_key")]),
    "an unknown setting in a check": (
        step('```check\ntext = "x"\nsettings.noize = 1\n```'),
        [(12, "unknown_key")],
    ),
    "an impossible value in a check": (
        step('```check\ntext = "x"\nsettings.activation = "relo"\n```'),
        [(12, "value")],
    ),
    "an impossible check": (
        step('```check\ntext = "x"\nmost_neurons = 2\nneurons_at_least = 3\n```'),
        [(13, "impossible")],
    ),
    "a check of what is locked": (
        step(
            '```step\nlock = ["activation"]\n```\n\n```check\ntext = "x"\nsettings.activation = "relu"\n```'
        ),
        [(16, "impossible")],
    ),
    "more solved than runs": (
        step('```check\ntext = "x"\ntest_loss_at_most = 1\nfresh = {runs = 2, solved = 3, epochs = 9}\n```'),
        [(13, "value")],
    ),
    "a prediction of nothing": (step('```predict\nask = "x"\n```'), [(11, "missing_key")]),
    "one choice": (step('```predict\nask = "x"\nchoices = ["1"]\n```'), [(12, "value")]),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD)
def test_a_bad_file_has_its_fault_on_its_line(text: str | bytes, expected: list[tuple[int, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("block", "meant"),
    [
        ("```step\nsetup = { learningrate = 3 }\n```", "learning_rate"),
        ('```step\nlock = ["learningrate"]\n```', "learning_rate"),
        ('```step\nhighlght = ["play"]\n```', "highlight"),
        ('```check\ntext = "x"\ntest_loss_below = 1\n```', "test_loss_at_most, test_loss_at_least"),
        ('```check\ntext = "x"\nsettings.noize = 1\n```', "noise"),
    ],
)
def test_a_mistyped_name_is_told_what_it_may_mean(block: str, meant: str) -> None:
    _, faults, _ = read_lesson("x", {"en": ("x/en.md", step(block).encode())})
    assert [fault.values["expected"] for fault in faults if fault.hides] == [meant]


def translation(text: str = GOOD) -> str:
    """Return the good file with its texts alone."""
    texts = "title|summary|reason|ask|choices|outcome|answer|text|hint"
    return re.sub(rf"^(?!{texts})\w[\w.]* = .*\n", "", text, flags=re.MULTILINE)


def test_a_translation_has_nothing_but_texts() -> None:
    assert "test_loss" not in translation()
    lesson, faults, _ = read_lesson(
        "x", {"en": ("x/en.md", GOOD.encode()), "zh-CN": ("x/zh-CN.md", translation().encode())}
    )
    assert lesson is not None
    assert list(lesson.texts) == ["en", "zh-CN"]
    assert [(fault.code, fault.hides) for fault in faults] == [("translation", False)]
    first, second = (lesson.texts[language].steps[0] for language in ("en", "zh-CN"))
    assert (first.block, first.config, first.checks) == (second.block, second.config, second.checks)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("## Two\n\nMore.\n", ""), (1, "structure")),
        (("```question\n", "```check\n"), (6, "structure_blocks")),
        (('choices = ["1", "2"]', 'choices = ["1", "2", "3"]'), (16, "differs")),
        (('ask = "Why?"\n', ""), (21, "missing_key")),
        (('text = "Do it."', 'text = "Do it."\ntest_loss_at_most = 0.2'), (27, "differs")),
    ],
)
def test_a_translation_that_differs_is_left_out(change: tuple[str, str], expected: tuple[int, str]) -> None:
    text = translation().replace(*change)
    assert text != translation()
    lesson, faults, _ = read_lesson(
        "x", {"en": ("x/en.md", GOOD.encode()), "zh-CN": ("x/zh-CN.md", text.encode())}
    )
    assert lesson is not None
    assert list(lesson.texts) == ["en"]
    told = [(fault.file, fault.line, fault.code) for fault in faults if fault.hides]
    assert ("x/zh-CN.md", *expected) in told


def test_lessons_that_come_after_each_other_in_a_circle_are_left_out(tmp_path: Path) -> None:
    after = {"a": "b", "b": "c", "c": "a", "d": "a", "e": "nowhere"}
    for name, other in after.items():
        text = GOOD.replace("+++\n\n##", f'after = ["{other}"]\n+++\n\n##')
        (tmp_path / f"{name}.en.md").write_text(text, "utf-8")
    content = merge_folders([read_folder(tmp_path)])
    assert list(content.lessons) == ["d", "e"]
    told = {(fault.file, fault.code, fault.hides) for fault in content.faults if fault.code != "translation"}
    assert told == {
        *((f"{name}.en.md", "cycle", True) for name in "abc"),
        ("d.en.md", "lesson_link", False),
        ("e.en.md", "lesson_link", False),
    }
    assert {fault.line for fault in content.faults if fault.code != "translation"} == {4}, "that of `after`"


def test_a_bad_lesson_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "en.md").write_text(GOOD, "utf-8")
    (tmp_path / "bad.en.md").write_text("nothing", "utf-8")
    (tmp_path / "Bad Name.en.md").write_text(GOOD, "utf-8")
    (tmp_path / "good" / "fr.md").write_text(GOOD, "utf-8")
    content = Library(tmp_path).content()
    assert {"good", "neuron"} <= content.lessons.keys()
    told = {(fault.file, fault.code) for fault in content.faults if fault.hides}
    assert told == {("bad.en.md", "header"), ("Bad Name.en.md", "name"), ("good/fr.md", "language")}


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    now = [0.0]
    library = Library(tmp_path, clock=lambda: now[0])
    assert "x" not in library.content().lessons
    (tmp_path / "x.en.md").write_text(GOOD, "utf-8")
    assert "x" not in library.content().lessons
    now[0] = 1.0
    assert library.content().lessons["x"].texts["en"].title == "T"
    (tmp_path / "x.en.md").write_text(GOOD.replace('"T"', '"Other"'), "utf-8")
    now[0] = 2.0
    assert library.content().lessons["x"].texts["en"].title == "Other"
    (tmp_path / "x.en.md").unlink()
    now[0] = 3.0
    assert "x" not in library.content().lessons


PIECES = st.sampled_from(
    [
        *GOOD.splitlines(keepends=True),
        "<script>alert(1)</script>\n",
        "<img src=x onerror=alert(1)>\n",
        "[x](javascript:alert(1))\n",
        "[x]: javascript:alert(1)\n[x]\n",
        "<javascript:alert(1)>\n",
        "$<script>$ ${{{{$\n",
        '```formula\n"<b onclick=x>"\n```\n',
        "```\n<script>\n```\n",
        "    <script>\n",
        "- " * 50 + "\n",
        "> " * 50 + "x\n",
        "\x00\ud7ff\n",
        "a = [[[[[[\n",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_whatever_is_in_a_file_its_text_can_do_nothing(text: str) -> None:
    content = (HEADER + "\n## One\n\n" + text).encode()[:MAX_BYTES]
    lesson, faults, _ = read_lesson("x", {"en": ("x/en.md", content)})
    lines = content.decode().count("\n") + 1
    assert all(1 <= fault.line <= lines and fault.reason for fault in faults)
    if lesson is None:
        assert any(fault.hides for fault in faults)
        return
    for each in lesson.texts["en"].steps:
        for part in each.parts:
            if isinstance(part, str):
                tags = re.findall(r"<([^>]*)>", part)
                assert not any(re.search(r"script|onerror|onclick|img|style", tag) for tag in tags), part
                links = [html.unescape(href) for href in re.findall(r'href="([^"]*)"', part)]
                assert all(re.match("https?://|#", href) for href in links), links
