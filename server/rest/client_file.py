"""REST: the client for programs, as one file that a notebook downloads from the class's own server."""

import ast
import sys
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from server.rest.errors import WITHOUT_BODY
from server.rest.media_types import PYTHON_RESPONSE, PythonResponse

router = APIRouter(prefix="/api", tags=["server"], responses=WITHOUT_BODY)

_FOLDER = Path(__file__).parent / "client"
_PARTS = ("errors", "connection", "sessions", "runs", "tinkernet")
"""The file's parts in `client/`, each after those that it imports from; the last has the docstring of all."""

_OWN_IMPORT = "server.rest.client."
_DEFAULT_SERVER = 'SERVER = "http://localhost:8000"'


@router.get(
    "/client.py",
    summary="Download a client for Python",
    response_class=PythonResponse,
    responses=PYTHON_RESPONSE,
)
async def read_client(request: Request) -> Response:
    """Return a module for notebooks and scripts: sessions, predictions and runs as NumPy arrays.

    It is one file that needs Python 3.9, httpx and NumPy; save it as `tinkernet.py`. This server is its
    default.
    """
    base = request.app.state.settings.public_url or str(request.base_url)
    return PythonResponse(
        client_of(base.rstrip("/")),
        headers={"Content-Disposition": 'attachment; filename="tinkernet.py"', "Cache-Control": "no-cache"},
    )


def client_of(address: str) -> str:
    """Return the client whose default is the server at an address, which stays a text whatever it holds."""
    return client_source().replace(_DEFAULT_SERVER, f"SERVER = {address!a}", 1)


@cache
def client_source() -> str:
    """Return the parts joined to one module, whose imports stand once, at its top."""
    trees = {name: (_FOLDER / f"{name}.py").read_text("utf-8") for name in _PARTS}
    imports: dict[str, set[str]] = {}
    bodies = []
    for text in trees.values():
        tree, lines = ast.parse(text), text.splitlines()
        statements = tree.body[1:]  # without the docstring
        for statement in statements:
            if isinstance(statement, ast.Import):
                imports.setdefault("import", set()).update(map(ast.unparse, statement.names))
            elif isinstance(statement, ast.ImportFrom):
                imports.setdefault(statement.module or "", set()).update(map(ast.unparse, statement.names))
        first = next(each for each in statements if not isinstance(each, ast.Import | ast.ImportFrom))
        bodies.append("\n".join(lines[first.lineno - 1 :]))
    docstring = trees[_PARTS[-1]].split("\nfrom __future__")[0].rstrip()
    return "\n\n\n".join([f"{docstring}\n\n{_import_lines(imports)}", *bodies]) + "\n"


def _import_lines(imports: dict[str, set[str]]) -> str:
    """Return import statements, `__future__` first; those of other parts are left out."""
    names = sorted(imports.pop("import"))
    standard = [f"import {name}" for name in names if name in sys.stdlib_module_names]
    installed = [f"import {name}" for name in names if name not in sys.stdlib_module_names]
    future = f"from __future__ import {', '.join(sorted(imports.pop('__future__')))}"
    others = [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(imports.items())
        if not module.startswith(_OWN_IMPORT)
    ]
    return "\n".join([future, "", *standard, *others, "", *installed])
