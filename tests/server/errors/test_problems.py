from server.errors import problems
from server.errors.codes import ErrorCode


def test_empty_members_are_omitted() -> None:
    response = problems.problem_response(problems.problem(ErrorCode.NOT_FOUND, "Nothing."))
    assert bytes(response.body) == (
        b'{"type":"about:blank","title":"Not Found","status":404,"detail":"Nothing.","code":"not_found"}'
    )
