"""Turns errors into problem documents, and describes the error responses in the OpenAPI document."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from engine.errors import InvalidValue, NoSuchNeuron, NoSuchParameter, NotInstalled
from server.errors.codes import ErrorCode
from server.errors.problems import MAX_ERRORS, Problem, ProblemError, invalid_fields, problem
from server.errors.validation import FieldError, bounded, field_errors
from server.errors.wire_errors import MessageError
from server.errors.wire_errors import unavailable as unavailable_error
from server.runtime.session_manager import SessionUnavailable, UnknownSession
from server.sessions.rules import InRoomError

Responses = dict[int | str, dict[str, Any]]
"""Responses of a route by HTTP status, in the form of FastAPI's parameter `responses`."""

COMMON: Responses = {
    405: {"model": Problem, "description": "The path does not support this method."},
    413: {"model": Problem, "description": "The body is too large, or has too many entries."},
    422: {"model": Problem, "description": "A field or parameter is not valid, or exceeds a limit."},
    429: {
        "model": Problem,
        "description": "Too many requests; `Retry-After` says in how many seconds to retry.",
    },
}
WITHOUT_BODY: Responses = {
    405: {"model": Problem, "description": "Only GET and HEAD are supported."},
    413: {"model": Problem, "description": "The body is too large; none is needed."},
    429: COMMON[429],
}
"""The responses of `COMMON` for routes that only read and have no parameters."""
BODY: Responses = {
    400: {"model": Problem, "description": "`malformed_json`: the body is not valid JSON in UTF-8."},
    415: {"model": Problem, "description": "The body is not sent as `application/json`."},
}
UNAVAILABLE: Responses = {
    503: {
        "model": Problem,
        "description": "`unavailable`: the database cannot be read now. Stored data is not lost. "
        "`Retry-After` says in how many seconds to retry.",
    }
}
NOT_FOUND: Responses = {
    404: {"model": Problem, "description": "There is no such session, or it was removed."},
    **UNAVAILABLE,
}
FULL: Responses = {
    503: {
        "model": Problem,
        "description": "The server has reached its limit; or its database cannot be read (`unavailable`).",
    }
}
CHANGES: Responses = {
    403: {
        "model": Problem,
        "description": "`view_only`: a view id can only read. `not_your_training`: "
        "a seat's training is changed with the seat's cookie, its key in "
        "`X-Session-Key` (`session_key` of `GET /api/seat`), or the teacher's in `X-Room-Key`.",
    },
    412: {
        "model": Problem,
        "description": "`revision_changed`: the session no longer has the revision in `If-Match`. Nothing "
        "was changed.",
    },
}
"""The responses of routes that change a session."""
IN_ROOM: Responses = {
    409: {"model": Problem, "description": "A classroom does not allow it: `locked`, `paused` or `in_room`."}
}
OTHER_PROBLEM: Responses = {
    409: {
        "model": Problem,
        "description": "`other_problem`: the network takes images and this is about points of the plane, or "
        "the other way round.",
    }
}
KEEPS_POINTS: Responses = {
    409: {
        "model": Problem,
        "description": "A classroom does not allow it (`locked`, `paused` or `in_room`), or the points were "
        "set by a client and would be lost (`custom_data`).",
    }
}


@contextmanager
def errors_as_problems(*, within: str = "") -> Iterator[None]:
    """Turn the errors of sessions and of the engine that leave a `with` block into `ProblemError`.

    Args:
        within: the field of the body that holds the checked settings; it is put before the names of fields
            in validation errors, such as "config" in "config.learning_rate".
    """
    try:
        yield
    except UnknownSession as unknown:
        raise not_found("session", str(unknown), "the id of a session that is there") from None
    except SessionUnavailable:
        raise unavailable() from None
    except ValidationError as error:
        errors = error.errors(include_url=False)
        fields = [_within(within, each) for each in field_errors(errors[:MAX_ERRORS])]
        raise ProblemError(invalid_fields(fields, total=len(errors))) from None
    except MessageError as error:
        raise _from_message(error) from None
    except InRoomError:
        raise in_room() from None
    except InvalidValue as error:
        raise invalid_value(error.field, error.value, error.expected, error.position) from None
    except NotInstalled as error:
        detail = f"The package {error.package} is not installed on this server."
        missing = problem(
            ErrorCode.NOT_INSTALLED, detail, field="format", value=error.package, expected=error.install
        )
        raise ProblemError(missing) from None
    except NoSuchNeuron as error:
        value = bounded([error.layer, error.neuron])
        raise ProblemError(
            problem(ErrorCode.NOT_FOUND, f"There is {error}.", value=value, expected=error.expected)
        ) from None
    except NoSuchParameter as error:
        raise ProblemError(
            problem(ErrorCode.NOT_FOUND, f"There is {error}.", expected=error.expected)
        ) from None


def _within(outer: str, error: FieldError) -> FieldError:
    return error._replace(field=".".join(part for part in (outer, error.field) if part) or None)


def _from_message(refused: MessageError) -> ProblemError:
    """Return the problem with the content of an error message of the websocket protocol."""
    error = refused.error
    return ProblemError(
        problem(
            refused.code.in_rest,
            error.message,
            field=error.field,
            value=error.value,
            expected=error.expected,
        )
    )


def unavailable() -> ProblemError:
    """Return the problem for what may be stored while the database cannot be read."""
    return ProblemError(problem(ErrorCode.UNAVAILABLE, unavailable_error().message))


def in_room() -> ProblemError:
    """Return the problem for a call that is not allowed on a training that belongs to a classroom."""
    detail = "This training belongs to a classroom; its learner's page and its teacher drive it."
    return ProblemError(problem(ErrorCode.IN_ROOM, detail))


def invalid_value(field: str, value: object, expected: str, position: tuple[int, ...] = ()) -> ProblemError:
    """Return the problem for a value that is not `expected`; `position` as in `FieldError`."""
    return ProblemError(invalid_fields([FieldError(field, bounded(value), expected, position)]))


def revision_changed(revision: int, wanted: str) -> ProblemError:
    """Return the problem for a session whose revision is not one of those in `If-Match`."""
    return ProblemError(
        problem(
            ErrorCode.REVISION_CHANGED,
            f"The session has changed meanwhile: its revision is {revision}.",
            field="If-Match",
            value=bounded(wanted),
            expected=f'"{revision}"',
        )
    )


def already_training(job_id: str, address: str) -> ProblemError:
    """Return the problem for a session that another job trains; `address` is the job's."""
    return ProblemError(
        problem(
            ErrorCode.ALREADY_TRAINING,
            f"The session is already being trained by the job {job_id}.",
            field="replace",
            value=False,
            expected="true, to end that training, or a session without one",
        ),
        {"Location": address},
    )


def not_found(field: str, value: str, expected: str) -> ProblemError:
    """Return the problem for an id that does not exist; `field` is the kind of thing it should name."""
    shown = bounded(value)
    return ProblemError(
        problem(
            ErrorCode.NOT_FOUND, f"There is no {field} {shown}.", field=field, value=shown, expected=expected
        )
    )


def server_full(what: str, limit: int) -> ProblemError:
    """Return the problem for exceeding `limit`, the largest number of `what` on this server."""
    return ProblemError(
        problem(
            ErrorCode.SERVER_FULL,
            f"The server has as many {what} as it can carry. Try again later.",
            expected=f"fewer than {limit} {what}",
        )
    )
