"""Finds the page's static files and templates, and serves the static files."""

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
"""Media types by suffix. They are set explicitly, because on Windows they come from the registry and may be
wrong, and browsers reject JavaScript modules of another type."""


def find_assets() -> Path:
    """Return the folder that contains `static` and `templates`, in an installed wheel or in the checkout."""
    package = Path(__file__).parents[1]
    inside = package / "_assets"
    return inside if inside.is_dir() else package.parent


def set_media_types() -> None:
    """Register `MEDIA_TYPES` for this process."""
    for suffix, media_type in MEDIA_TYPES.items():
        mimetypes.add_type(media_type, suffix)


class Assets(StaticFiles):
    """Static files that browsers cache, but validate on each request, so that updates take effect at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or 304 if the browser's copy is current."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
