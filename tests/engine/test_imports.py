"""Which file of the engine may import which; tests/test_architecture.py has the rest of the rules."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "engine").glob("*.py") if not path.stem.startswith("kernel"))
LAYERS = [
    {"arrays", "choices", "errors", "streams"},
    {"activations", "dropout", "features", "initializers", "losses", "optimizers", "points"},
    {"outputs", "regularizers", "samplers", "scaling", "schedules"},
    {"datasets"},
    {"config"},
    {"catalogue", "network", "states"},
    {"measures", "surface"},
    {"descent"},
    {"pictures"},
    {"fastest"},
    {"trainer"},
]
BESIDE = {"fastest", "trainer"}
"""They may use the compiled twin of what is below them."""


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            if node.module == "engine":
                names |= {f"engine.{alias.name}" for alias in node.names}
            else:
                names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_imports_only_from_layers_below_its_own(path: Path) -> None:
    below: set[str] = {"engine.kernels"} if path.stem in BESIDE else set()
    for layer in LAYERS:
        if path.stem in layer:
            break
        below |= {f"engine.{name}" for name in layer}
    else:
        assert path.stem == "__init__", f"{path.name} has no layer"
    ours = {name for name in imports_of(path) if name.split(".")[0] in ("engine", "server", "tests")}
    assert ours <= below
