"""The description of REST: `/api/openapi.json`, and the page `/api/docs` that shows it without internet.

FastAPI's own page loads its scripts from elsewhere and starts them inline. This one takes the assets that
`fastapi-offline` carries, and only files of this origin.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from server.errors.problems import MEDIA_TYPE
from server.middleware.auth import ALWAYS_OPEN, is_for_classroom
from server.middleware.credentials import ACCESS_COOKIE
from server.settings import Settings
from server.version import VERSION
from server.web.assets import Assets

TITLE = "Tinkernet"

DESCRIPTION = """\
A neural-network playground. Programs and pages share the same training: the catalogue holds every setting
with its default, its choices and its bounds.

- **A session** is a training, as a page has it: `POST /api/sessions` begins one, and its `url` shows it live.
  Train it with `POST /api/sessions/{session}/train`, for some epochs or until something is reached; or let it
  play. Read and write its settings, weights and points, ask it for predictions and surfaces.
- **A one-shot**, `POST /api/train`, trains and answers with everything, and leaves no session behind.
- **Repeated runs**, `POST /api/runs`, train a config from many seeds, over a grid of settings.

What takes longer than its `wait` is answered with 202, and goes on as a job; `Location` tells where to ask
for it. What has ended is known for a quarter of an hour. A restart of the server ends jobs; a session keeps
what it has trained, so that the rest can be asked for again.

Whatever is refused is answered with `application/problem+json`: a stable `code` and, where an input was
wrong, the `field`, the `value` it had and what was `expected`. Where the server has no room (503), or too
much was asked of it (429), `Retry-After` says in how many seconds to try again.

To try the calls about a session here, begin one and put its `id` into their `session`.
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


@router.get("")
@router.get("/")
async def begin(request: Request) -> Response:
    """Lead whoever tries the address of REST itself to its description."""
    root: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/api/docs")


@router.get("/docs")
async def docs() -> Response:
    """Return the page."""
    return HTMLResponse(_PAGE, headers={"Cache-Control": "no-cache"})


@router.get("/openapi.json")
def schema(request: Request) -> Response:
    """Return the description. Making it takes half a second, the first time: off the event loop."""
    described = dict(request.app.openapi())
    root: str = request.scope.get("root_path", "")
    if root:
        described["servers"] = [{"url": root}]
    return JSONResponse(described)


@router.get("/docs.js")
async def script() -> Response:
    """Return the script that starts the page."""
    return Response(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def install(app: FastAPI) -> None:
    """Add the description to an application."""
    folder = Path(fastapi_offline.__file__).parent / "static"
    app.include_router(router)
    app.mount("/api/docs-assets", Assets(directory=folder), name="docs-assets")
    app.openapi = _described(app)  # type: ignore[method-assign]


def _secure(schema: dict[str, Any], settings: Settings) -> None:
    """Describe what programs have to show, if anything."""
    schemes: dict[str, Any] = {}
    if settings.api_token is not None:
        schemes["token"] = {"type": "http", "scheme": "bearer", "description": "The server's api_token."}
    if settings.site_password is not None:
        given = "What the login page gives for the site's password."
        schemes["password"] = {"type": "apiKey", "in": "cookie", "name": ACCESS_COOKIE, "description": given}
    if not schemes:
        return
    schema["components"]["securitySchemes"] = schemes
    schema["security"] = [{name: []} for name in schemes]
    refused = {
        "description": "The token is missing or wrong.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            if path in ALWAYS_OPEN or (settings.site_password is None and is_for_classroom(path)):
                operation["security"] = []
            else:
                operation["responses"]["401"] = refused


def _described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    made: list[dict[str, Any]] = []
    lock = threading.Lock()

    def describe() -> dict[str, Any]:
        """Return the schema. FastAPI says "application/json" for refusals too; ours are problems."""
        with lock:
            if not made:
                schema = get_openapi(title=TITLE, version=VERSION, description=DESCRIPTION, routes=app.routes)
                for path in schema["paths"].values():
                    for operation in path.values():
                        _name_problems(operation["responses"])
                _secure(schema, app.state.settings)
                made.append(schema)
            return made[0]

    return describe


def _name_problems(responses: dict[str, dict[str, Any]]) -> None:
    for status, response in responses.items():
        if status >= "400" and "application/json" in response.get("content", {}):
            response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
