"""What is refused to teachers and learners, as problems."""

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.rest.errors import Responses

NO_ROOM: Responses = {
    403: {"model": Problem, "description": "`not_your_room`: the key is wrong."},
    404: {"model": Problem, "description": "`no_such_room`, or no such seat in it."},
}
NO_SEAT: Responses = {401: {"model": Problem, "description": "`no_seat`: this browser has none, or no more."}}


def no_such_room() -> ProblemError:
    """Return the refusal of an id or a code that no open room has."""
    return ProblemError(problem(ErrorCode.NO_SUCH_ROOM, "There is no such room, or it has ended."))


def not_your_room() -> ProblemError:
    """Return the refusal of a wrong key."""
    return ProblemError(
        problem(
            ErrorCode.NOT_YOUR_ROOM,
            "Only the teacher of this room may do that.",
            field="X-Room-Key",
            expected="the room's key",
        )
    )


def no_seat() -> ProblemError:
    """Return the refusal of who has no seat."""
    return ProblemError(problem(ErrorCode.NO_SEAT, "This browser has no seat in a room, or no more."))


def no_such_seat() -> ProblemError:
    """Return the refusal of a seat that is not in the room."""
    return ProblemError(problem(ErrorCode.NO_SUCH_SEAT, "There is no such seat in this room."))


def nickname_taken(name: str) -> ProblemError:
    """Return the refusal of a nickname that somebody else has."""
    return ProblemError(
        problem(
            ErrorCode.NICKNAME_TAKEN,
            "Somebody in this room has that nickname already.",
            field="nickname",
            value=name,
        )
    )


def room_closed() -> ProblemError:
    """Return the refusal of a newcomer where nobody comes in any more."""
    return ProblemError(problem(ErrorCode.ROOM_CLOSED, "The teacher lets nobody in any more."))


def room_full(most: int) -> ProblemError:
    """Return the refusal of a newcomer where all seats are taken."""
    return ProblemError(
        problem(ErrorCode.ROOM_FULL, "All seats of this room are taken.", expected=f"fewer than {most} seats")
    )


def not_agreed() -> ProblemError:
    """Return the refusal of a change that the learner did not agree to."""
    return ProblemError(problem(ErrorCode.NOT_AGREED, "The learner has not agreed to a change of theirs."))


def too_many_guesses() -> ProblemError:
    """Return the refusal of an address that tried too many codes."""
    return ProblemError(
        problem(ErrorCode.TOO_MANY_GUESSES, "Too many codes were tried that are none. Try again in a moment.")
    )


def rooms_full(most: int) -> ProblemError:
    """Return the refusal of one more room."""
    return ProblemError(
        problem(
            ErrorCode.SERVER_FULL,
            "The server has as many rooms as it can carry.",
            expected=f"fewer than {most}",
        )
    )
