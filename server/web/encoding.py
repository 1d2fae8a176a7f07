"""Which encodings a browser accepts for what it loads."""

import re

from starlette.datastructures import Headers


def accepts_gzip(headers: Headers) -> bool:
    """Return whether a request's header `Accept-Encoding` names gzip with a quality above 0."""
    for item in headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = item.partition(";")
        if name.strip() in {"gzip", "*"}:
            return re.fullmatch(r"\s*q=0(\.0*)?\s*", quality) is None
    return False
