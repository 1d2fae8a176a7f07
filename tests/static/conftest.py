"""A Node for tests of the page's JavaScript."""

import os
import re
import shutil
import subprocess

import pytest

MIN_NODE = (18, 19)
"""The first Node that recognises modules by their content (`--experimental-detect-module`)."""


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of a Node that can run the tests. Without one, fail in CI and skip elsewhere."""
    path = shutil.which("node") or shutil.which("nodejs")
    if path is None:
        return _missing("no Node was found: the tests of the page's JavaScript need one")
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", answer)[:2])
    if version < MIN_NODE:
        return _missing(
            f"Node {answer.strip()} is too old: {'.'.join(map(str, MIN_NODE))} or later is needed"
        )
    return path


def _missing(message: str) -> str:
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
