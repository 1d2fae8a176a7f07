"""What the README shows programs works as it stands."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.live import Live

pytestmark = pytest.mark.slow

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def block(name: str) -> str:
    """Return the indented block behind a marker."""
    found = re.search(rf"<!-- {name} -->\n\n((?:    .*\n|\n)+)", README)
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


def test_the_script_finds_a_learning_rate(live: Live, tmp_path: Path) -> None:
    *lines, best = run([sys.executable, "-"], block("script"), live, tmp_path).splitlines()
    assert lines[-8] == "35 of 35 runs"
    medians = {float(line.split()[0]): float(line.split()[1]) for line in lines[-7:] if " 0 diverged" in line}
    assert best == f"best: {min(medians, key=medians.__getitem__):g}"
    assert 0.003 <= float(best.removeprefix("best: ")) <= 0.3


@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("sh") is None, reason="curl is not installed"
)
def test_the_lines_for_curl(live: Live, tmp_path: Path) -> None:
    output = run(["sh", "-e"], block("curl").replace("curl ", "curl -sSf "), live, tmp_path)
    assert '"predictions":{"outputs":' in output
    assert '"ending":"reached"' in output
    assert "epoch,train_loss,test_loss" in output
    assert (tmp_path / "output.png").read_bytes().startswith(b"\x89PNG")
