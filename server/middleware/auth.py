"""Authentication: a password for the whole site and a token for REST clients. Both are optional."""

import asyncio
from http import HTTPStatus
from typing import Literal, Protocol
from urllib.parse import parse_qs, quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, local_path, problem, problem_response
from server.limits.processes import ALONE, Processes
from server.limits.rate_limits import AddressRateLimiter
from server.middleware import credentials
from server.middleware.credentials import ACCESS_COOKIE, COOKIE_LIFETIME, ApiToken, SignedPassword
from server.middleware.origin import foreign_origin, is_allowed
from server.settings import Settings

ALWAYS_OPEN = {"/api/health", "/api/ready"}
"""Paths for monitoring that need no authentication."""

DOCUMENTATION = ("/api/docs", "/api/openapi.json", "/api/asyncapi.json", "/api/client.py")
"""Paths of the REST documentation and its client: no secrets, so no token, which browsers do not send."""

CLASSROOM_PATHS = ("/api/rooms", "/api/seats", "/api/seat", "/api/teachers")
"""Paths that the classroom's pages call. They need no token: rooms and seats have their own secrets."""

PAGE_PATHS = ("/api/own-data",)
"""Paths that the playground's page calls. They need no token, as its websocket needs none."""

RETRY_AFTER = "60"
"""Value of the header `Retry-After`, in seconds, after too many guesses."""

_UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
_MAX_FORM_BYTES = 4096
_CHALLENGE = 'Bearer realm="tinkernet"'

Notice = Literal["", "wrong", "wait"]
"""The login page's message about the last attempt: none, a wrong password, or too many attempts."""


class LoginPage(Protocol):
    """Renders the page that asks for the site's password."""

    def __call__(self, request: HTTPConnection, notice: Notice) -> Response:
        """Return the page in the visitor's language."""


class Authentication:
    """Middleware that lets authorized requests pass, and answers others with the login page or a problem."""

    def __init__(
        self, app: ASGIApp, settings: Settings, login_page: LoginPage, processes: Processes = ALONE
    ) -> None:
        """Create the middleware; each of the `processes` allows its part of an address's attempts."""
        self._app = app
        self._login_page = login_page
        self._allowed_origins = settings.allowed_origins
        token, password = settings.api_token, settings.site_password
        self._token = None if token is None else ApiToken(token.get_secret_value())
        self._password = None if password is None else SignedPassword(password.get_secret_value())
        self._guesses = AddressRateLimiter(
            credentials.MAX_GUESSES, 1 / credentials.GUESS_INTERVAL, processes=processes
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(scope, receive)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await deny_websocket(refusal, scope, receive, send)

    async def _refusal(self, scope: Scope, receive: Receive) -> Response | None:
        """Return the response to a request that is not authorized; None if it is."""
        connection = HTTPConnection(scope)
        path = local_path(scope)
        by_program = path.startswith("/api/") or path == "/metrics" or scope["type"] == "websocket"
        changes = by_program and scope.get("method") in _UNSAFE_METHODS
        if changes and not is_allowed(connection, self._allowed_origins):
            return problem_response(foreign_origin(connection))
        if path in ALWAYS_OPEN or (self._password is None and self._token is None):
            return None
        if self._has_cookie(connection) or (self._password is None and needs_no_token(path)):
            return None
        if by_program and not self._is_visitor(connection):
            return self._check_token(connection, path)
        if self._password is None:
            return None
        return await self._check_password(Request(scope, receive), self._password)

    def _is_visitor(self, connection: HTTPConnection) -> bool:
        """Return whether a browser navigates to a REST path, for example by a link to the documentation.

        Such a visitor gets the login page, not a problem document.
        """
        reads = connection.scope["type"] == "http" and "text/html" in connection.headers.get("accept", "")
        return self._password is not None and reads and "authorization" not in connection.headers

    def _has_cookie(self, connection: HTTPConnection) -> bool:
        return self._password is not None and self._password.accepts(
            connection.cookies.get(ACCESS_COOKIE, "")
        )

    def _check_token(self, connection: HTTPConnection, path: str) -> Response | None:
        """Return the response to a REST client without a valid token; None if it has one or needs none."""
        is_websocket = connection.scope["type"] == "websocket"
        if self._password is None and (path.startswith(DOCUMENTATION) or is_websocket):
            return None
        address = _address(connection)
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if not token or scheme.lower() != "bearer" or self._token is None:
            return _unauthorized()
        if self._guesses.acquire(address):  # refunded below if the token is right
            return _too_many_guesses()
        if not self._token.matches(token.strip()):
            return _unauthorized()
        self._guesses.refund(address)
        return None

    async def _check_password(self, request: Request, password: SignedPassword) -> Response:
        """Return the login page; for the right password, a redirect that sets the cookie."""
        if request.method != "POST":
            return self._login(request)
        address = _address(request)
        if self._guesses.acquire(address):
            return self._login(request, "wait", HTTPStatus.TOO_MANY_REQUESTS)
        guess = await _password_in(request)
        if guess is None or not await asyncio.to_thread(password.matches, guess):
            return self._login(request, "wrong")
        self._guesses.refund(address)
        return _redirect_with_cookie(request, password.new_cookie())

    def _login(
        self, request: Request, notice: Notice = "", status: HTTPStatus = HTTPStatus.UNAUTHORIZED
    ) -> Response:
        page = self._login_page(request, notice)
        page.status_code = status
        page.headers.update({"Cache-Control": "no-store", "WWW-Authenticate": _CHALLENGE})
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            page.headers["Retry-After"] = RETRY_AFTER
        return page


def needs_no_token(path: str) -> bool:
    """Return whether a path is one of `CLASSROOM_PATHS` or `PAGE_PATHS`, or below one of them."""
    return any(path == each or path.startswith(f"{each}/") for each in (*CLASSROOM_PATHS, *PAGE_PATHS))


def _redirect_with_cookie(request: Request, cookie: str) -> Response:
    """Return a redirect to the requested page that sets the cookie; browsers keep the URL's fragment."""
    root = request.scope.get("root_path", "")
    query = f"?{request.url.query}" if request.url.query else ""
    path = quote("/" + local_path(request.scope).lstrip("/"))
    redirect = RedirectResponse(f"{root}{path}{query}", 303)
    redirect.set_cookie(
        ACCESS_COOKIE,
        cookie,
        max_age=COOKIE_LIFETIME,
        path=f"{root}/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return redirect


def _unauthorized() -> Response:
    refusal: Problem = problem(
        ErrorCode.UNAUTHORIZED,
        "This server accepts calls with its access token only.",
        field="Authorization",
        expected="Bearer and the server's api_token",
    )
    return problem_response(refusal, {"WWW-Authenticate": _CHALLENGE})


def _too_many_guesses() -> Response:
    refusal = problem(ErrorCode.TOO_MANY_GUESSES, "Too many attempts. Try again in a minute.")
    return problem_response(refusal, {"Retry-After": RETRY_AFTER})


async def deny_websocket(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a websocket's handshake with a response; with a plain 403 if the server lacks that extension."""
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    start = {
        "type": "websocket.http.response.start",
        "status": response.status_code,
        "headers": response.raw_headers,
    }
    await send(start)
    await send({"type": "websocket.http.response.body", "body": bytes(response.body)})


async def _password_in(request: Request) -> str | None:
    """Return the password from the body of a form; None if there is none or the body is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_BYTES:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=None)
    return fields.get("password", [None])[0]


def _address(connection: HTTPConnection) -> str | None:
    return connection.client.host if connection.client else None
