"""Names in the style sheets: each class, id and custom property is used, and each that is used exists."""

import re
from pathlib import Path

import pytest

from server.web.bundles import PAGES
from tests.static.test_folders import IMPORTS

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


UNUSED = {page: {"dialog-body", "dialog-foot"} for page in ("index", "seat", "projector")}
"""Classes of elements that a page never makes, though it imports the module that could."""


def _modules_of(script: str) -> set[str]:
    """Return the modules that a page may load: imported by its script, at once or later."""
    found: set[str] = set()
    waiting = [script]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += IMPORTS[module]
    return found


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"index"}))  # which a seat is with more
def test_a_page_loads_the_sheets_of_all_classes_that_its_modules_use(page: str) -> None:
    files = PAGES[page]
    modules = [(ROOT / "static/js" / each).read_text("utf-8") for each in _modules_of(files.script)]
    code = "\n".join(modules)
    later = "\n".join(each for each in modules if "loadStyle" in each)  # which names the sheets it loads
    named = [*files.sheets, *re.findall(r'"([\w-]+)"', later)]
    loaded = [name for name in named if f"{name}.css" in SHEETS]
    classes = {sheet: set(re.findall(r"\.([A-Za-z][\w-]*)", text)) for sheet, text in SHEETS.items()}
    here = set().union(*(classes[f"{sheet}.css"] for sheet in loaded))
    made = {name for each in re.findall(r'class: "([^"]+)"', code) for name in each.split()}
    styled = set().union(*classes.values())
    assert (made & styled) - here - UNUSED.get(page, set()) == set()
