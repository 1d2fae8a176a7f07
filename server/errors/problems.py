"""REST's error answers: `application/problem+json` (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from pydantic import BaseModel, Field, JsonValue
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from server.errors.codes import REST_CODES, ErrorCode
from server.logs import note_refusal

MEDIA_TYPE = "application/problem+json"


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
        json_schema_extra={"enum": [code.value for code in REST_CODES]},
    )
    field: str | None = Field(
        None, description="The field or parameter that was refused.", examples=["noise"]
    )
    value: JsonValue = Field(None, description="The value that it had.", examples=[200])
    expected: str | None = Field(None, description="What would have been taken.", examples=["at most 80"])


class ProblemError(HTTPException):
    """Raised by whoever handles a request, to answer it with a problem.

    It is an `HTTPException`, because FastAPI answers with 400 to any other exception while it reads a body.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.detail)
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
        code: from the table, which also gives the status.
        detail: an English sentence.
        status: if it is not the code's.
        field: the field or parameter that was refused, if it is about one.
        value: its value.
        expected: what would have been accepted.
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


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response for a problem, and note its code for the log."""
    note_refusal(problem.code)
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
