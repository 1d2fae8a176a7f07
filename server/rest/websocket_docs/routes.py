"""The websockets' AsyncAPI document `/api/asyncapi.json`, and the page `/api/docs/websocket` about it."""

import re
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from server.middleware.security_headers import nonce_of
from server.rest.websocket_docs.asyncapi import build_document
from server.rest.websocket_docs.page import websocket_page

router = APIRouter(prefix="/api", include_in_schema=False)

_EXAMPLE = Path(__file__).with_name("example_client.py")
_EXAMPLE_ADDRESS = "ws://localhost:8000/ws"


@router.get("/asyncapi.json")
def asyncapi(request: Request) -> Response:
    """Return the AsyncAPI document of the server's websockets."""
    root_path: str = request.scope.get("root_path", "")
    secure = request.url.scheme == "https"
    server = {"host": request.url.netloc, "protocol": "wss" if secure else "ws", "pathname": root_path or "/"}
    return JSONResponse({**_document(request), "servers": {"this": server}})


@router.get("/docs/websocket")
def websocket_docs(request: Request) -> Response:
    """Return the page that shows the document, with a client that works with this server as it stands."""
    client = _EXAMPLE.read_text("utf-8").replace(_EXAMPLE_ADDRESS, _address(request))
    page = websocket_page(_document(request), client, nonce_of(request.scope))
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def _document(request: Request) -> dict[str, Any]:
    """Return the document, built when it is first asked for."""
    kept: dict[str, Any] = request.app.state.websocket_document
    if not kept:
        kept |= build_document(request.app.state.websocket_channels)
    return kept


def _address(request: Request) -> str:
    """Return the websocket's address for the client of a request; it is put into a Python string."""
    scheme = "wss" if request.url.scheme == "https" else "ws"
    address = f"{scheme}://{request.url.netloc}{request.scope.get('root_path', '')}/ws"
    return address if re.fullmatch(r"[\w:/.\[\]-]+", address) else _EXAMPLE_ADDRESS
