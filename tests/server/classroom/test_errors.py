import pytest

from server.classroom import errors
from server.errors.codes import REST_CODES
from server.errors.problems import ProblemError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.no_such_room(), 404),
        (errors.not_your_room(), 403),
        (errors.no_seat(), 401),
        (errors.no_such_seat(), 404),
        (errors.nickname_taken("Ada"), 409),
        (errors.room_closed(), 403),
        (errors.room_full(5), 503),
        (errors.rooms_full(5), 503),
        (errors.not_agreed(), 409),
        (errors.too_many_joins(), 429),
    ],
)
def test_each_error_has_a_listed_code(error: ProblemError, status: int) -> None:
    assert error.problem.status == status
    assert error.problem.code in REST_CODES
