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
    """Wait until the caller's address is within its work limit, then charge it `work` milliseconds.

    Raises:
        server.errors.problems.ProblemError: the wait would be too long (429, with `Retry-After`).
    """
    if wait := await _call_work(request).wait(_address(request), work):
        detail = "Your network address sends large bodies, or has large networks built, too fast."
        refused = problem(ErrorCode.TOO_MANY_REQUESTS, detail, expected="fewer or smaller requests")
        raise ProblemError(refused, {"Retry-After": str(math.ceil(wait))})


async def charge_network(request: Request, parameters: int) -> None:
    """Charge building a network of `parameters` weights and biases, as `charge_work`; small ones are free."""
    if work := open_work(parameters):
        await charge_work(request, work)


async def charge_changes(request: Request, session: str, *messages: wire.AnyClientMessage) -> None:
    """Charge messages to a session by its network's size, as `charge_work`; small networks are free."""
    session_manager: SessionManager = request.app.state.session_manager
    parameters = session_manager.work_size_of(session) or 0
    if work := sum(change_work(message, parameters) for message in messages):
        await charge_work(request, work)


@asynccontextmanager
async def charge_load(request: Request, session: str) -> AsyncIterator[None]:
    """Charge, after the `with` block, for the session that it has loaded from the database.

    The charge depends on the network's size. Nothing is charged if the session was in memory already.

    Raises:
        server.errors.problems.ProblemError: the caller's address is over its work limit (429).
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
    """Return `handle(body)`, called off the event loop; charge its CPU time to the caller's address.

    Args:
        request: the request that sent the body.
        body: the body, of any size.
        handle: parses or validates the body.
        cost: milliseconds charged for each millisecond of CPU time.

    Raises:
        server.errors.problems.ProblemError: the caller's address is over its work limit (429).
    """
    expected, took = expected_work(body, cost), 0.0
    await charge_work(request, expected)

    def timed_call() -> T:
        nonlocal took
        began = time.thread_time()
        try:
            return handle(body)
        finally:
            took = time.thread_time() - began

    try:
        return await run_off_loop(timed_call)
    finally:
        _call_work(request).charge(_address(request), cost * 1000 * took - expected)


async def run_charged(request: Request, function: Callable[[], T]) -> T:
    """Return `function()`, called off the event loop; charge its CPU time beyond `FREE_TIME`.

    Raises:
        server.errors.problems.ProblemError: the caller's address is over its work limit (429).
    """
    await charge_work(request, 0)
    took = 0.0

    def timed_call() -> T:
        nonlocal took
        began = time.thread_time()
        try:
            return function()
        finally:
            took = time.thread_time() - began

    try:
        return await run_off_loop(timed_call)
    finally:
        if (beyond := 1000 * took - FREE_TIME) > 0:
            _call_work(request).charge(_address(request), beyond)


def _call_work(request: Request) -> CallWork:
    call_work: CallWork = request.app.state.call_work
    return call_work


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None
