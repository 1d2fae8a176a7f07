"""Rules of the repository that no linter states. Which Python folder may import which: see pyproject.toml."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from server.web.pages import Pages

ROOT = Path(__file__).parent.parent
JS = ROOT / "static" / "js"

Graph = Mapping[str, frozenset[str]]
"""For each module, the modules that it imports itself."""


# -- what imports what


IMPORT = re.compile(
    r"""\b(?:import|export)\s+(?:[\w$*{},\s]+?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']"""
)


def _javascript_graph() -> Graph:
    graph = {}
    for path in JS.rglob("*.js"):
        found = set()
        for one, other in IMPORT.findall(path.read_text("utf-8")):
            specifier = one or other
            assert re.match(r"\.\.?/.*\.js$", specifier), (
                f"{path} imports {specifier}, which no browser finds"
            )
            target = (path.parent / specifier).resolve()
            assert target.exists(), f"{path} imports {specifier}, which is not there"
            found.add(target.relative_to(JS).as_posix())
        graph[path.relative_to(JS).as_posix()] = frozenset(found)
    return graph


def _reached(graph: Graph, start: str) -> frozenset[str]:
    """Everything that a module imports, itself or through others."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for module in graph.get(waiting.pop(), frozenset()):
            if module not in seen:
                seen.add(module)
                waiting.append(module)
    return frozenset(seen)


JAVASCRIPT = _javascript_graph()


@pytest.mark.parametrize("module", sorted(JAVASCRIPT))
def test_no_javascript_module_imports_itself_through_others(module: str) -> None:
    assert module not in _reached(JAVASCRIPT, module)


# -- the page

VIEWS_MAY_USE = {"color.js", "scale.js", "format.js", "i18n.js", "shape.js", "fields.js", "experiments.js"}
LEAVES = (
    *("store", "protocol", "hash", "i18n", "format", "scale", "color", "shape", "experiments"),
    *("fields", "pointcode"),
)


@pytest.mark.parametrize("view", sorted(name for name in JAVASCRIPT if name.startswith("views/")))
def test_a_view_uses_only_views_and_the_small_modules(view: str) -> None:
    assert {name for name in JAVASCRIPT[view] if not name.startswith("views/")} <= VIEWS_MAY_USE


@pytest.mark.parametrize("module", sorted(name for name in JAVASCRIPT if "/" not in name))
def test_only_main_uses_views_and_nobody_uses_main(module: str) -> None:
    assert "main.js" not in JAVASCRIPT[module]
    if module != "main.js":
        assert not {name for name in _reached(JAVASCRIPT, module) if name.startswith("views/")}


@pytest.mark.parametrize("name", LEAVES)
def test_the_small_modules_stand_alone(name: str) -> None:
    assert JAVASCRIPT[f"{name}.js"] == frozenset()


# -- where tests stand

IN_THE_BROWSER = {"again.js", "main.js", "address.js", "choices.js", "early.js", "remember.js", "theme.js"}


@pytest.mark.parametrize("module", sorted(JAVASCRIPT))
def test_each_javascript_module_has_its_tests_or_is_seen_in_the_browser(module: str) -> None:
    exists = (ROOT / "tests" / "static" / module.replace(".js", ".test.js")).exists()
    assert exists or module in IN_THE_BROWSER or module.startswith(("views/", "classroom/"))
    assert not (exists and module in IN_THE_BROWSER)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "static").rglob("*.test.js")), ids=lambda path: path.name
)
def test_no_javascript_test_is_left_without_its_module(path: Path) -> None:
    module = path.relative_to(ROOT / "tests" / "static").as_posix().replace(".test.js", ".js")
    assert module in JAVASCRIPT or module == "words.js"


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
    assert "static/js/main.js" in named
    assert len(page.encode()) + sum((ROOT / path).stat().st_size for path in named) < 250_000
