"""Serves the site under a path of a proxy's host, whether or not the proxy strips the path from requests."""

from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Middleware that sets the scope's `root_path`, and adds it to the path of a request if it is missing."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        """Create the middleware.

        Args:
            app: the next application.
            root: the path, such as "/lab", without a slash at its end.
        """
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if scope["type"] == "http" and path == self._root:  # the page's links are relative and need the slash
            query = scope["query_string"].decode("latin-1")
            target = f"{self._root}/{f'?{query}' if query else ''}"
            await RedirectResponse(target, 308)(scope, receive, send)
            return
        if not path.startswith(f"{self._root}/"):
            path = self._root + path
        adjusted = {"root_path": self._root, "path": path, "raw_path": quote(path).encode("ascii")}
        await self._app({**scope, **adjusted}, receive, send)
