"""REST's refusals: `application/problem+json` (RFC 9457) for whatever goes wrong under `/api`."""

import json
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, JsonValue
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors.validation import expected_by, fault_of, shortened
from server.logs import note_refusal
from server.middleware.security_headers import nonce_of

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER = 10
"""Seconds after which a program may try again where there was no room."""

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "invalid_value",
    429: "too_many_requests",
    500: "internal",
}

CODES = (
    *_CODES.values(),
    "server_full",
    "address_full",
    "refused",
    "foreign_origin",
    "closing",
    "too_many_guesses",
    "locked",
    "paused",
    "in_room",
    "no_such_room",
    "not_your_room",
    "no_seat",
    "no_such_seat",
    "nickname_taken",
    "room_closed",
    "room_full",
    "not_agreed",
)


class Problem(BaseModel):
    """What went wrong. `code` is stable; `field`, `value` and `expected` tell which input was refused."""

    type: str = Field("about:blank", description="Always about:blank.", examples=["about:blank"])
    title: str = Field(description="The status in words.", examples=["Unprocessable Content"])
    status: int = Field(description="The status of the answer.", examples=[422])
    detail: str = Field(
        description="What went wrong, in a sentence.", examples=["noise: expected at most 80, got 200."]
    )
    code: str = Field(
        description="What went wrong, for programs.",
        examples=["invalid_value"],
        json_schema_extra={"enum": list(CODES)},
    )
    field: str | None = Field(
        None, description="The field or parameter that was refused.", examples=["noise"]
    )
    value: JsonValue = Field(None, description="The value that it had.", examples=[200])
    expected: str | None = Field(None, description="What would have been taken.", examples=["at most 80"])


class ProblemError(Exception):
    """A problem to answer with, raised where a request is handled."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    field: str | None = None,
    value: JsonValue = None,
    expected: str | None = None,
) -> Problem:
    """Return a problem, titled by its status."""
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        field=field,
        value=value,
        expected=expected,
    )


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that tells of a problem."""
    # Half a surrogate pair, in what was refused, is no UTF-8: all that is not ASCII goes as an escape.
    note_refusal(problem.code)
    body = json.dumps(problem.model_dump(exclude_none=True), separators=(",", ":"))
    return Response(body, problem.status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI, *, max_body: int) -> None:
    """Make the application answer every failure with a problem, or outside `/api` with a small page."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(Exception, _internal)
    app.add_middleware(BodyLimit, largest=max_body)


class BodyLimit:
    """Refuses requests whose body is too large, whether they say so or just go on sending."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Request(scope).headers.get("content-length", "0")
        if length.isdigit() and int(length) > self._largest:
            await problem_response(self._too_large())(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._largest:
                raise ProblemError(self._too_large())
            return message

        await self._app(scope, counted, send)

    def _too_large(self) -> Problem:
        expected = f"at most {self._largest} bytes"
        return problem(413, "too_large", f"The body is too large: expected {expected}.", expected=expected)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status, path = error.status_code, request.url.path
    if not is_api(request):
        return _page(request, status, error.headers)
    detail = {404: f"There is nothing at {path}.", 405: f"{path} does not take {request.method}."}
    shown = shortened(detail.get(status, error.detail))
    return problem_response(problem(status, _CODES.get(status, "refused"), shown), error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    refused = _unread(request, errors[0])
    if refused is None:
        fault = fault_of(errors, within=1)
        refused = problem(422, "invalid_value", fault.message, **fault._asdict())
    return problem_response(refused)


def _unread(request: Request, wrong: Mapping[str, Any]) -> Problem | None:
    """Return the refusal of a body that could not even be read as JSON."""
    if wrong["loc"][:1] != ("body",):
        return None
    if wrong["type"] == "json_invalid":
        place, reason = wrong["loc"][-1], wrong.get("ctx", {}).get("error", "")
        return problem(
            422, "invalid_value", f"The body is not JSON: {reason} at character {place}.", expected="JSON"
        )
    if len(wrong["loc"]) > 1:
        return None
    if wrong["type"] == "missing":
        return problem(422, "invalid_value", "A body is needed, and there was none.", expected="JSON")
    if isinstance(wrong["input"], bytes):  # FastAPI reads only what says that it is JSON
        kind = shortened(request.headers.get("content-type", ""))
        return problem(
            422,
            "invalid_value",
            "The body has to be sent as JSON, with the header Content-Type: application/json.",
            field="Content-Type",
            value=kind,
            expected="application/json",
        )
    expected = expected_by(wrong)  # type: ignore[arg-type]
    return problem(422, "invalid_value", f"The body: expected {expected}.", expected=expected)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    full = error.problem.status == HTTPStatus.SERVICE_UNAVAILABLE
    later = full or error.problem.status == HTTPStatus.TOO_MANY_REQUESTS
    return problem_response(error.problem, {"Retry-After": str(RETRY_AFTER)} if later else None)


async def _internal(request: Request, _: Exception) -> Response:
    return internal_error(request)


def internal_error(request: Request) -> Response:
    """Return what is answered where the server itself failed."""
    if not is_api(request):
        return _page(request, 500, None)
    return problem_response(problem(500, "internal", "Something went wrong in the server; it was logged."))


def is_api(request: Request) -> bool:
    """Return whether a request is one of REST, rather than for a page or a file."""
    return f"{place_of(request.scope)}/".startswith("/api/")


def place_of(scope: Scope) -> str:
    """Return the path of a request below the application's root, where a proxy may have put it."""
    path: str = scope["path"]
    root = scope.get("app_root_path", scope.get("root_path", ""))  # what is mounted has a root of its own
    return path[len(root) :] if path == root or path.startswith(f"{root}/") else path


_STYLE = "body { font-family: system-ui, sans-serif; margin: 3rem auto; max-width: 32rem }"


def _page(request: Request, status: int, headers: Mapping[str, str] | None) -> Response:
    """Return a page for somebody who mistyped an address."""
    phrase = HTTPStatus(status).phrase
    text = "There is no such page here." if status == 404 else "That did not work."
    scope = request.scope
    root = escape(scope.get("app_root_path", scope.get("root_path", "")))
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{phrase}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style nonce="{nonce_of(scope)}">{_STYLE}</style>'
        f'<h1>{phrase}</h1><p>{text} <a href="{root}/">To the playground</a></p>'
    )
    return HTMLResponse(html, status, headers)
