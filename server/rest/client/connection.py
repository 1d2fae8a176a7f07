"""Calls the server's REST API: retries rate-limited calls, and raises `TinkernetError` for errors."""

from __future__ import annotations

import json
import os
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from server.rest.client.errors import JobFailedError, UnreachableError, error_of

TOKEN_VARIABLE = "TINKERNET_API_TOKEN"
"""The environment variable with the server's access token, if it asks for one."""

MAX_WAIT = 20.0
"""Seconds that one request waits for the end of a job when it has to poll, without server-sent events."""

READ_TIMEOUT = 60.0
"""Seconds of silence after which a connection counts as lost; streams of events have heartbeats."""

Progress = Callable[[int, int], object]
"""A callback with the number of units done and their total, such as epochs."""


class ServerConnection:
    """Calls a server. Responses 429 and 503, and lost connections, are retried for `patience` seconds."""

    def __init__(self, url: str, token: str | None, patience: float) -> None:
        self.url = url.rstrip("/")
        self._patience = patience
        self._answered = False
        token = token or os.environ.get(TOKEN_VARIABLE)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=f"{self.url}/api/", headers=headers, timeout=READ_TIMEOUT)
        weakref.finalize(self, self._http.close)  # notebooks forget to

    def close(self) -> None:
        """Close the connections to the server; sessions and jobs there go on."""
        self._http.close()

    def call(self, method: str, path: str, **request: Any) -> Any:
        """Call REST and return the JSON of the answer; None if it is empty.

        Args:
            method: such as "GET".
            path: below `/api/`.
            request: what `httpx.Client.request` takes, such as `json` and `params`.

        Raises:
            TinkernetError: the server answered with an error, or cannot be reached.
        """
        content = self.download(path, method, **request)
        return httpx.Response(200, content=content).json() if content else None

    def download(self, path: str, method: str = "GET", **request: Any) -> bytes:
        """Call REST and return the bytes of the response, such as a file; otherwise as `call`."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                answer = self._http.request(method, path, **request)
            except httpx.TransportError as error:
                may_retry = self._answered and method == "GET"  # the server was up, and GET is idempotent
                if not may_retry or time.monotonic() + 1 > deadline:
                    raise UnreachableError(f"{self.url} does not answer: {error}", "unreachable") from error
                time.sleep(1)
                continue
            self._answered = True
            if answer.is_success:
                return answer.content
            wait = float(answer.headers.get("Retry-After", "1"))
            if answer.status_code not in (429, 503) or time.monotonic() + wait > deadline:
                raise error_of(answer)
            time.sleep(wait)

    def events(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the data of server-sent events at `path`, until the stream ends or the connection is lost."""
        try:
            with self._http.stream("GET", path, headers={"Accept": "text/event-stream"}) as answer:
                if answer.is_success:
                    for line in answer.iter_lines():
                        if line.startswith("data:"):
                            yield json.loads(line[len("data:") :])
        except httpx.TransportError:
            return

    def lines(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield the JSON objects, one a line, at `path`, until the stream ends or the connection is lost."""
        try:
            with self._http.stream("GET", path, params=params) as answer:
                if answer.is_success:
                    for line in answer.iter_lines():
                        if line:  # empty lines are heartbeats
                            yield json.loads(line)
        except httpx.TransportError:
            return


def wait_for_job(
    server: ServerConnection,
    path: str,
    state: dict[str, Any],
    counts: Callable[[dict[str, Any]], tuple[int, int]],
    progress: Progress | bool,
) -> dict[str, Any]:
    """Wait for the end of the job at `path` and return its state; a keyboard interrupt cancels the job.

    Progress comes as server-sent events. If that stream fails or ends early, as behind some proxies, the
    job's state is polled instead.

    Args:
        server: the server.
        path: the job's path below `/api/`.
        state: the job's state as it was returned when it started.
        counts: returns the units done and their total from a state.
        progress: a callback; True prints the progress.

    Raises:
        JobFailedError: the job was cancelled, interrupted or failed.
    """
    report = _print_progress if progress is True else progress or (lambda _done, _total: None)
    try:
        report(*counts(state))
        while state["state"] == "running":
            has_ended = False
            for event in server.events(f"{path}/events"):
                has_ended = event["state"] != "running"
                if not has_ended:
                    report(event["done"], event["total"])
            wait = 0.0 if has_ended else 0.5 if progress else MAX_WAIT
            state = server.call("GET", path, params={"wait": wait})
            report(*counts(state))
    except KeyboardInterrupt:
        server.call("DELETE", path)
        raise
    finally:
        if progress is True:
            print()
    if state["state"] != "ended":
        raise JobFailedError(f"The job did not come to its end: {state['state']}.", state["state"])
    return state


def _print_progress(done: int, total: int) -> None:
    print(f"\r{done} of {total}", end="", flush=True)
