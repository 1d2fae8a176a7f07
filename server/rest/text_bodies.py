"""Bodies that are text and not JSON: bounded in bytes."""

from starlette.requests import Request

from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem
from server.errors.validation import truncated
from server.middleware.body_limit import body_too_large

CSV_TYPES = frozenset({"text/csv", "text/plain", "text/tab-separated-values"})
"""Media types that a table may have."""


async def csv_body(request: Request, max_bytes: int) -> bytes:
    """Return a body that is a table; raise `ProblemError` if it is too large, or of another type."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() not in CSV_TYPES:
        raise ProblemError(
            problem(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                "The body has to be the table, sent with the header Content-Type: text/csv.",
                field="Content-Type",
                value=truncated(content_type),
                expected="text/csv",
            )
        )
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > max_bytes:
            raise ProblemError(body_too_large(max_bytes))
    return bytes(received)
