import pytest

from server.classroom import refused
from server.problems import CODES, ProblemError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (refused.no_such_room(), 404),
        (refused.not_your_room(), 403),
        (refused.no_seat(), 401),
        (refused.no_such_seat(), 404),
        (refused.nickname_taken("Ada"), 409),
        (refused.room_closed(), 403),
        (refused.room_full(5), 503),
        (refused.rooms_full(5), 503),
        (refused.not_agreed(), 409),
        (refused.too_many_guesses(), 429),
    ],
)
def test_each_refusal_has_a_code_that_is_listed(error: ProblemError, status: int) -> None:
    assert error.problem.status == status
    assert error.problem.code in CODES
