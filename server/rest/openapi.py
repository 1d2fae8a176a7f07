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
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from server.errors.problems import MEDIA_TYPE
from server.middleware.auth import ALWAYS_OPEN, is_for_classroom
from server.middleware.credentials import ACCESS_COOKIE
from server.rest.limits import limits_of
from server.rest.schema_limits import apply_limits
from server.settings import Settings
from server.version import VERSION
from server.web.assets import Assets

TITLE = "Tinkernet"

DESCRIPTION = """\
A neural-network playground. Programs and pages share the same training: the catalogue holds every setting
with its default, its choices and its bounds.

- **A session** is a training, as a page has it: `POST /api/sessions` creates one, and its `url` shows it
  live. Train it with `POST /api/sessions/{session}/train`, for some epochs or until conditions are met; or
  let it play. Read and write its settings, weights and points; read predictions and surfaces.
- **A one-shot**, `POST /api/train`, trains and returns all results, and leaves no session behind.
- **Repeated runs**, `POST /api/runs`, train a config from many seeds, over a grid of settings.

A learner's training in a classroom is read with its id alone, and changed with the seat's cookie, the key
that the seat's page shows (header `X-Session-Key`), or the teacher's key (`X-Room-Key`).

A training that takes longer than the call's `wait` continues as a job: the response is 202, and its
`Location` is the address of the job. A job that has ended is known for 15 minutes. A restart of the server
ends jobs; a session keeps what it has trained. A client that starts jobs with a random text of its own in the
header `X-Client-Key` can list them with `GET /api/jobs`.

Errors are `application/problem+json`: a stable `code` and, where an input is wrong, the `field`, its `value`
and what was `expected`. If the server is full (503) or gets too many requests (429), `Retry-After` says in
how many seconds to try again.

To try the calls about a session here, create one and use its `id` as their `session`.
"""

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
    document = dict(request.app.openapi())
    root_path: str = request.scope.get("root_path", "")
    if root_path:
        document["servers"] = [{"url": root_path}]
    return JSONResponse(document)


@router.get("/docs.js")
async def script() -> Response:
    """Return the script that starts the documentation page."""
    return Response(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def install(app: FastAPI) -> None:
    """Add the documentation and the OpenAPI document to an application."""
    folder = Path(fastapi_offline.__file__).parent / "static"
    app.include_router(router)
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


def _secure(schema: dict[str, Any], settings: Settings) -> None:
    """Add the credentials that the settings require, and the 401 of calls without them."""
    schemes: dict[str, Any] = {}
    if settings.api_token is not None:
        schemes["token"] = {"type": "http", "scheme": "bearer", "description": "The server's api_token."}
    if settings.site_password is not None:
        text = "The cookie that the login page sets after the site's password was entered."
        schemes["password"] = {
            "type": "apiKey",
            "in": "cookie",
            "name": ACCESS_COOKIE,
            "description": text,
        }
    if not schemes:
        return
    schema["components"]["securitySchemes"] = schemes
    schema["security"] = [{name: []} for name in schemes]
    unauthorized = {
        "description": "The token is missing or wrong.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            if path in ALWAYS_OPEN or (settings.site_password is None and is_for_classroom(path)):
                operation["security"] = []
            else:
                operation["responses"]["401"] = unauthorized


def _cached_document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return a function that builds the OpenAPI document of an application at its first call."""
    document: dict[str, Any] = {}

    def describe() -> dict[str, Any]:
        with _BUILDING:
            if not document:
                document.update(
                    get_openapi(title=TITLE, version=VERSION, description=DESCRIPTION, routes=app.routes)
                )
                for path in document["paths"].values():
                    for operation in path.values():
                        _set_problem_type(operation["responses"])
                _secure(document, app.state.settings)
                apply_limits(document, limits_of(app.state.settings).model_dump())
            return document

    return describe


def _set_problem_type(responses: dict[str, dict[str, Any]]) -> None:
    """Give errors the media type of problems, where FastAPI describes them as "application/json"."""
    for status, response in responses.items():
        if status >= "400" and "application/json" in response.get("content", {}):
            response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
