"""Security headers of every response: pages of this server may load nothing from other sites."""

import re
import secrets
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors.problems import local_path
from server.limits.quotas import is_loopback

_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


NONCE = "tinkernet_nonce"
"""The key of the nonce in a scope."""


def nonce_of(scope: Scope) -> str:
    """Return the nonce that a `<style>` element in the response to a request needs to take effect."""
    nonce: str = scope.get(NONCE, "")
    return nonce


def content_policy(host: str, nonce: str, frame_ancestors: Collection[str] = ()) -> str:
    """Return the content security policy of a page.

    Args:
        host: the request's `Host` header.
        nonce: the nonce of the page's `<style>` elements.
        frame_ancestors: sites that may show the page in a frame, besides its own.
    """
    ancestors = " ".join(["'self'", *frame_ancestors])
    # Before version 15.4, Safari's 'self' does not include websockets.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        f"default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        f"img-src 'self' data: blob:; connect-src 'self'{sockets}; "
        f"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )


LOCAL_SITES = ("http://localhost:*", "http://127.0.0.1:*")
"""Sites on the visitor's own computer, such as a Jupyter notebook."""


def frame_sites(host: str, configured: Collection[str]) -> tuple[str, ...]:
    """Return the sites that may show the playground in a frame, besides its own.

    If the server is addressed as localhost, pages of other programs on the visitor's computer may show it.

    Args:
        host: the request's `Host` header.
        configured: the sites of the settings.
    """
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return (*configured, *(LOCAL_SITES if is_loopback(name.strip("[]")) else ()))


class SecurityHeaders:
    """Middleware that adds each security header that a response does not set itself.

    Only the playground may be shown in frames of other sites: a teacher's or learner's page in a frame would
    be open to clickjacking, and would lack its cookies.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: Collection[str] = ()) -> None:
        self._app = app
        self._frame_ancestors = frame_ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        scope[NONCE] = secrets.token_urlsafe(12)
        ancestors = frame_sites(host, self._frame_ancestors) if local_path(scope) == "/" else ()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault(
                    "Content-Security-Policy", content_policy(host, nonce_of(scope), ancestors)
                )
                if not ancestors:  # it cannot name other sites
                    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                headers.setdefault("Permissions-Policy", PERMISSIONS)
            await send(message)

        await self._app(scope, receive, with_headers)
