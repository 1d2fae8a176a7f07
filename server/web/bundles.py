"""Joins the modules of a page, and its style sheets, so that it opens with few requests.

A browser spends several milliseconds on each request, and the playground has some eighty modules. A bundle
holds the sources as they are: each module is a function that returns its exports, which the page keeps in one
table by the modules' paths. A module that is loaded on first use becomes a bundle of its own, without what
the page's main bundle has. A worker's script is a bundle with all that it imports.

The sources keep to what this needs, which tests hold: names are imported and exported in braces or by
declarations, what is exported is never assigned again, no modules import each other, and nothing has the name
of the bundle's own `pageModules` and `addressOf`.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_PLAYGROUND = ("base", "controls", "overlays", "data", "playground", "output", "network")


@dataclass(frozen=True)
class PageFiles:
    """What a page loads as it opens: its main module, and its style sheets in their order."""

    script: str
    sheets: tuple[str, ...]


PAGES = {
    "index": PageFiles("app/main.js", (*_PLAYGROUND, "windows", "phone", "embedded")),
    "seat": PageFiles("app/main.js", (*_PLAYGROUND, "windows", "phone", "locked", "seat-panel", "seat")),
    "article": PageFiles("app/article.js", ("base", "article")),
    "lessons": PageFiles("lessons/page.js", ("base", "controls", "lesson-list")),
    "join": PageFiles("classroom/learner/join.js", ("base", "controls", "join")),
    "classroom": PageFiles(
        "classroom/teacher/teacher.js",
        (
            *("base", "controls", "overlays", "help-share", "data", "playground", "output", "network"),
            *("classroom", "learner-lesson", "entrance", "teacher-dialogs", "projector", "wall"),
        ),
    ),
    "projector": PageFiles("classroom/projector/page.js", (*_PLAYGROUND, "classroom", "projector", "wall")),
}
"""The pages that have bundles."""

_IMPORT = re.compile(r"""^import (?:\{([^}]*)\} from )?"(\.{1,2}/[^"]+)";$""", re.MULTILINE)
_LAZY_IMPORT = re.compile(r"""(?<![\w$."{])(?<!typeof )import\("(\.{1,2}/[^"]+)"\)""")  # not in types
_WORKER = re.compile(r"""new URL\("(\.{1,2}/[^"]+\.js)", import\.meta\.url\)""")
_DECLARED = re.compile(
    r"^export (?=(?:async )?(?:function\*?|class|const) (?:([\w$]+)|\[([^\]]*)\]))", re.MULTILINE
)
_LISTED = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
_RENAMED = re.compile(r"([\w$]+) as ([\w$]+)")
_BUNDLE = re.compile(r"([a-z]+)(?:\.css|[\\/](.+\.js))", re.DOTALL)


class Bundles:
    """The bundles of all pages, made from a folder that contains `js` and `css`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = lru_cache(maxsize=128)(self._make)
        self._read = lru_cache(maxsize=1)(lambda _version: _Modules(folder / "js"))

    def find(self, path: str, version: str) -> str | None:
        """Return a bundle's text; None if there is no such bundle.

        Args:
            path: "PAGE.css", or "PAGE/MODULE" for the page's main module or one that it loads on first use.
            version: names what the files hold; a bundle is made once for each version.
        """
        match = _BUNDLE.fullmatch(path)
        if match is None or match[1] not in PAGES:
            return None
        return self._made(match[1], (match[2] or "").replace("\\", "/"), version)

    def _make(self, page: str, module: str, version: str) -> str | None:
        files = PAGES[page]
        if not module:
            sheets = [self._folder / "css" / f"{name}.css" for name in files.sheets]
            return "\n".join(sheet.read_text("utf-8") for sheet in sheets)
        modules = self._read(version)
        if module not in modules.entries(files.script):
            return None
        return modules.bundle(files.script, module)


class _Modules:
    """The modules of a folder, each read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.text = cache(self._text)
        self.closure = cache(self._closure)
        self.entries = cache(self._entries)

    def _text(self, module: str) -> str:
        """Return the source of a module, given by its path in the folder."""
        return (self._folder / module).read_text("utf-8")

    def _closure(self, module: str) -> list[str]:
        """Return a module and all that it imports, each after what it imports itself."""
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in found:
                for _, specifier in _IMPORT.findall(self.text(name)):
                    visit(_resolve(name, specifier))
                found[name] = None

        visit(module)
        return list(found)

    def _entries(self, script: str) -> set[str]:
        """Return a page's main module, all modules that it loads on first use, and its workers' scripts."""
        found = {script}
        waiting = [script]
        for entry in waiting:
            named = self._named(_LAZY_IMPORT, entry) | self._named(_WORKER, entry)
            waiting += sorted(named - found)
            found |= named
        return found

    def _named(self, pattern: re.Pattern[str], module: str) -> set[str]:
        """Return the modules that match a pattern in a module or in one that it imports."""
        return {
            _resolve(name, specifier)
            for name in self.closure(module)
            for specifier in pattern.findall(self.text(name))
        }

    def bundle(self, script: str, module: str) -> str:
        """Return a module and all that it imports, except what the page's main module has loaded."""
        workers = {worker for entry in self.entries(script) for worker in self._named(_WORKER, entry)}
        is_main = module == script or module in workers
        known = set() if is_main else set(self.closure(script))
        up = "../" * module.count("/")
        parts = [
            "const pageModules = (globalThis.tinkernetModules ??= new Map());",
            f'const addressOf = (path) => new URL("{up}" + path, import.meta.url).href;',
        ]
        for name in self.closure(module):
            if name in known:
                continue
            body = _as_body(name, self.text(name))
            if is_main and name == module:  # nothing imports it, and it may await
                parts.append(body)
            else:
                exports = ", ".join(_exports(self.text(name)))
                made = f"(() => {{\n{body}\nreturn {{ {exports} }};\n}})()"
                parts.append(f'pageModules.has("{name}") || pageModules.set("{name}", {made});')
        if not is_main:
            parts.append(
                f'export const {{ {", ".join(_exports(self.text(module)))} }} = pageModules.get("{module}");'
            )
        return "\n".join(parts) + "\n"


def _resolve(module: str, specifier: str) -> str:
    """Return the path of the module that a relative specifier in `module` refers to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(module), specifier))


def _exports(text: str) -> Iterator[str]:
    """Yield the names that a module exports."""
    declared = [name or names for name, names in _DECLARED.findall(text)]
    for names in [*declared, *_LISTED.findall(text)]:
        yield from (name.strip() for name in names.split(",") if name.strip())


def _as_body(module: str, text: str) -> str:
    """Return a module's source as the body of a function, with as many lines."""

    def take(match: re.Match[str]) -> str:
        names = _RENAMED.sub(r"\1: \2", match[1] or "")
        return f'const {{{names}}} = pageModules.get("{_resolve(module, match[2])}");'

    def load(match: re.Match[str]) -> str:
        return f'import(addressOf("{_resolve(module, match[1])}"))'

    def find(match: re.Match[str]) -> str:
        return f'addressOf("{_resolve(module, match[1])}")'

    text = _WORKER.sub(find, _LAZY_IMPORT.sub(load, _IMPORT.sub(take, text)))
    return _DECLARED.sub("", _LISTED.sub("", text)).replace(
        "import.meta.url", f'addressOf("../../js/{module}")'
    )
