"""Rules of the repository that no linter states.

Which folder may import which: see pyproject.toml for Python and tests/static/test_folders.py for JavaScript.
"""

import re
import tomllib
from pathlib import Path

import pytest

from server.web.pages import Pages

ROOT = Path(__file__).parent.parent
JS = ROOT / "static" / "js"

# -- the top, the wheel, the page's weight

TOP = {"README.md", "pyproject.toml", "LICENSE", "server", "engine", "static", "templates", "tests"}
MADE = {"__pycache__", "build", "dist"}


def test_nothing_else_lies_at_the_top() -> None:
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in there - TOP - MADE if not name.endswith(".egg-info")} == set()
    assert there >= TOP


def test_the_wheel_carries_the_packages_and_the_page() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["engine", "server"]
    assert wheel["force-include"] == {
        "static": "server/_assets/static",
        "templates": "server/_assets/templates",
    }
    assert settings["project"]["scripts"] == {"tinkernet": "server.cli:main"}


SERVED = [
    path
    for folder in ("static", "templates")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".js", ".css", ".html", ".json", ".svg"}
]
NAMESPACES = re.compile(r"http://www\.w3\.org/[\w/]*")
FOREIGN = re.compile(r"https?://[^\s\"'`]+|(?:src|href)=[\"']//[^\"']+|url\(\s*[\"']?//[^)]+|@import[^;]+")


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_the_page_names_no_other_host(path: Path) -> None:
    assert FOREIGN.findall(NAMESPACES.sub("", path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", sorted(JS.rglob("*.js")), ids=lambda path: path.name)
def test_the_page_needs_no_secure_context_and_writes_no_markup(path: Path) -> None:
    text = path.read_text("utf-8")
    for word in ("randomUUID", "crypto.subtle", "innerHTML", "insertAdjacentHTML", "eval("):
        assert word not in text


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_the_page_weighs_less_than_250_kilobytes(locale: str) -> None:
    """All that it loads on opening is named in it; tools that few need come on first use."""
    page = Pages(ROOT).render(locale=locale, theme="light")
    named = set(re.findall(r'(?:href|src)="(static/[^"#]+)"', page))
    assert "static/js/app/main.js" in named
    assert len(page.encode()) + sum((ROOT / path).stat().st_size for path in named) < 250_000
