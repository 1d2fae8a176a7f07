"""Rules of the repository that no linter states.

Which folder may import which: see pyproject.toml for Python and tests/static/test_folders.py for JavaScript.
"""

import ast
import gzip
import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from server.web.bundles import Bundles
from server.web.renderer import PageRenderer

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


NAMESPACES = re.compile(r"http://www\.w3\.org/[\w/]*")
FOREIGN = re.compile(
    r"https?://[^\s\"'`]+|(?:src|href)=[\"']//[^\"']+|url\(\s*[\"']?//[^)]+|@import\s+[^{\s][^;]*"
)


def test_the_page_names_no_other_host() -> None:
    served = [
        path
        for folder in ("static", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".js", ".css", ".html", ".json", ".svg"}
    ]
    assert len(served) > 50
    foreign = {path: FOREIGN.findall(NAMESPACES.sub("", path.read_text("utf-8"))) for path in served}
    assert {path: found for path, found in foreign.items() if found} == {}


def test_the_page_needs_no_secure_context_and_writes_no_markup() -> None:
    words = ("randomUUID", "crypto.subtle", "innerHTML", "insertAdjacentHTML", "eval(")
    texts = {path: path.read_text("utf-8") for path in JS.rglob("*.js")}
    assert len(texts) > 50
    assert {(path, word) for path, text in texts.items() for word in words if word in text} == set()


@pytest.mark.parametrize("locale", sorted(path.stem for path in (ROOT / "static" / "i18n").glob("*.json")))
def test_opening_the_page_transfers_at_most_110_kilobytes(locale: str) -> None:
    """All that it loads is named in it and travels by gzip; tools that few need come on first use."""
    page = PageRenderer(ROOT).render(locale=locale, theme="light")
    named = {re.sub(r"/v-\w+", "", path) for path in re.findall(r'(?:href|src)="(static/[^"#]+)"', page)}
    assert "static/bundles/index/app/main.js" in named
    bundles = Bundles(ROOT / "static")
    texts = [
        (bundles.find(path.removeprefix("static/bundles/"), "") or "").encode()
        if "/bundles/" in path
        else (ROOT / path).read_bytes()
        for path in named
    ]
    files = sum(len(gzip.compress(text)) for text in texts)
    assert len(gzip.compress(page.encode())) + files <= 110_000


# -- the README


def test_what_the_readme_names_is_there() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"`((?:engine|server|static|templates|tests)/[\w./-]+)`", readme))
    assert len(named) > 20
    assert {path for path in named if not (ROOT / path).exists()} == set()


# -- sizes and names

MAX_LINES = 350


def test_no_source_file_is_longer_than_350_lines() -> None:
    files = [
        path
        for folder in ("engine", "server", "static")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js", ".css"} and "_assets" not in path.parts
    ]
    assert len(files) > 150
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


def test_no_public_class_name_stands_twice_in_the_server() -> None:
    """Two models of one name get long names in the OpenAPI document, which generated clients drop."""
    names = Counter(
        node.name
        for path in (ROOT / "server").rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert len(names) > 100
    assert {name for name, count in names.items() if count > 1} == set()


PRIVATE_WORDS = frozenset(
    (
        *(
            "MOST",
            "MOSTLY",
            "LEAST",
            "FEWEST",
            "LARGEST",
            "SMALLEST",
            "LONGEST",
            "SHORTEST",
            "FASTEST",
            "SLOWEST",
        ),
        *(
            "FARTHEST",
            "FURTHEST",
            "NEAREST",
            "WIDEST",
            "NARROWEST",
            "TALLEST",
            "THINNEST",
            "THICKEST",
            "FAINTEST",
        ),
        *("OFTEN", "EVERY", "PATIENCE", "USUAL"),
    )
)
"""Words for which constants use others: MAX_..., MIN_..., ..._INTERVAL, ..._TIMEOUT, DEFAULT_..."""

JS_CONSTANT = re.compile(r"\b(?:const|let) (?:\[([^\]=]*)\]|([\w$]+))")


def _constants(path: Path) -> set[str]:
    """Return the upper-case names that a module of Python or JavaScript assigns, also within classes."""
    text = path.read_text("utf-8")
    if path.suffix == ".js":
        declared = {
            name.strip() for names in JS_CONSTANT.findall(text) for name in ",".join(names).split(",")
        }
    else:
        nodes = ast.walk(ast.parse(text))
        declared = {
            node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
    return {name for name in declared if name.isupper()}


def test_constants_say_max_min_interval_timeout_and_default() -> None:
    files = [
        path
        for folder, suffix in (
            ("engine", "py"),
            ("server", "py"),
            ("tests", "py"),
            ("static", "js"),
            ("tests", "js"),
        )
        for path in (ROOT / folder).rglob(f"*.{suffix}")
        if "_assets" not in path.parts
    ]
    constants = {path.relative_to(ROOT).as_posix(): _constants(path) for path in files}
    assert sum(map(len, constants.values())) > 1000
    wrong = {
        f"{path}: {name}"
        for path, names in constants.items()
        for name in names
        if not PRIVATE_WORDS.isdisjoint(name.split("_"))
    }
    assert wrong == set()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "static" / "i18n").glob("*.json")), ids=lambda path: path.name
)
def test_no_text_stands_twice_in_a_language_file(path: Path) -> None:
    """JSON would silently take the last one."""
    names = [name for name, _ in json.loads(path.read_text("utf-8"), object_pairs_hook=list)]
    assert [name for name, count in Counter(names).items() if count > 1] == []
