"""REST's error answers: `application/problem+json` (RFC 9457)."""

import json
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import quote

from pydantic import BaseModel, Field, JsonValue
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from server.errors.codes import REST_CODES, ErrorCode
from server.errors.validation import FieldError, truncated
from server.logs import set_refusal

MEDIA_TYPE = "application/problem+json"


MAX_ERRORS = 10
"""Maximum number of invalid fields that one problem tells."""


class InvalidField(BaseModel):
    """One invalid field of a body, or one invalid parameter."""

    detail: str = Field(
        description="What is wrong with it, in a sentence.",
        examples=["config.noise: expected at most 80, got 200."],
    )
    pointer: str | None = Field(
        None,
        description="Where in the body it is, as a JSON Pointer (RFC 6901) in a URI fragment.",
        examples=["#/config/noise"],
    )
    field: str | None = Field(
        None, description="The name of the field or parameter.", examples=["config.noise"]
    )
    index: list[int] | None = Field(
        None,
        description="The position of the invalid item, from 0, if the field is a list; several numbers for "
        "nested lists.",
        examples=[[3]],
    )
    value: JsonValue = Field(None, description="Its value.", examples=[200])
    expected: str | None = Field(None, description="The expected value.", examples=["at most 80"])


class Problem(BaseModel):
    """An error. `code` is stable; `field`, `value` and `expected` describe the first invalid input."""

    type: str = Field("about:blank", description="Always about:blank.", examples=["about:blank"])
    title: str = Field(description="The HTTP status in words.", examples=["Unprocessable Content"])
    status: int = Field(description="The HTTP status code.", examples=[422])
    detail: str = Field(
        description="What went wrong, in a sentence.", examples=["noise: expected at most 80, got 200."]
    )
    code: str = Field(
        description="A stable identifier of the error, for programs.",
        examples=["invalid_value"],
        json_schema_extra={"enum": [code.value for code in REST_CODES]},
    )
    field: str | None = Field(None, description="The first invalid field or parameter.", examples=["noise"])
    value: JsonValue = Field(None, description="Its value.", examples=[200])
    expected: str | None = Field(None, description="The expected value.", examples=["at most 80"])
    errors: list[InvalidField] | None = Field(
        None, max_length=MAX_ERRORS, description="All invalid fields and parameters, up to ten."
    )
    more_errors: int | None = Field(
        None, description="Number of further invalid fields, if there are more than ten.", examples=[3]
    )


class ProblemError(HTTPException):
    """Raised within a request to answer it with a problem.

    It is an `HTTPException`, because FastAPI answers any other exception while it reads a body with 400.
    """

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.status, problem.detail, headers)
        self.problem = problem

    def __str__(self) -> str:
        return self.problem.detail


def problem(
    code: ErrorCode,
    detail: str,
    *,
    status: int | None = None,
    field: str | None = None,
    value: JsonValue = None,
    expected: str | None = None,
) -> Problem:
    """Return a problem; its title is the status in words.

    Args:
        code: the error code.
        detail: an English sentence.
        status: the HTTP status; by default the code's.
        field: the refused field or parameter, if the problem is about one.
        value: its value.
        expected: a description of accepted values.
    """
    status = code.status if status is None else status
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code.value,
        field=field,
        value=value,
        expected=expected,
    )


def invalid_fields(
    errors: Sequence[FieldError], *, total: int = 1, in_body: Collection[int] | None = None
) -> Problem:
    """Return the problem with the code `invalid_value` for at least one invalid field or parameter.

    Args:
        errors: the first errors, `MAX_ERRORS` at most.
        total: the number of all errors.
        in_body: the indices of the errors about fields of the body; None for all.
    """
    first = errors[0]
    fields = [
        InvalidField(
            detail=error.message,
            pointer=_pointer(error) if in_body is None or number in in_body else None,
            field=error.field,
            index=list(error.position) or None,
            value=error.value,
            expected=error.expected,
        )
        for number, error in enumerate(errors)
    ]
    answer = problem(
        ErrorCode.INVALID_VALUE,
        first.message,
        field=first.field,
        value=first.value,
        expected=first.expected,
    )
    answer.errors, answer.more_errors = fields, max(0, total - len(fields)) or None
    return answer


def _pointer(error: FieldError) -> str:
    """Return where in the body a field is. Names of known fields have no dots, so `field` can be split."""
    names = error.field.split(".") if error.field else []
    escaped, inner = (
        [quote(name.replace("~", "~0").replace("/", "~1")) for name in each]
        for each in (names, [error.inner] if error.inner else [])
    )
    return truncated("#" + "".join(f"/{part}" for part in (*escaped, *error.position, *inner)))


def malformed_json(reason: str) -> Problem:
    """Return the problem for a body that cannot be read as JSON."""
    detail = f"The body is not valid JSON: {reason}."
    return problem(ErrorCode.MALFORMED_JSON, detail, expected="JSON")


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response for a problem, and set its code for the request's log line."""
    set_refusal(problem.code)
    # ASCII only: a refused value may hold half of a surrogate pair, which has no UTF-8.
    body = json.dumps(problem.model_dump(exclude_none=True), separators=(",", ":"))
    return Response(body, problem.status, headers, media_type=MEDIA_TYPE)


def is_api(request: Request) -> bool:
    """Return whether a request is for REST, rather than for a page or a file."""
    return f"{local_path(request.scope)}/".startswith("/api/")


def local_path(scope: Scope) -> str:
    """Return the path of a request below the application's root path."""
    path: str = scope["path"]
    root = scope.get("app_root_path", scope.get("root_path", ""))  # a mounted app has its own root path
    return path[len(root) :] if path == root or path.startswith(f"{root}/") else path
