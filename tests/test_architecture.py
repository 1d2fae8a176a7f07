"""The house's rules: who may import whom, where tests stand, what lies at the top, what the page may load."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from server.pages import Pages

ROOT = Path(__file__).parent.parent
JS = ROOT / "static" / "js"

Graph = Mapping[str, frozenset[str]]
"""For each module, the modules that it imports itself."""


# -- what imports what


def _python_imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, with `from package import module` as package.module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            module = node.module or ""
            yield module
            for alias in node.names:
                if (ROOT / module.replace(".", "/") / f"{alias.name}.py").exists():
                    yield f"{module}.{alias.name}"


def _python_graph() -> Graph:
    files = [path for package in ("engine", "server") for path in (ROOT / package).rglob("*.py")]
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in files]
    return {name: frozenset(_python_imports(path)) for name, path in zip(names, files, strict=True)}


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


PYTHON = _python_graph()
JAVASCRIPT = _javascript_graph()


@pytest.mark.parametrize("module", sorted(PYTHON))
def test_no_python_module_imports_itself_through_others(module: str) -> None:
    assert module not in _reached(PYTHON, module)


@pytest.mark.parametrize("module", sorted(JAVASCRIPT))
def test_no_javascript_module_imports_itself_through_others(module: str) -> None:
    assert module not in _reached(JAVASCRIPT, module)


# -- the engine

CONCEPTS = (
    *("activations", "losses", "regularizers", "initializers"),
    *("features", "datasets", "optimizers", "schedules"),
)
ENGINE_ORDER = ("config", "network", "surface", "kernels", "fastest", "trainer")
ENGINE_MAY_USE = {"numpy", "numba", "llvmlite", "pydantic", "pydantic_core"}
STANDARD = {
    "abc",
    "collections",
    "contextlib",
    "dataclasses",
    "enum",
    "functools",
    "itertools",
    "math",
    "operator",
    "sys",
    "types",
    "typing",
}
LOADING_MAY_USE = STANDARD | {
    *("atexit", "hashlib", "importlib", "llvmlite", "logging", "os", "pathlib", "subprocess", "tempfile"),
    "threading",
    "filelock",
    "platformdirs",
}
"""Compiled code is cached on the disk, and brought from there in the background."""


@pytest.mark.parametrize("module", sorted(name for name in PYTHON if name.startswith("engine.")))
def test_the_engine_knows_nothing_of_the_server_and_does_no_input_or_output(module: str) -> None:
    foreign = {name.split(".")[0] for name in PYTHON[module]} - {"engine", *ENGINE_MAY_USE}
    standard = LOADING_MAY_USE if module == "engine.kernel_loading" else STANDARD
    assert foreign <= standard


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_concept_stands_alone(concept: str) -> None:
    others = {f"engine.{name}" for name in (*CONCEPTS, *ENGINE_ORDER) if name != concept}
    assert not _reached(PYTHON, f"engine.{concept}") & others


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(ENGINE_ORDER)))
def test_the_engine_is_built_in_one_direction(earlier: str, later: str) -> None:
    after = ENGINE_ORDER[ENGINE_ORDER.index(later) :]
    assert not _reached(PYTHON, f"engine.{earlier}") & {f"engine.{name}" for name in after}


# -- the server

SERVER_ORDER = (
    ("settings", "protocol"),
    ("session",),
    ("host",),
    ("websocket", "api", "rest", "pages"),
    ("classroom.install", "classroom.pages"),
    ("app",),
    ("cli",),
)
FOR_ALL = {"engine", "engine.config", "engine.errors", "engine.catalogue"}
REACHES_THE_ENGINE = {
    "session": "it owns a trainer",
    "composer": "the session's pictures",
    "compiled": "loads the compiled engine",
    "offers": "samples of the datasets, for REST and the page",
    "courses": "tell from metrics whether a goal is reached",
    "given": "points that a program gives, as a dataset",
    "networks": "a session's network as it was, to be asked at leisure",
}
PURE = (
    *("session", "composer", "views", "history", "records", "protocol", "frames", "faults"),
    *("classroom.rules", "classroom.goals", "classroom.ranking", "classroom.tasks", "classroom.ready"),
    *("classroom.looks", "classroom.nicknames"),
)
CLASSROOM_VALUES = ("rules", "goals", "ranking", "tasks", "ready", "rooms", "states", "nicknames", "codes")
"""What a room is, without who runs it."""
OUTER_WORLD = {
    "asyncio",
    "threading",
    "time",
    "socket",
    "fastapi",
    "starlette",
    "uvicorn",
    "websockets",
    "datetime",
}


@pytest.mark.parametrize("level", range(len(SERVER_ORDER) - 1))
def test_the_server_is_built_in_one_direction(level: int) -> None:
    after = {f"server.{name}" for later in SERVER_ORDER[level + 1 :] for name in later}
    for name in SERVER_ORDER[level]:
        assert not _reached(PYTHON, f"server.{name}") & after, name


@pytest.mark.parametrize("module", sorted(name for name in PYTHON if name.startswith("server.")))
def test_the_engine_is_reached_through_the_session(module: str) -> None:
    if module.removeprefix("server.") in REACHES_THE_ENGINE:
        return
    assert {name for name in PYTHON[module] if name.split(".")[0] == "engine"} <= FOR_ALL


@pytest.mark.parametrize("name", PURE)
def test_a_session_knows_no_sockets_threads_or_clock(name: str) -> None:
    reached = {module.split(".")[0] for module in _reached(PYTHON, f"server.{name}")}
    assert not reached & OUTER_WORLD


@pytest.mark.parametrize("name", CLASSROOM_VALUES)
def test_what_a_room_is_knows_nothing_of_who_runs_it(name: str) -> None:
    reached = _reached(PYTHON, f"server.classroom.{name}")
    assert not reached & {"server.host", "server.storage", "server.websocket", "server.classroom.registry"}


@pytest.mark.parametrize("name", ["settings", "session", "host", "websocket", "api", "rest"])
def test_trainings_know_nothing_of_classrooms_but_their_rules(name: str) -> None:
    reached = {each for each in _reached(PYTHON, f"server.{name}") if each.startswith("server.classroom")}
    assert reached <= {"server.classroom.rules"}


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

WITHOUT_TESTS = {
    "engine.__init__": "empty",
    "engine.arrays": "names of types",
    "server.__init__": "empty",
    "server.__main__": "starts cli",
    "server.classroom.__init__": "empty",
}
IN_THE_BROWSER = {"again.js", "main.js", "address.js", "choices.js", "early.js", "remember.js", "theme.js"}


@pytest.mark.parametrize("module", sorted(PYTHON))
def test_each_python_module_has_its_tests(module: str) -> None:
    *packages, name = module.split(".")
    folder = "/".join(packages)
    exists = (ROOT / "tests" / folder / f"test_{name}.py").exists()
    assert exists or module in WITHOUT_TESTS, f"tests/{folder}/test_{name}.py is missing"
    assert not (exists and module in WITHOUT_TESTS), f"{module} has tests now: strike it off the list"


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
