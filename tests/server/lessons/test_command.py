"""The command `tinkernet lessons`: what is wrong in the words of the page, and trials of solutions."""

import re
from pathlib import Path

import pytest

from server.cli import main
from server.page_words import words_in
from tests.server.lessons.test_files import HEADER

MOONS = f"""{HEADER}
## One

Text.

```step
setup = {{ dataset = "gaussian", hidden_layers = [] }}
```

```check
text = "Train."
accuracy_at_least = 0.9
solution = {{ epochs = 20, seeds = 9 }}
```

```check
text = "No solution."
epochs_at_least = 1
```
"""


def told(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = main(["lessons", str(folder), *options])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh-CN", "zh-TW"])
def test_the_command_says_what_the_page_says(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.en.md").write_text(MOONS.replace("gaussian", "gausian"), "utf-8")
    (tmp_path / "good.en.md").write_text(MOONS, "utf-8")
    code, out = told(tmp_path, capsys, "--language", language)
    words = words_in(language)
    assert code == 1
    assert "good: 1 step, en\n" in out
    bad, remarks = out.split(words["lesson.list.faultsShown"])
    assert words["lesson.list.faultsHide"] in bad
    assert f"bad.en.md:11: {'' if language == 'en' else 'setup.dataset：'}" in bad
    names = words["lesson.fault.pair"].format(one="gaussian", other="multi-gaussian")
    assert words["lesson.hint.did_you_mean"].format(names=names) in bad
    assert "good.en.md:1: " in remarks


def test_a_solution_is_tried_from_ten_seeds_with_its_losses_and_accuracies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "moons.en.md").write_text(MOONS, "utf-8")
    code, out = told(tmp_path, capsys, "--try")
    assert code == 0
    assert "moons, step 1: Train.\n  reached from 10 of 10 seeds; at least 9 should\n" in out
    assert "  test_accuracy   median  100.0%, from " in out
    assert "  test_loss       median " in out
    assert "No solution.\n  no solution to try" in out
    (tmp_path / "moons.en.md").write_text(MOONS.replace("epochs = 20", "epochs = 0"), "utf-8")
    code, out = told(tmp_path, capsys, "--try", "moons")
    assert (code, "reached from 0 of 10 seeds" in out) == (1, True)
    code, out = told(tmp_path, capsys, "--try", "another")
    assert (code, "no lesson another" in out) == (1, True)


README = (Path(__file__).parents[3] / "server/lessons/README.md").read_text("utf-8")


def test_the_example_of_the_readme_is_a_lesson_with_the_figures_that_it_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"<!-- lesson -->\n\n((?:    .*\n|\n)+)", README)
    text = re.sub("^    ", "", example, flags=re.MULTILINE)
    (tmp_path / "two-lines.en.md").write_text(text, "utf-8")
    code, out = told(tmp_path, capsys, "--try", "two-lines")
    assert code == 0
    assert out.count("two-lines.en.md:") == 1, "the other languages are missing, and nothing else is wrong"
    (shown,) = re.findall(r"^    (two-lines, step 1: (?:.*\n)+?)\n", README, re.MULTILINE)
    accuracies = r"test_accuracy   median   (\d+)\.\d%, from (\d+)\.\d% to (\d+)\."
    written, measured = (re.findall(accuracies, each)[0] for each in (shown, out))
    assert all(abs(int(one) - int(other)) <= 3 for one, other in zip(written, measured, strict=True))
