"""Runs all tests of the page's JavaScript in one Node process."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.catalogue import catalogue
from server.errors.codes import ErrorCode
from server.goals.goals import PART_KINDS

pytestmark = pytest.mark.medium

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
FILES = sorted(FOLDER.rglob("*.test.js"))
OLDEST = (18, 19)
"""The first Node that recognises modules by their content (`--experimental-detect-module`)."""
FACTS = json.dumps({"catalogue": catalogue(), "errorCodes": list(ErrorCode), "goalKinds": PART_KINDS})


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of a Node that can run the tests. Without one, fail in CI and skip elsewhere."""
    path = shutil.which("node") or shutil.which("nodejs")
    if path is None:
        return _missing("no Node was found: the tests of the page's JavaScript need one")
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", answer)[:2])
    if version < OLDEST:
        return _missing(f"Node {answer.strip()} is too old: {'.'.join(map(str, OLDEST))} or later is needed")
    return path


def _missing(message: str) -> str:
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def test_javascript(node: str) -> None:
    assert len(FILES) > 10
    run = subprocess.run(
        [
            node,
            *("--experimental-detect-module", "--no-warnings", "--test-reporter=spec"),
            str(FOLDER / "run.js"),
            *map(str, FILES),
        ],
        check=False,
        cwd=ROOT,
        env={**os.environ, "TINKERNET_FACTS": FACTS},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    if run.returncode != 0:
        _, heading, failures = run.stdout.rpartition("failing tests:")
        pytest.fail(heading + failures + run.stderr, pytrace=False)
