"""The check of the Origin header: which pages may open a websocket or change something over REST."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.requests import HTTPConnection

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, problem
from server.errors.validation import bounded

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def is_allowed(connection: HTTPConnection, allowed_origins: Collection[str]) -> bool:
    """Return whether a request or websocket comes from this server's own page or an allowed origin."""
    return may_connect(
        connection.headers.get("origin"),
        connection.headers.get("host"),
        scheme=connection.url.scheme,
        allowed=allowed_origins,
    )


def foreign_origin(connection: HTTPConnection) -> Problem:
    """Return the problem for a request or websocket that is not allowed."""
    return problem(
        ErrorCode.FOREIGN_ORIGIN,
        "This page did not come from this server. See the setting allowed_origins.",
        field="Origin",
        value=bounded(connection.headers.get("origin")),
    )


def may_connect(origin: str | None, host: str | None, *, scheme: str, allowed: Collection[str]) -> bool:
    """Return whether an `Origin` is the server's own, or one that the settings allow.

    Args:
        origin: the `Origin` header. None is allowed, because browsers, which send cookies, always send it.
        host: the `Host` header of the same request.
        scheme: the scheme of the request, which gives the port if `host` has none.
        allowed: further origins, such as "https://lab.example".
    """
    if origin is None:
        return True
    parsed = _parse(origin)
    if parsed is None:
        return False
    if parsed in {_parse(each) for each in allowed}:
        return True
    if host is None:
        return False
    # Behind a proxy that terminates TLS, the origin is https while the request is http, both without a port.
    without_scheme = parsed[1:]
    return without_scheme in {_host_and_port(f"{each}://{host}") for each in (scheme, parsed[0])}


def _parse(origin: str) -> tuple[str, str, int] | None:
    """Return an origin as scheme, host and port; None if its scheme is not http or https."""
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
