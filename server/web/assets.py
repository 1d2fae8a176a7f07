"""The page's files: where they are, and how they are served."""

import mimetypes
from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
"""Browsers refuse modules of a wrong type, and Windows takes types from its registry: so set here."""


def find_assets() -> Path:
    """Return the folder that holds `static` and `templates`: the wheel's own, or the checkout."""
    package = Path(__file__).parents[1]
    inside = package / "_assets"
    return inside if inside.is_dir() else package.parent


def set_media_types() -> None:
    """Make the types known to this process."""
    for suffix, media_type in MEDIA_TYPES.items():
        mimetypes.add_type(media_type, suffix)


class Assets(StaticFiles):
    """Static files that a browser keeps, but asks about each time: an update is seen at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or 304 where the browser has it."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
