"""Names in the style sheets: each class, id and custom property is used, and each that is used exists."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.medium

ROOT = Path(__file__).parent.parent.parent
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SHEETS = {path.name: COMMENT.sub("", path.read_text("utf-8")) for path in (ROOT / "static/css").glob("*.css")}
CODE = "\n".join(
    path.read_text("utf-8")
    for folder, pattern in (("static/js", "*.js"), ("templates", "*.html"), ("server/web", "*.py"))
    for path in (ROOT / folder).rglob(pattern)
)


def _is_used(name: str) -> bool:
    """Return whether a class or an id is in the code: whole, or made there as in `tile-${part}`."""
    if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", CODE):
        return True
    beginning, dash, _ = name.rpartition("-")
    return dash != "" and re.search(rf"(?<![\w-]){re.escape(beginning)}-\$\{{", CODE) is not None


def test_every_class_and_id_in_the_style_sheets_is_used() -> None:
    named = {
        (sheet, name)
        for sheet, text in SHEETS.items()
        for selector in re.findall(r"([^{};]+)\{", text)
        if not selector.strip().startswith("@")
        for name in re.findall(r"[.#]([A-Za-z][\w-]*)", selector)
    }
    assert len(named) > 200
    assert {(sheet, name) for sheet, name in named if not _is_used(name)} == set()


def test_every_custom_property_is_defined_and_used() -> None:
    styles = "\n".join(SHEETS.values())
    defined = set(re.findall(r"(--[a-z][\w-]*)\s*:", styles)) | set(re.findall(r"--[a-z][\w-]*", CODE))
    used = set(re.findall(r"var\((--[\w-]+)", styles))
    assert len(used) > 20
    assert used - defined == set()
    # static/js/ui/theme.js reads some by their names.
    taken = {f"--{name}" for name in re.findall(r'"([\w-]+)"', CODE)}
    declared = set(re.findall(r"(--[a-z][\w-]*)\s*:", styles))
    assert {name for name in declared if name not in used | taken and name not in CODE} == set()
