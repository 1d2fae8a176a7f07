"""The OpenAPI document `/api/openapi.json`, and the page `/api/docs` that shows it without internet.

FastAPI's own page loads its scripts from a CDN and starts them inline. This one uses the assets of the
package `fastapi-offline`, served from this origin.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from server.rest.openapi_document import build_document
from server.rest.websocket_docs.routes import router as websocket_docs
from server.web.assets import Assets

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tinkernet: REST</title>
<link rel="icon" href="docs-assets/favicon.png">
<link rel="stylesheet" href="docs-assets/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs-assets/swagger-ui-bundle.js"></script>
<script src="docs.js"></script>
</body>
</html>
"""

_SCRIPT = """\
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
"""

router = APIRouter(prefix="/api", include_in_schema=False)

_BUILDING = threading.Lock()
"""Held while FastAPI builds its validators: it changes Python's warning filters, which all threads share."""


@router.get("")
@router.get("/")
async def redirect_to_docs(request: Request) -> Response:
    """Redirect from the root of REST to its documentation."""
    root_path: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{root_path}/api/docs")


@router.get("/docs")
async def docs() -> Response:
    """Return the documentation as a page."""
    return HTMLResponse(_PAGE, headers={"Cache-Control": "no-cache"})


@router.get("/openapi.json")
def schema(request: Request) -> Response:
    """Return the OpenAPI document. The first call takes half a second, so it runs in a worker thread."""
    root_path: str = request.scope.get("root_path", "")
    servers = [{"url": root_path or "/"}]
    return JSONResponse({**request.app.openapi(), "servers": servers})


@router.get("/docs.js")
async def script() -> Response:
    """Return the script that starts the documentation page."""
    return Response(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def install(app: FastAPI) -> None:
    """Add the documentation and the OpenAPI document to an application."""
    folder = Path(fastapi_offline.__file__).parent / "static"
    app.include_router(router)
    app.include_router(websocket_docs)
    app.mount("/api/docs-assets", Assets(directory=folder), name="docs-assets")
    app.openapi = _cached_document(app)  # type: ignore[method-assign]


def shared_routes(*routers: APIRouter) -> list[BaseRoute]:
    """Return the routes of some routers, to be appended to those of any number of applications.

    `include_router` would have FastAPI build all validators once more for each application (0.3 s).
    """
    together = APIRouter()
    for each in routers:
        together.include_router(each, generate_unique_id_function=operation_id)
    return together.routes


def operation_id(route: APIRoute) -> str:
    """Return the name of an operation in the OpenAPI document: that of its function."""
    return route.name


def build_routes(app: FastAPI) -> None:
    """Build what FastAPI otherwise builds at the first requests: the validators of all routes.

    Two threads must not build at once. One would restore the warning filters that the other has set, and
    where warnings are errors, as in the tests, a warning that FastAPI means to ignore would fail the request.
    """
    with _BUILDING:
        for route in app.routes:
            route.matches({"type": "http", "method": "GET", "path": "/\0", "headers": []})  # fits no route


def _cached_document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return a function that builds the OpenAPI document of an application at its first call."""
    document: dict[str, Any] = {}

    def describe() -> dict[str, Any]:
        with _BUILDING:
            if not document:
                document.update(build_document(app.routes, app.state.settings))
            return document

    return describe
