import asyncio
import threading
from concurrent.futures import Future

import pytest
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.errors import InvalidValue, NoSuchNeuron, NoSuchParameter
from server.errors.problems import ProblemError
from server.errors.wire_errors import server_full
from server.limits.training_size import check_network
from server.rest import dependencies
from server.rest.errors import errors_as_problems
from server.runtime.session_manager import UnknownSession

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("error", "status", "code", "field"),
    [
        (UnknownSession("x"), 404, "not_found", "session"),
        (InvalidValue("noise", 3, "less"), 422, "invalid_value", "noise"),
        (NoSuchNeuron(9, 1, "fewer"), 404, "not_found", None),
        (NoSuchParameter("bias 9", "fewer"), 404, "not_found", None),
        (server_full(3, 3), 503, "server_full", None),
    ],
)
def test_errors_become_problems(error: Exception, status: int, code: str, field: str | None) -> None:
    with pytest.raises(ProblemError) as raised, errors_as_problems():
        raise error
    problem = raised.value.problem
    assert (problem.status, problem.code, problem.field) == (status, code, field)


def test_a_problem_names_the_setting_within_its_field() -> None:
    for within, field in (("config", "config.noise"), ("", "noise")):
        with pytest.raises(ProblemError) as raised, errors_as_problems(within=within):
            TrainingConfig(noise=99)
        problem = raised.value.problem
        assert (problem.field, problem.value, problem.expected) == (field, 99, "at most 80")
        assert problem.detail.startswith(field)


def test_a_network_that_is_too_large_is_a_problem() -> None:
    with pytest.raises(ProblemError) as raised, errors_as_problems():
        check_network(TrainingConfig(), 3)
    assert (raised.value.problem.status, raised.value.problem.code) == (422, "too_large")


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), errors_as_problems():
        raise ZeroDivisionError
    with pytest.raises(ValidationError):
        TrainingConfig(noise=99)


async def test_waiting_for_a_future_does_not_cancel_it() -> None:
    future: Future[int] = Future()
    assert not await dependencies.wait_for_future(future, 0)
    assert not await dependencies.wait_for_future(future, 0.01)
    assert not future.cancelled()
    waiting = asyncio.create_task(dependencies.wait_for_future(future, 30))
    await asyncio.sleep(0)
    threading.Thread(target=future.set_result, args=(1,)).start()
    assert await waiting
    assert await dependencies.wait_for_future(future, 30)


def test_csv_begins_with_the_column_names() -> None:
    response = dependencies.csv_response(("a", "b"), [(1, None), (2.5, 'x,"y')])
    assert bytes(response.body).decode() == 'a,b\n1,\n2.5,"x,""y"\n'
    assert response.media_type == "text/csv"
