"""JSON bodies of requests: their size limits for each route; large ones are parsed off the event loop."""

import itertools
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, invalid_fields, malformed_json, problem
from server.errors.validation import FieldError, truncated
from server.limits.large_inputs import LARGE_INPUT, excess_of
from server.middleware.body_limit import body_too_large
from server.rest.call_charges import handle_large_body
from server.rest.unique_keys import find_duplicate_key

MAX_SMALL_BODY = 262_144
"""Maximum bytes of a body that carries no more than settings, among them 1,000 points."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Some programs of Windows begin files in UTF-8 with it."""

F = TypeVar("F", bound=Callable[..., Any])


def large_body(endpoint: F) -> F:
    """Mark an endpoint that takes data or parameters: its bodies may have `Settings.max_body` bytes."""
    endpoint.large_body = True  # type: ignore[attr-defined]
    return endpoint


def unique_keys(endpoint: F) -> F:
    """Mark an endpoint that refuses a body with a duplicate key in an object, as in a file edited by hand."""
    endpoint.unique_keys = True  # type: ignore[attr-defined]
    return endpoint


class JsonRoute(APIRoute):
    """A route that limits its bodies in bytes, lists, entries and keys; large ones are parsed on a thread."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of requests."""
        handle, large = super().get_route_handler(), getattr(self.endpoint, "large_body", False)
        parse = _parse_json_unique_keys if getattr(self.endpoint, "unique_keys", False) else _parse_json

        async def handle_bounded(request: Request) -> Response:
            max_bytes = request.app.state.settings.max_body
            if not large:
                max_bytes = min(max_bytes, MAX_SMALL_BODY)
            try:
                return await handle(
                    _JsonRequest(request.scope, request.receive, max_bytes, parse, self._validate)
                )
            except _InvalidBody as invalid:
                raise invalid.error from None

        return handle_bounded

    def _validate(self, parsed: Any) -> Any:
        """Return the parsed body validated for the endpoint; raise `_InvalidBody` if it is invalid."""
        field = self.body_field
        if field is None or parsed is None or self._embed_body_fields:
            return parsed
        value, errors = field.validate(parsed, {}, loc=("body",))
        if errors:
            raise _InvalidBody(RequestValidationError(errors))
        return value


class _InvalidBody(HTTPException):
    """Carries an error past FastAPI, which answers with 400 to any other exception while it reads a body."""

    def __init__(self, error: RequestValidationError) -> None:
        super().__init__(422)
        self.error = error


class _JsonRequest(Request):
    """A request with a bounded body."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        max_bytes: int,
        parse: Callable[[bytes], Any],
        validate: Callable[[Any], Any],
    ) -> None:
        super().__init__(scope, receive)
        self._max_bytes = max_bytes
        self._parse = parse
        self._validate = validate

    async def body(self) -> bytes:
        """Return the body; raise `ProblemError` if it is too large, or not sent as JSON."""
        if not hasattr(self, "_body"):
            length = self.headers.get("content-length", "0")
            if length.isdigit() and int(length) > self._max_bytes:
                raise ProblemError(body_too_large(self._max_bytes))
            received = bytearray()
            async for chunk in self.stream():
                received += chunk
                if len(received) > self._max_bytes:
                    raise ProblemError(body_too_large(self._max_bytes))
            self._body = bytes(received)
            content_type = self.headers.get("content-type", "")
            if received and not _is_json(content_type):
                raise ProblemError(_unsupported_media_type(content_type))
        return self._body

    async def json(self) -> Any:
        """Return the parsed body; a large one is parsed and validated off the event loop."""
        body = await self.body()
        if (expected := excess_of(body)) is not None:
            detail = f"The body has too much in it: expected {expected}."
            raise ProblemError(problem(ErrorCode.TOO_LARGE, detail, status=413, expected=expected))
        if len(body) < LARGE_INPUT:
            return self._parse(body)
        return await handle_large_body(self, body, lambda body: self._validate(self._parse(body)))


def _is_json(content_type: str) -> bool:
    """Return whether a media type is one of JSON."""
    name = content_type.partition(";")[0].strip().lower()
    return name == "application/json" or (name.startswith("application/") and name.endswith("+json"))


def _unsupported_media_type(content_type: str) -> Problem:
    return problem(
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        "The body has to be JSON, sent with the header Content-Type: application/json.",
        field="Content-Type",
        value=truncated(content_type),
        expected="application/json",
    )


def _parse_json(body: bytes) -> Any:
    """Return the parsed body; raise `ProblemError` if it is not valid JSON."""
    try:
        return from_json(body.removeprefix(BYTE_ORDER_MARK))
    except ValueError as error:  # syntax, UTF-8, depth, integers of thousands of digits
        raise ProblemError(malformed_json(str(error))) from None


def _parse_json_unique_keys(body: bytes) -> Any:
    """Return the parsed body, as `_parse_json`; raise `ProblemError` for a duplicate key in an object."""
    parsed = _parse_json(body)
    found = find_duplicate_key(body.removeprefix(BYTE_ORDER_MARK))
    if found is not None:
        names = [*itertools.takewhile(lambda part: isinstance(part, str), found.path)]
        rest = found.path[len(names) :]
        position = tuple(part for part in rest if isinstance(part, int))
        field = ".".join(map(str, [*names, *([] if position else [found.key])]))
        inner = truncated(found.key) if position else None
        error = FieldError(truncated(field), truncated(found.key), "each name once", position, inner)
        raise ProblemError(invalid_fields([error]))
    return parsed
