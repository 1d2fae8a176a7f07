"""The playground's page, and functions that the routes of all pages share."""

import gzip
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from server.middleware.security_headers import frame_sites
from server.page_words import find_assets
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.web.assets import Assets
from server.web.encoding import accepts_gzip
from server.web.public_urls import find_server_urls
from server.web.renderer import PageRenderer
from server.websocket.connections import ConnectionManager

THEMES = ("light", "dark", "auto")

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def index(request: Request) -> Response:
    """Return the playground; if the server is full, a page that retries, with status 503."""
    pages: PageRenderer = request.app.state.pages
    locale = pages.locale_for(request)
    if _is_full_for(request):
        response = pages.full_page(request)
        response.status_code = 503
        response.headers.update(page_headers(locale))
        return response
    html = pages.render(
        locale=locale,
        theme=theme_for(request),
        public_url=public_url_for(request),
        frames=frame_sites_for(request),
    )
    return page_response(request, html, locale)


def theme_for(request: HTTPConnection) -> str:
    """Return the theme that a visitor has chosen, by default "auto"."""
    theme = request.cookies.get("theme", "")
    return theme if theme in THEMES else "auto"


def public_url_for(request: HTTPConnection) -> str | None:
    """Return the URL of this server for other machines; None if they cannot reach it."""
    settings: Settings = request.app.state.settings
    _, port = request.scope.get("server") or ("", None)
    return find_server_urls(settings.host, port or settings.port, settings.public_url).others


def frame_sites_for(request: Request) -> tuple[str, ...]:
    """Return the sites that may show the playground, at the address that others use, in a frame."""
    configured = request.app.state.settings.frame_ancestors
    if public_url_for(request) is not None:
        return tuple(configured)
    return frame_sites(request.headers.get("host", ""), configured)


def page_response(request: Request, html: str, locale: str) -> Response:
    """Return a page, compressed if the browser accepts that."""
    headers = page_headers(locale)
    if not accepts_gzip(request.headers):
        return HTMLResponse(html, headers=headers)
    body = gzip.compress(html.encode(), 6, mtime=0)
    return HTMLResponse(body, headers=headers | {"Content-Encoding": "gzip"})


def page_headers(locale: str) -> dict[str, str]:
    """Return the HTTP headers of a page in a language."""
    return {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Accept-Encoding, Cookie",
        "Content-Language": locale,
    }


def _is_full_for(request: Request) -> bool:
    """Return whether the server would refuse the visitor a new session. Existing ones can be resumed."""
    session_manager: SessionManager = request.app.state.session_manager
    if session_manager.can_resume(request.cookies.get("session", "")):
        return False
    address = request.client.host if request.client else None
    connections: ConnectionManager = request.app.state.connections
    return connections.full_for(address) or session_manager.is_full_for(address)


def install(app: FastAPI, folder: Path | None = None) -> None:
    """Add the page and the static files to an application.

    Args:
        app: the application.
        folder: contains `static` and `templates`; by default the package's own folder.
    """
    folder = (folder or find_assets()).resolve()
    pages = app.state.pages = PageRenderer(folder)
    app.include_router(router)
    app.mount("/static", Assets(directory=folder / "static", versions=pages.versions), name="static")
