"""From a call of REST to a session and back: orders, and refusals in REST's terms."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Path, Query, Request, Response
from pydantic import ValidationError

from engine.errors import InvalidValue, NoSuchNeuron, NoSuchParameter
from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.errors.validation import FieldError, bounded, first_error, truncated
from server.errors.wire_errors import MessageError
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.rules import InRoomError
from server.sessions.session import Session

T = TypeVar("T")
Responses = dict[int | str, dict[str, Any]]

TABLE: dict[str, Any] = {
    "content": {"text/csv": {"schema": {"type": "string"}}},
    "description": "The table in the format that was asked for.",
}
Format = Annotated[
    Literal["json", "csv"],
    Query(description="json, or csv: a line for each entry, the first with the names of the columns."),
]
SessionId = Annotated[
    str,
    Path(
        description="The session's id: from the answer that made it, or from a page's address or dialog.",
        examples=["GyT7cLq1Yt4kO1fYbT0rVw"],
        max_length=128,
    ),
]

COMMON: Responses = {
    405: {"model": Problem, "description": "The path does not take this method."},
    413: {"model": Problem, "description": "The body is too large."},
    422: {"model": Problem, "description": "A field or parameter is not as described, or more than allowed."},
    429: {"model": Problem, "description": "Too many requests; `Retry-After` tells when to come again."},
}
BODY: Responses = {400: {"model": Problem, "description": "The body cannot be read."}}
NOT_FOUND: Responses = {404: {"model": Problem, "description": "There is no such session, or no more."}}
FULL: Responses = {503: {"model": Problem, "description": "The server has as much to do as it can carry."}}

IN_ROOM: Responses = {
    409: {"model": Problem, "description": "A classroom does not allow it: `locked`, `paused` or `in_room`."}
}


def only_known(request: Request) -> None:
    """Refuse parameters that the route does not know: a misspelt one would pass silently."""
    known = [field.alias for field in request.scope["route"].dependant.query_params]
    for name, value in request.query_params.items():
        if name not in known:
            expected = f"one of {', '.join(known)}" if known else "no parameters"
            detail = f"There is no parameter {truncated(name)}: expected {expected}."
            raise ProblemError(
                problem(
                    ErrorCode.INVALID_VALUE,
                    detail,
                    field=truncated(name),
                    value=truncated(value),
                    expected=expected,
                )
            )


def get_session_manager(request: Request) -> SessionManager:
    """Return the host of the sessions."""
    session_manager: SessionManager = request.app.state.session_manager
    return session_manager


async def obeyed(request: Request, identity: str, work: Callable[[Session], T], *, within: str = "") -> T:
    """Have something done with a session, and return what came of it.

    Args:
        request: the call.
        identity: the session's id.
        work: the order.
        within: the field of the body that holds the settings, for refusals of these.

    Raises:
        server.errors.problems.ProblemError: there is no such session, or it refused.
    """
    with refusals(within=within):
        return await asyncio.wrap_future(get_session_manager(request).submit(identity, work))


@contextmanager
def refusals(*, within: str = "") -> Iterator[None]:
    """Raise what sessions and the engine refuse as REST's problems."""
    try:
        yield
    except UnknownSession as unknown:
        raise not_found("session", str(unknown), "the id of a session that is there") from None
    except ValidationError as wrong:
        fault = first_error(wrong.errors(include_url=False))
        field = ".".join(part for part in (within, fault.field) if part) or None
        fault = fault._replace(field=field)
        raise ProblemError(problem(ErrorCode.INVALID_VALUE, fault.message, **fault._asdict())) from None
    except MessageError as refused:
        error = refused.error
        raise ProblemError(
            problem(
                refused.code.in_rest,
                error.message,
                field=error.field,
                value=error.value,
                expected=error.expected,
            )
        ) from None
    except InRoomError:
        raise in_room() from None
    except InvalidValue as invalid_value:
        raise invalid(invalid_value.field, invalid_value.value, invalid_value.expected) from None
    except NoSuchNeuron as missing:
        value = [missing.layer, missing.neuron]
        raise ProblemError(
            problem(
                ErrorCode.NOT_FOUND, f"There is {missing}.", value=bounded(value), expected=missing.expected
            )
        ) from None
    except NoSuchParameter as missing_parameter:
        raise ProblemError(
            problem(
                ErrorCode.NOT_FOUND, f"There is {missing_parameter}.", expected=missing_parameter.expected
            )
        ) from None


def in_room() -> ProblemError:
    """Return the refusal of what nobody does with a training of a classroom."""
    detail = "This training belongs to a classroom; its learner's page and its teacher drive it."
    return ProblemError(problem(ErrorCode.IN_ROOM, detail))


def invalid(field: str, value: object, expected: str) -> ProblemError:
    """Return the refusal of a value."""
    fault = FieldError(field, bounded(value), expected)
    return ProblemError(problem(ErrorCode.INVALID_VALUE, fault.message, **fault._asdict()))


def not_found(field: str, value: str, expected: str) -> ProblemError:
    """Return the refusal of a name that nothing has."""
    shown = bounded(value)
    return ProblemError(
        problem(
            ErrorCode.NOT_FOUND, f"There is no {field} {shown}.", field=field, value=shown, expected=expected
        )
    )


def full(what: str, limit: int) -> ProblemError:
    """Return the refusal of more than the server can carry."""
    return ProblemError(
        problem(
            ErrorCode.SERVER_FULL,
            f"The server has as many {what} as it can carry. Try again later.",
            expected=f"fewer than {limit} {what}",
        )
    )


def csv_response(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as CSV, its first line the names of the columns; None becomes an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return Response(text.getvalue(), media_type="text/csv")


async def ended_within(future: Future[Any], seconds: float) -> bool:
    """Wait for a future of another thread, but not for long; return whether it is done."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def tell(_: Future[Any]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(done.set)

    if not future.done() and seconds:
        future.add_done_callback(tell)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await done.wait()
    return future.done()
