"""Which file of the engine may import which, and that each has its test."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "engine").glob("*.py"))
TABLES = {
    "activations",
    "datasets",
    "features",
    "initializers",
    "losses",
    "optimizers",
    "regularizers",
    "schedules",
}
LAYERS = [
    {"arrays", "choices", "errors", "streams"},
    TABLES,
    {"config"},
    {"catalogue", "network"},
    {"descent", "surface", "states"},
    {"trainer"},
]
# They hold names for others to use, and nothing that could go wrong.
UNTESTED = {"__init__", "arrays"}


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_imports_only_from_layers_below_its_own(path: Path) -> None:
    below: set[str] = set()
    for layer in LAYERS:
        if path.stem in layer:
            break
        below |= {f"engine.{name}" for name in layer}
    else:
        assert path.stem == "__init__", f"{path.name} has no layer"
    ours = {name for name in imports_of(path) if name.split(".")[0] in ("engine", "server", "tests")}
    assert ours <= below


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_has_its_test(path: Path) -> None:
    assert path.stem in UNTESTED or (ROOT / "tests" / "engine" / f"test_{path.stem}.py").exists()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_engine_has_no_input_or_output(path: Path) -> None:
    allowed = {"collections", "dataclasses", "enum", "functools", "itertools", "math", "sys", "typing"}
    third = {"engine", "numpy", "pydantic", "pydantic_core"}
    assert {name.split(".")[0] for name in imports_of(path)} <= allowed | third
