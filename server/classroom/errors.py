"""The errors of the classroom's REST API, and their descriptions in the OpenAPI document."""

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.rest import errors as problems
from server.rest.errors import UNAVAILABLE, Responses

NO_ROOM: Responses = {
    403: {"model": Problem, "description": "`not_your_room`: the key is wrong."},
    404: {"model": Problem, "description": "`no_such_room`, or no such seat in it."},
    **UNAVAILABLE,
}
NO_SEAT: Responses = {
    401: {"model": Problem, "description": "`no_seat`: this browser has no seat."},
    **UNAVAILABLE,
}


def unavailable() -> ProblemError:
    """Return the error for a room or seat that may be stored while the database cannot be read."""
    return problems.unavailable()


def no_such_room() -> ProblemError:
    """Return the error for an id or a join code that no open room has."""
    return ProblemError(problem(ErrorCode.NO_SUCH_ROOM, "There is no such room, or it has ended."))


def not_your_room() -> ProblemError:
    """Return the error for a wrong teacher's key."""
    return ProblemError(
        problem(
            ErrorCode.NOT_YOUR_ROOM,
            "Only the teacher of this room may do that.",
            field="X-Room-Key",
            expected="the room's key",
        )
    )


def no_seat() -> ProblemError:
    """Return the error for a browser without a seat."""
    return ProblemError(problem(ErrorCode.NO_SEAT, "This browser has no seat in a room, or no more."))


def no_such_seat() -> ProblemError:
    """Return the error for a seat that is not in the room."""
    return ProblemError(problem(ErrorCode.NO_SUCH_SEAT, "There is no such seat in this room."))


def nickname_taken(name: str) -> ProblemError:
    """Return the error for a nickname that another learner of the room has."""
    return ProblemError(
        problem(
            ErrorCode.NICKNAME_TAKEN,
            "Somebody in this room has that nickname already.",
            field="nickname",
            value=name,
        )
    )


def room_closed() -> ProblemError:
    """Return the error for joining a room that is closed to new learners."""
    return ProblemError(problem(ErrorCode.ROOM_CLOSED, "The teacher lets nobody in any more."))


def room_full(max_seats: int) -> ProblemError:
    """Return the error for joining a room whose `max_seats` seats are all taken."""
    return ProblemError(
        problem(
            ErrorCode.ROOM_FULL, "All seats of this room are taken.", expected=f"fewer than {max_seats} seats"
        )
    )


def not_agreed() -> ProblemError:
    """Return the error for changing the settings of a learner who has not agreed."""
    return ProblemError(problem(ErrorCode.NOT_AGREED, "The learner has not agreed to a change of theirs."))


def too_many_guesses() -> ProblemError:
    """Return the error for an address that has tried too many wrong passwords."""
    return ProblemError(problem(ErrorCode.TOO_MANY_GUESSES, "Too many attempts. Try again in a minute."))


def teacher_key_needed() -> ProblemError:
    """Return the error for opening or listing rooms without a teacher's key."""
    return ProblemError(
        problem(
            ErrorCode.TEACHER_KEY_NEEDED,
            "Only teachers open rooms here, with the teachers' password.",
            field="X-Teacher-Key",
            expected="a key from POST /api/teachers",
        )
    )


def wrong_password() -> ProblemError:
    """Return the error for a wrong teachers' password."""
    return ProblemError(
        problem(ErrorCode.WRONG_PASSWORD, "This is not the teachers' password.", field="password")
    )


def no_teacher_password() -> ProblemError:
    """Return the error for what only a server with a teachers' password does."""
    return ProblemError(
        problem(
            ErrorCode.NO_TEACHER_PASSWORD,
            "This server has no teachers' password: rooms are opened without one, and not listed.",
        )
    )


def too_many_joins() -> ProblemError:
    """Return the error for a browser or an address that takes seats faster than it may."""
    return ProblemError(
        problem(ErrorCode.TOO_MANY_JOINS, "Too many seats were taken from here just now. Try again soon.")
    )


def address_has_rooms(max_rooms: int) -> ProblemError:
    """Return the error for opening a room from an address that has `max_rooms` already."""
    return ProblemError(
        problem(
            ErrorCode.ADDRESS_FULL,
            "Too many rooms were opened from this address. End one of them first.",
            expected=f"fewer than {max_rooms}",
        )
    )


def rooms_full(max_rooms: int) -> ProblemError:
    """Return the error for opening a room when there are `max_rooms` already."""
    return ProblemError(
        problem(
            ErrorCode.SERVER_FULL,
            "The server has as many rooms as it can carry.",
            expected=f"fewer than {max_rooms}",
        )
    )
