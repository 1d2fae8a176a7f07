"""Charges calls for work beyond that of a usual request: large bodies, and building large networks."""

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from starlette.requests import Request

from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem
from server.limits.build_work import change_work, open_work
from server.limits.call_work import BODY_COST, CallWork, expected_work
from server.limits.large_inputs import run_off_loop
from server.protocol import messages as wire
from server.runtime.session_manager import SessionManager

T = TypeVar("T")

FREE_TIME = 50.0
"""Milliseconds of a call's work that are not charged."""


async def charge_work(request: Request, work: float) -> None:
    """Wait until earlier work of the caller's address is paid, and charge `work` milliseconds.

    Raises:
        server.errors.problems.ProblemError: it would have to wait too long.
    """
    if wait := await _call_work(request).wait(_address(request), work):
        detail = "Your network address sends large bodies, or has large networks built, too fast."
        refused = problem(ErrorCode.TOO_MANY_REQUESTS, detail, expected="fewer or smaller requests")
        raise ProblemError(refused, {"Retry-After": str(math.ceil(wait))})


async def charge_network(request: Request, parameters: int) -> None:
    """Charge a new network of so many weights and biases, as `charge_work` does; a usual one is free."""
    if work := open_work(parameters):
        await charge_work(request, work)


async def charge_changes(request: Request, session: str, *messages: wire.AnyClientMessage) -> None:
    """Charge messages to a session by its size, as `charge_work` does; a usual one is free."""
    session_manager: SessionManager = request.app.state.session_manager
    parameters = session_manager.work_size_of(session) or 0
    if work := sum(change_work(message, parameters) for message in messages):
        await charge_work(request, work)


@asynccontextmanager
async def charging_load(request: Request, session: str) -> AsyncIterator[None]:
    """Charge a session that a `with` block loads from the database by its size, which is known only then.

    Raises:
        server.errors.problems.ProblemError: earlier work of the caller's address is not paid for too long.
    """
    session_manager: SessionManager = request.app.state.session_manager
    in_memory = session_manager.work_size_of(session) is not None
    if not in_memory:
        await charge_work(request, 0)
    yield
    if not in_memory:
        loaded = session_manager.work_size_of(session) or 0
        _call_work(request).charge(_address(request), open_work(loaded))


async def handle_large_body(
    request: Request, body: bytes, handle: Callable[[bytes], T], cost: float = BODY_COST
) -> T:
    """Call a function with a large body, off the event loop, and charge the time that it takes.

    Args:
        request: the request that has sent it.
        body: the body.
        handle: the function.
        cost: milliseconds that are charged for each millisecond.

    Raises:
        server.errors.problems.ProblemError: earlier work of the caller's address is not paid for too long.
    """
    expected, took = expected_work(body, cost), 0.0
    await charge_work(request, expected)

    def measured() -> T:
        nonlocal took
        began = time.thread_time()
        try:
            return handle(body)
        finally:
            took = time.thread_time() - began

    try:
        return await run_off_loop(measured)
    finally:
        _call_work(request).charge(_address(request), cost * 1000 * took - expected)


async def run_charged(request: Request, function: Callable[[], T]) -> T:
    """Call a function that may take long, off the event loop, and charge its time beyond `FREE_TIME`.

    Raises:
        server.errors.problems.ProblemError: earlier work of the caller's address is not paid for too long.
    """
    await charge_work(request, 0)
    took = 0.0

    def measured() -> T:
        nonlocal took
        began = time.thread_time()
        try:
            return function()
        finally:
            took = time.thread_time() - began

    try:
        return await run_off_loop(measured)
    finally:
        if (beyond := 1000 * took - FREE_TIME) > 0:
            _call_work(request).charge(_address(request), beyond)


def _call_work(request: Request) -> CallWork:
    call_work: CallWork = request.app.state.call_work
    return call_work


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None
