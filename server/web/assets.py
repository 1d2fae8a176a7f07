"""Finds the page's static files and templates, and serves the static files."""

import gzip
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from server.web.asset_versions import AssetVersions, split_version
from server.web.bundles import Bundles
from server.web.encoding import accepts_gzip

_BUNDLE = re.compile(r"bundles[\\/]")

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
"""Media types by suffix. Python's own come from the registry on Windows and may be wrong, and browsers reject
JavaScript modules of another type."""


COMPRESSED_SUFFIXES = (".js", ".json", ".css", ".svg")
"""Suffixes of the files that travel compressed; others are compressed already."""


@dataclass(frozen=True)
class _Content:
    """The content of a file, ready to be sent: as it is, and compressed by gzip if that is smaller."""

    plain: bytes
    gzipped: bytes | None
    digest: str

    def etag(self, encoding: str = "") -> str:
        """Return the value of the header `ETag`, which is another one for each encoding."""
        return f'"{self.digest}{"-" if encoding else ""}{encoding}"'


IMMUTABLE_CACHING = "max-age=31536000, immutable"
"""What browsers are told of a file whose address names its version: another content has another address."""


class Assets(StaticFiles):
    """Static files, each also below a folder named like the version of all of them.

    Browsers cache files under the present version. All other URLs are validated on each request, so that
    updates take effect at once. Files are held in memory, compressed once, because a class opens the page at
    the same time over one access point.
    """

    def __init__(self, *, directory: Path, versions: AssetVersions | None = None) -> None:
        """Serve the files of a directory; `versions` are those that the pages use, if they do."""
        super().__init__(directory=directory)
        self._versions = versions
        self._bundles = Bundles(directory)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the response to a request for a path; raise `HTTPException` if there is no such file.

        The file is looked up without a thread, which would cost ten times as much as the look-up.
        """
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        version, path = split_version(path)
        if match := _BUNDLE.match(path):
            return self._bundle_response(path[match.end() :], version, scope)
        try:
            full_path, found = self.lookup_path(path)
        except (OSError, ValueError):  # a name that the file system does not take
            found = None
        if found is None or not stat.S_ISREG(found.st_mode):
            raise HTTPException(404)
        response = self.file_response(full_path, found, scope)
        if version and self._versions and self._versions.is_current(version, full_path, found):
            response.headers["Cache-Control"] = IMMUTABLE_CACHING
        return response

    def _bundle_response(self, path: str, version: str, scope: Scope) -> Response:
        """Return the response to a request for a bundle."""
        current = self._versions.current() if self._versions else ""
        try:
            text = self._bundles.find(path, current)
        except (OSError, ValueError) as error:
            raise HTTPException(404) from error
        if text is None:
            raise HTTPException(404)
        response = self._response(_compressed(text), Path(path).suffix, scope, 200)
        if version and version == current:
            response.headers["Cache-Control"] = IMMUTABLE_CACHING
        return response

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file in the encoding that the browser accepts, or 304 if the browser's copy is current."""
        file = _read(str(full_path), stat_result.st_mtime_ns, stat_result.st_size)
        return self._response(file, Path(full_path).suffix, scope, status_code)

    def _response(self, file: _Content, suffix: str, scope: Scope, status_code: int) -> Response:
        """Return contents in an encoding that the browser accepts, or 304 if its copy is current."""
        request_headers = Headers(scope=scope)
        body = file.plain
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": file.etag()}
        if file.gzipped is not None and accepts_gzip(request_headers):
            body = file.gzipped
            headers |= {"Content-Encoding": "gzip", "ETag": file.etag("gzip")}
        if self.is_not_modified(Headers(headers), request_headers):
            return NotModifiedResponse(Headers(headers))
        media_type = MEDIA_TYPES.get(suffix, "application/octet-stream")
        return Response(body, status_code, headers, media_type)


@lru_cache(maxsize=1024)
def _read(path: str, _changed: int, _size: int) -> _Content:
    """Return a file's content; it is cached as long as time of change and size stay the same."""
    return _contents(Path(path).read_bytes(), compressed=path.endswith(COMPRESSED_SUFFIXES))


@lru_cache(maxsize=128)
def _compressed(text: str) -> _Content:
    """Return a text, ready to be sent."""
    return _contents(text.encode(), compressed=True)


def _contents(plain: bytes, *, compressed: bool) -> _Content:
    """Return bytes as a file's content, compressed as well if that is smaller."""
    gzipped = gzip.compress(plain, 9, mtime=0) if compressed else None
    if gzipped is not None and len(gzipped) >= len(plain):
        gzipped = None
    return _Content(plain, gzipped, hashlib.sha256(plain).hexdigest()[:32])
