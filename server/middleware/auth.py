"""Who may come in: a password for the whole site, and a token for programs. Both are optional."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, quote

from pydantic import SecretStr
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors.problems import Problem, place_of, problem, problem_response
from server.limits.rate_limits import Buckets
from server.middleware.origin import may_connect
from server.middleware.security_headers import nonce_of
from server.settings import Settings
from server.web.pages import Pages

COOKIE = "tinkernet_access"
MONTH = 31 * 24 * 3600
"""Seconds that a password, once given, serves."""

GUESSES = 40
"""Wrong guesses that an address may make at once: a class that mistypes shares one."""

GUESS_EVERY = 2.0
"""Seconds after which an address may guess once more."""

_LARGEST_FORM = 4096
_ROUNDS = 100_000

ALWAYS_OPEN = {"/api/health", "/api/ready"}
"""For monitors."""

DESCRIBED_AT = ("/api/docs", "/api/openapi.json")
"""What describes REST is no secret; a browser has no token to ask with."""

FOR_PAGES = ("/api/rooms", "/api/seats", "/api/seat")
"""What the classroom's pages call: rooms and seats have secrets of their own, and browsers no token."""

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class Guesses:
    """Counts wrong guesses by address: so many at once, then one every few seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = Buckets(GUESSES, 1 / GUESS_EVERY, clock)

    def begin(self, address: str | None) -> bool:
        """Return whether an address may guess now, and count the guess as a wrong one until `right`."""
        return not self._buckets.add(address)

    def right(self, address: str | None) -> None:
        """Note that the last guess was right: it does not count."""
        self._buckets.take_back(address)


class Password:
    """The site's password, and the cookies that show that somebody knew it."""

    def __init__(self, password: str, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._key = self._stretched(password)

    def is_right(self, guess: str) -> bool:
        """Return whether a guess is the password."""
        return hmac.compare_digest(self._stretched(guess), self._key)

    def cookie(self) -> str:
        """Return the value of a cookie that serves for a month, after a restart too."""
        ends = str(int(self._now()) + MONTH)
        return f"{ends}.{self._sign(ends)}"

    def accepts(self, cookie: str) -> bool:
        """Return whether a cookie is one of ours and still serves."""
        ends, _, sign = cookie.partition(".")
        genuine = hmac.compare_digest(sign.encode(), self._sign(ends).encode())
        return genuine and ends.isdecimal() and self._now() < int(ends)

    def _sign(self, ends: str) -> str:
        return hmac.new(self._key, ends.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _stretched(password: str) -> bytes:
        # Slow, so that a stolen cookie does not give a weak password away at once.
        return hashlib.pbkdf2_hmac("sha256", password.encode(), b"tinkernet site", _ROUNDS)


class Authentication:
    """Lets in whom the settings let in; others get the login page, or a problem."""

    def __init__(self, app: ASGIApp, settings: Settings, pages: Pages) -> None:
        self._app = app
        self._pages = pages
        self._allowed_origins = settings.allowed_origins
        self._token = _digest(settings.api_token)
        given = settings.site_password
        self._password = Password(given.get_secret_value()) if given is not None else None
        self._guesses = Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        response = await self._answer(scope, receive)
        if response is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await response(scope, receive, send)
        else:
            await _deny(response, scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | None:
        """Return what to answer to those who stay outside, None for those who come in."""
        asked = HTTPConnection(scope)
        place = place_of(scope)
        by_program = place.startswith("/api/") or place == "/metrics" or scope["type"] == "websocket"
        if by_program and scope.get("method") in _UNSAFE and not self._may_change(asked):
            return problem_response(_foreign(asked))
        if place in ALWAYS_OPEN or (self._password is None and self._token is None):
            return None
        if self._has_cookie(asked) or (self._password is None and is_for_pages(place)):
            return None
        if by_program and not self._is_visitor(asked):
            return self._for_program(asked, place)
        return None if self._password is None else await self._for_visitor(Request(scope, receive))

    def _is_visitor(self, asked: HTTPConnection) -> bool:
        """Return whether somebody wants to read the description of REST, or has followed a link to a file."""
        reads = asked.scope["type"] == "http" and "text/html" in asked.headers.get("accept", "")
        return self._password is not None and reads and "authorization" not in asked.headers

    def _may_change(self, asked: HTTPConnection) -> bool:
        """Return whether a request that changes something is not one that a page from elsewhere makes."""
        return may_connect(
            asked.headers.get("origin"),
            asked.headers.get("host"),
            scheme=asked.url.scheme,
            allowed=self._allowed_origins,
        )

    def _has_cookie(self, asked: HTTPConnection) -> bool:
        return self._password is not None and self._password.accepts(asked.cookies.get(COOKIE, ""))

    def _for_program(self, asked: HTTPConnection, place: str) -> Response | None:
        """Let a program in by its token."""
        websocket = asked.scope["type"] == "websocket"
        if self._password is None and (place.startswith(DESCRIBED_AT) or websocket):
            return None
        address = _address(asked)
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        given = bool(token) and kind.lower() == "bearer"
        if not given or self._token is None:
            return _unauthorized()
        if not self._guesses.begin(address):
            return _too_many()
        if not hmac.compare_digest(_sha(token.strip()), self._token):
            return _unauthorized()
        self._guesses.right(address)
        return None

    async def _for_visitor(self, request: Request) -> Response | None:
        """Show the login page, or take the password that was typed in there."""
        if request.method != "POST":
            return self._login(request)
        address = _address(request)
        if not self._guesses.begin(address):
            return self._login(request, said="wait", status=HTTPStatus.TOO_MANY_REQUESTS)
        guess = await _password_in(request)
        assert self._password is not None
        if guess is None or not await asyncio.to_thread(self._password.is_right, guess):
            return self._login(request, said="wrong")
        self._guesses.right(address)
        return self._welcome(request, self._password)

    def _welcome(self, request: Request, password: Password) -> Response:
        """Send the visitor on to where they wanted to go; the browser keeps what stands behind the #."""
        root = request.scope.get("root_path", "")
        query = f"?{request.url.query}" if request.url.query else ""
        there = RedirectResponse(f"{root}{quote('/' + place_of(request.scope).lstrip('/'))}{query}", 303)
        there.set_cookie(
            COOKIE,
            password.cookie(),
            max_age=MONTH,
            path=f"{root}/",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return there

    def _login(
        self, asked: HTTPConnection, *, said: str = "", status: HTTPStatus = HTTPStatus.UNAUTHORIZED
    ) -> Response:
        locale = self._pages.locale_for(asked)
        html = self._pages.door("login", locale=locale, nonce=nonce_of(asked.scope), said=said)
        headers = {"Cache-Control": "no-store", "Content-Language": locale, "WWW-Authenticate": _SCHEME}
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            headers["Retry-After"] = "60"
        return HTMLResponse(html, status, headers)


def is_for_pages(place: str) -> bool:
    """Return whether a path is one that the classroom's pages call without a token."""
    return any(place == each or place.startswith(f"{each}/") for each in FOR_PAGES)


_SCHEME = 'Bearer realm="tinkernet"'


def _unauthorized() -> Response:
    refused = problem(
        401,
        "unauthorized",
        "This server wants to know who asks.",
        field="Authorization",
        expected="Bearer and the server's api_token",
    )
    return problem_response(refused, {"WWW-Authenticate": _SCHEME})


def _too_many() -> Response:
    refused = problem(429, "too_many_guesses", "That was tried too often. Try again in a minute.")
    return problem_response(refused, {"Retry-After": "60"})


def _foreign(asked: HTTPConnection) -> Problem:
    return problem(
        403,
        "foreign_origin",
        "This page did not come from this server. See the setting allowed_origins.",
        field="Origin",
        value=asked.headers.get("origin", "")[:200],
    )


async def _deny(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a websocket's handshake with a response."""
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await send(
        {
            "type": "websocket.http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
    )
    await send({"type": "websocket.http.response.body", "body": bytes(response.body)})


async def _password_in(request: Request) -> str | None:
    """Return the password of a form, None if there is no such thing in the body."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=None)
    return fields.get("password", [None])[0]


def _address(asked: HTTPConnection) -> str | None:
    return asked.client.host if asked.client else None


def _digest(secret: SecretStr | None) -> bytes | None:
    return None if secret is None else _sha(secret.get_secret_value())


def _sha(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
