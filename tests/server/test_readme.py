"""What the README shows programs works as it stands."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.live import Live

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
OF_LESSONS = (ROOT / "server/lessons/README.md").read_text("utf-8")


def block(name: str, text: str = README) -> str:
    """Return the indented block behind a marker."""
    found = re.search(rf"<!-- {name} -->\n\n((?:    .*\n|\n)+)", text)
    assert found is not None
    return "\n".join(line.removeprefix("    ") for line in found.group(1).splitlines())


def run(command: list[str], text: str, live: Live, folder: Path) -> str:
    text = text.replace("http://localhost:8000", live.url)
    assert live.url in text
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, cwd=folder, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_script_finds_a_learning_rate_and_predicts(live: Live, tmp_path: Path) -> None:
    lines = run([sys.executable, "-"], block("script"), live, tmp_path).splitlines()
    lines = lines[lines.index("35 of 35") + 1 :]
    medians = {float(line.split()[0]): float(line.split()[1]) for line in lines[:7] if " 0 diverged" in line}
    assert 0.003 <= min(medians, key=medians.__getitem__) <= 0.3
    predictions, shape = "".join(lines[7:]).rsplit(" (", 1)
    assert predictions.count("[") == 3
    assert shape == "100, 100)"


NEEDS_CURL = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("sh") is None, reason="curl is not installed"
)


@NEEDS_CURL
def test_an_author_of_a_lesson_measures_accuracies_from_ten_seeds(live: Live, tmp_path: Path) -> None:
    output = run(["sh", "-e"], block("figures", OF_LESSONS).replace("curl ", "curl -sSf "), live, tmp_path)
    (result,) = json.loads(output)["results"]
    assert result["test_accuracy"]["runs"] == 10
    assert 0.7 < result["test_accuracy"]["least"] <= result["test_accuracy"]["median"] < 0.9


@NEEDS_CURL
def test_the_lines_for_curl(live: Live, tmp_path: Path) -> None:
    output = run(["sh", "-e"], block("curl").replace("curl ", "curl -sSf "), live, tmp_path)
    assert '"predictions":{"outputs":' in output
    assert '"ending":"reached"' in output
    assert "epoch,train_loss,test_loss" in output
    assert (tmp_path / "output.png").read_bytes().startswith(b"\x89PNG")
