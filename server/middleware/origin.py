"""Which pages may connect: those that came from this server."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def may_connect(origin: str | None, host: str | None, *, scheme: str, allowed: Collection[str]) -> bool:
    """Return whether a websocket's `Origin` is the server's own, or one that the settings allow.

    Args:
        origin: the header; None comes from programs, which have no other site's cookies or pages to misuse.
        host: the `Host` header of the same request.
        scheme: "ws" or "wss", for the port that `host` leaves out.
        allowed: further origins, such as "https://lab.example".
    """
    if origin is None:
        return True
    theirs = _place(origin)
    if theirs is None:
        return False
    if theirs in {_place(each) for each in allowed}:
        return True
    if host is None:
        return False
    # A proxy may end TLS before us: then the page says https, and neither side names a port.
    bare = theirs[1:]
    return bare in {_host_and_port(f"{each}://{host}") for each in (scheme, theirs[0])}


def _place(origin: str) -> tuple[str, str, int] | None:
    """Return an origin as scheme, host and port; None if it is not an http one."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


def _host_and_port(url: str) -> tuple[str, int] | None:
    try:
        parts: SplitResult = urlsplit(url)
        return (parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80))
    except ValueError:
        return None
