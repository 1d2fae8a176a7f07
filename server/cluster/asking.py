"""Asks all hosts the same, for what no single one knows: metrics, state, and the list of jobs."""

import asyncio
import json
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from server.cluster.forwarded_call import ForwardedCall, HostLostError, told_scope
from server.cluster.host_table import HostLink, HostTable
from server.cluster.stream import ANY_SLOT, EntryKind, decode_headers
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem

ANSWER_TIMEOUT = 2.0
"""Seconds in which a host must answer; one that does not is left out."""


class Answer(NamedTuple):
    """A host's answer to a request."""

    host: HostLink
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


async def ask_all(table: HostTable, scope: dict[str, Any]) -> list[Answer]:
    """Return the answers of all hosts to a request without a body, whose scope `told_scope` has made."""
    links = [link for link in table.links.values() if link.stream is not None]
    answers = await asyncio.gather(*(ask(link, scope) for link in links))
    return [answer for answer in answers if answer is not None]


def reading(path: str) -> dict[str, Any]:
    """Return the scope of a request of the server's own that reads a path, as `told_scope` makes it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path,
        "query_string": "",
        "root_path": "",
        "headers": [],
        "client": None,
        "server": None,
    }


async def ask(link: HostLink, scope: dict[str, Any]) -> Answer | None:
    """Return the answer of a process to which a stream is open; None if it does not answer in time."""
    call, start, body = ForwardedCall(), dict[str, Any](), b""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            call.channel = link.open(ANY_SLOT, scope, call)
            call.channel.send(EntryKind.BODY, b"\0")
            while True:
                kind, payload = await call.next()
                if kind is EntryKind.DONE:
                    return Answer(link, start["status"], decode_headers(start["headers"]), body)
                if kind is EntryKind.BODY:
                    body += payload[1:]
                elif kind is EntryKind.EVENT:
                    start |= json.loads(payload)
                call.done()
    except (TimeoutError, ConnectionError, HostLostError, KeyError):
        return None
    finally:
        if call.channel is not None:
            call.channel.close()


async def answer_about_jobs(request: Request) -> Response:
    """List the jobs of all hosts, or cancel some of them: a session's job runs where the session is."""
    table: HostTable = request.app.state.table
    answers = await ask_all(table, told_scope(request.scope))
    if not answers:
        raise ProblemError(problem(ErrorCode.UNAVAILABLE, "No process that trains is there just now."))
    first = answers[0]
    refused = next((answer for answer in answers if answer.status != 200), None)
    if refused is not None:
        return _response(refused, refused.body)
    values = [json.loads(answer.body) for answer in answers]
    if request.method == "GET":
        together: Any = [job for jobs in values for job in jobs]
    else:
        together = {"cancelled": sum(value["cancelled"] for value in values)}
    return _response(first, json.dumps(together).encode())


def _response(answer: Answer, body: bytes) -> Response:
    response = Response(body, answer.status)
    kept = [header for header in answer.headers if header[0] != b"content-length"]
    response.raw_headers = [*kept, (b"content-length", str(len(body)).encode())]
    return response
