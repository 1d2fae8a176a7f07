import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from server.version import VERSION, find_version

PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


def test_the_version_is_the_projects() -> None:
    assert tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"] == VERSION


def test_a_checkout_that_is_not_installed_knows_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", absent)
    assert find_version() == VERSION
