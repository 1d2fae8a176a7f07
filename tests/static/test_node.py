"""Runs all tests of the page's JavaScript in one Node process."""

import json
import os
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
FACTS = json.dumps({"catalogue": catalogue(), "errorCodes": list(ErrorCode), "goalKinds": PART_KINDS})


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
