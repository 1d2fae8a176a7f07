"""The order of the folders of `static/js/`, checked from the import lines of its modules."""

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
JS = ROOT / "static" / "js"

TIERS = (
    {"net", "state", "settings"},
    {"link", "ui"},
    {"descent", "images", "inside", "models", "tables"},
    {"views"},
    {"classroom/shared"},
    {"classroom/learner", "classroom/projector", "classroom/teacher", "lessons"},
    {"app"},
)
"""The folders, lowest first. A module imports from its own folder and from lower tiers only."""

IMPORT = re.compile(
    r"""\b(?:import|export)\s+(?:[\w$*{},\s]+?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']"""
)
TYPE_IMPORT = re.compile(r"""/\*\*(?:(?!\*/).)*?\*/""", re.DOTALL)
"""Comments with JSDoc: types may be imported from anywhere, since nothing of that is left at run time."""


def _imports() -> Mapping[str, set[str]]:
    """Return the modules that each module imports, as paths under `static/js/`."""
    graph = {}
    for path in JS.rglob("*.js"):
        found = set()
        for static, dynamic in IMPORT.findall(TYPE_IMPORT.sub("", path.read_text("utf-8"))):
            specifier = static or dynamic
            assert re.match(r"\.\.?/.*\.js$", specifier), f"{path}: a browser cannot resolve {specifier}"
            target = (path.parent / specifier).resolve()
            assert target.exists(), f"{path} imports {specifier}, which does not exist"
            found.add(target.relative_to(JS).as_posix())
        graph[path.relative_to(JS).as_posix()] = found
    return graph


IMPORTS = _imports()


def _folder(module: str) -> str:
    return module.rpartition("/")[0]


def _tier(module: str) -> int:
    return next(index for index, folders in enumerate(TIERS) if _folder(module) in folders)


def test_every_module_lives_in_a_folder_of_the_order() -> None:
    assert {_folder(module) for module in IMPORTS} == set().union(*TIERS)


def test_imports_run_downwards() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in IMPORTS.items()
        for target in targets
        if _folder(target) != _folder(module) and _tier(target) >= _tier(module)
    ]
    assert wrong == []


def test_no_module_imports_itself_through_others() -> None:
    finished: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in finished:
            for target in IMPORTS[module]:
                visit(target, (*path, module))
            finished.add(module)

    for module in IMPORTS:
        visit(module, ())


def test_tests_mirror_the_folders() -> None:
    tests = ROOT / "tests" / "static"
    folders = {path.parent.relative_to(tests).as_posix() for path in tests.rglob("*.test.js")}
    assert folders - {"."} <= set().union(*TIERS)


def test_every_folder_is_described() -> None:
    """`static/js/README.md` has a section for each: what lives there and what may not."""
    text = (JS / "README.md").read_text("utf-8")
    sections = dict(re.findall(r"^## `([\w/]+)/`\n\n((?:[^#\n].*\n)+)", text, re.MULTILINE))
    assert set(sections) == set().union(*TIERS)
    assert {name for name, section in sections.items() if len(re.findall(r"\.(?=\s)", section)) < 2} == set()
