"""The check of the Host header, against DNS rebinding.

A page of another site can have its own name resolve to this server's address, so that a browser takes both
for the same origin. So only names are accepted that cannot belong to another site.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors.codes import ErrorCode
from server.errors.problems import local_path, problem, problem_response
from server.errors.validation import bounded
from server.middleware.auth import ALWAYS_OPEN, deny_websocket
from server.settings import Settings

_LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
"""Ends of names that exist only within a machine or a local network."""

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+(%[\w.~-]+)?\]|[\w.-]+)(:\d{0,5})?", re.ASCII)


def name_in(host: str) -> str | None:
    """Return the name or address of a `Host` header without its port; None if it is not well formed."""
    found = _HOST.fullmatch(host)
    return None if found is None else found["name"].lower().rstrip(".")


def is_local_name(name: str) -> bool:
    """Return whether a name is an IP address, or exists only in a local network or a container."""
    if "." not in name and not name.startswith("["):
        return bool(name)  # such as localhost, a machine in this network, or a container
    if name.endswith(_LOCAL_ENDINGS):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class HostCheck:
    """Middleware that refuses requests and websockets whose Host header is not a name of this server."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        public = "" if settings.public_url is None else urlsplit(settings.public_url).hostname or ""
        names = {public, settings.host, socket.gethostname(), *settings.allowed_hosts}
        self._names = frozenset(name.lower().rstrip(".") for name in names if name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        if scope["type"] not in {"http", "websocket"} or await self._is_believed(scope):
            await self._app(scope, receive, send)
            return
        refusal = problem_response(
            problem(
                ErrorCode.FOREIGN_HOST,
                "This server does not answer to that name. If it is its own, start it with --public-url or "
                "--allowed-hosts.",
                field="Host",
                value=bounded(Headers(scope=scope).get("host", "")),
                expected="an address, a name in the local network, or one that the settings name",
            )
        )
        if scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await deny_websocket(refusal, scope, receive, send)

    async def _is_believed(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        if not hosts or local_path(scope) in ALWAYS_OPEN:
            return True
        name = name_in(hosts[0]) if len(hosts) == 1 else None
        if name is None:
            return False
        return is_local_name(name) or matches(name, self._names) or await _is_own_name(name)


def matches(name: str, names: Iterable[str]) -> bool:
    """Return whether a name matches one of some patterns: "*.school.example" matches subdomains, "*" all."""
    return any(each in {name, "*"} or (each.startswith("*.") and name.endswith(each[1:])) for each in names)


async def _is_own_name(name: str) -> bool:
    """Return whether a name is this machine's full DNS name; DNS is asked only if its first label fits."""
    own = socket.gethostname().lower()
    if name.partition(".")[0] != own.partition(".")[0]:
        return False
    return name == await asyncio.to_thread(_full_name)


@lru_cache(maxsize=1)
def _full_name() -> str:
    return socket.getfqdn().lower().rstrip(".")
