"""Turns exceptions into responses: a problem document under `/api`, a small HTML page elsewhere."""

from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from server.errors.codes import ErrorCode, code_of_status
from server.errors.problems import (
    MAX_ERRORS,
    Problem,
    ProblemError,
    invalid_fields,
    is_api,
    malformed_json,
    problem,
    problem_response,
)
from server.errors.validation import expected_by, field_errors, truncated
from server.limits.processes import ALONE, Processes
from server.middleware.body_limit import BodyLimit
from server.middleware.security_headers import nonce_of

RETRY_AFTER = 10
"""Seconds in the header `Retry-After` of responses with status 429 or 503."""

KNOWN_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")

_STYLE = "body { font-family: system-ui, sans-serif; margin: 3rem auto; max-width: 32rem }"


def install(app: FastAPI, *, max_body: int, max_body_memory: int, processes: Processes = ALONE) -> None:
    """Add the exception handlers to an application, and the limits on request bodies.

    Args:
        app: the application.
        max_body: the most bytes of one body.
        max_body_memory: the most bytes of all bodies at the same time.
        processes: the processes that share `max_body_memory`.
    """
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(Exception, _exception)
    app.add_middleware(BodyLimit, max_bytes=max_body, max_bytes_together=max_body_memory, processes=processes)


def internal_error(request: Request) -> Response:
    """Return the response with status 500, for an exception that no handler expected."""
    if not is_api(request):
        return _page(request, 500, None)
    return problem_response(problem(ErrorCode.INTERNAL, "Something went wrong in the server; it was logged."))


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status, path = error.status_code, request.url.path
    if not is_api(request):
        return _page(request, status, error.headers)
    details = {404: f"There is nothing at {path}.", 405: f"{path} does not take {request.method}."}
    detail = truncated(details.get(status, error.detail))
    headers = dict(error.headers or {})
    if status == 405:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    return problem_response(problem(code_of_status(status), detail, status=status), headers)


def _allowed_methods(request: Request) -> list[str]:
    """Return all methods that a path takes: of all its routes, not only of the first one."""
    routes = request.app.routes
    allowed = {
        method
        for method in KNOWN_METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    }
    return sorted(allowed | ({"HEAD"} if "GET" in allowed else set()))


async def _invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    answer = _unreadable_body(errors[0])
    if answer is None:
        in_body = {number for number, each in enumerate(errors) if each["loc"][0] == "body"}
        fields = field_errors(errors[:MAX_ERRORS], skip=1)
        answer = invalid_fields(fields, total=len(errors), in_body=in_body)
    return problem_response(answer)


def _unreadable_body(error: ErrorDetails) -> Problem | None:
    """Return the problem for a body that is not a JSON object; None if the error is about one field."""
    location: tuple[Any, ...] = error["loc"]
    if location[:1] != ("body",):
        return None
    if error["type"] == "json_invalid":
        return malformed_json(error.get("ctx", {}).get("error", ""))
    if len(location) > 1:
        return None
    if error["type"] == "missing":
        return _invalid_body("A body is needed, and there was none.", "JSON")
    expected = expected_by(error)
    return _invalid_body(f"The body: expected {expected}.", expected)


def _invalid_body(detail: str, expected: str) -> Problem:
    return problem(ErrorCode.INVALID_VALUE, detail, expected=expected)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    temporary = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    headers = {"Retry-After": str(RETRY_AFTER)} if error.problem.status in temporary else {}
    return problem_response(error.problem, {**headers, **(error.headers or {})})


async def _exception(request: Request, _: Exception) -> Response:
    return internal_error(request)


def _page(request: Request, status: int, headers: Mapping[str, str] | None) -> Response:
    """Return a small HTML page that names the status and links to the playground."""
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
