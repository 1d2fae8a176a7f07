"""Sends one request to all hosts, for what no single one knows: metrics, health, and the list of jobs."""

import asyncio
import json
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from server.cluster.forwarded_request import ForwardedRequest, HostLostError, encode_scope
from server.cluster.host_table import HostLink, HostTable
from server.cluster.stream import ANY_SLOT, EntryKind, decode_headers
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem

ANSWER_TIMEOUT = 2.0
"""Seconds in which a host must answer; one that does not is left out."""


class HostResponse(NamedTuple):
    """A host's answer to a request."""

    host: HostLink
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


async def query_hosts(table: HostTable, scope: dict[str, Any]) -> list[HostResponse]:
    """Return the responses of all connected hosts to a request without a body.

    Args:
        table: the hosts.
        scope: the request's scope, as `encode_scope` returns it.
    """
    links = [link for link in table.links.values() if link.stream is not None]
    answers = await asyncio.gather(*(query(link, scope) for link in links))
    return [answer for answer in answers if answer is not None]


def get_scope(path: str) -> dict[str, Any]:
    """Return the scope of a GET request that this server makes itself, in the form of `encode_scope`."""
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


async def query(link: HostLink, scope: dict[str, Any]) -> HostResponse | None:
    """Return the response of a host or front; None if the stream is lost or it does not answer in time."""
    request, start, body = ForwardedRequest(), dict[str, Any](), b""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            request.channel = link.open(ANY_SLOT, scope, request)
            request.channel.send(EntryKind.BODY, b"\0")
            while True:
                kind, payload = await request.next()
                if kind is EntryKind.DONE:
                    return HostResponse(link, start["status"], decode_headers(start["headers"]), body)
                if kind is EntryKind.BODY:
                    body += payload[1:]
                elif kind is EntryKind.EVENT:
                    start |= json.loads(payload)
                request.remove_first()
    except (TimeoutError, ConnectionError, HostLostError, KeyError):
        return None
    finally:
        if request.channel is not None:
            request.channel.close()


async def list_or_cancel_jobs(request: Request) -> Response:
    """List the jobs of all hosts, or cancel some of them: a session's job runs where the session is."""
    table: HostTable = request.app.state.table
    answers = await query_hosts(table, encode_scope(request.scope))
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


def _response(answer: HostResponse, body: bytes) -> Response:
    response = Response(body, answer.status)
    kept = [header for header in answer.headers if header[0] != b"content-length"]
    response.raw_headers = [*kept, (b"content-length", str(len(body)).encode())]
    return response
