"""The page under a path of somebody else's site: a proxy may take that path off, or leave it on."""

from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Tells the application where it stands."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        """Set it up.

        Args:
            app: what is asked.
            root: such as "/lab", without a slash at its end.
        """
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if scope["type"] == "http" and path == self._root:  # the page's addresses are relative
            query = scope["query_string"].decode("latin-1")
            there = f"{self._root}/{f'?{query}' if query else ''}"
            await RedirectResponse(there, 308)(scope, receive, send)
            return
        if not path.startswith(f"{self._root}/"):
            path = self._root + path
        inside = {"root_path": self._root, "path": path, "raw_path": quote(path).encode("ascii")}
        await self._app({**scope, **inside}, receive, send)
