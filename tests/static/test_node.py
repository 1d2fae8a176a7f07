"""Runs the page's JavaScript tests with Node: one test here for each file of tests."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.catalogue import catalogue
from server.errors.codes import ErrorCode

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
FILES = sorted(FOLDER.rglob("*.test.js"))
OLDEST = (18, 19)
"""The first Node that tells modules from scripts by what they hold, when asked to."""
FACTS = json.dumps({"catalogue": catalogue(), "errorCodes": list(ErrorCode)})


@pytest.fixture(scope="session")
def node() -> str:
    """Find a Node that can run the tests. Without one, tests fail in CI and are skipped elsewhere."""
    path = shutil.which("node") or shutil.which("nodejs")
    if path is None:
        return _missing("no Node was found: the tests of the page's JavaScript need one")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    if version < OLDEST:
        return _missing(f"Node {said.strip()} is too old: {'.'.join(map(str, OLDEST))} or later is needed")
    return path


def _missing(message: str) -> str:
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def test_there_are_tests() -> None:
    assert len(FILES) > 10


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_javascript(node: str, file: Path) -> None:
    run = subprocess.run(
        [node, "--experimental-detect-module", "--no-warnings", "--test", "--test-reporter=spec", str(file)],
        check=False,
        cwd=ROOT,
        env={**os.environ, "TINKERNET_FACTS": FACTS},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    if run.returncode != 0:
        pytest.fail(run.stdout + run.stderr, pytrace=False)
