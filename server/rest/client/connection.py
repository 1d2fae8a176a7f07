"""How the client calls the server: waiting where it is told to wait, and raising what was refused."""

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
"""Seconds for which a call waits for the end of a job before it asks again, where its events do not come."""

READ_TIMEOUT = 60.0
"""Seconds of silence after which a connection counts as lost; streams of events have heartbeats."""

Progress = Callable[[int, int], object]
"""A function that is called with what is done and what there is in all."""


class ServerConnection:
    """Calls a server; what it puts off is tried again for as long as `patience` says."""

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
            TinkernetError: it was refused, or the server cannot be reached.
        """
        content = self.download(path, method, **request)
        return httpx.Response(200, content=content).json() if content else None

    def download(self, path: str, method: str = "GET", **request: Any) -> bytes:
        """Call REST and return the bytes of the answer, such as a file; otherwise as `call`."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                answer = self._http.request(method, path, **request)
            except httpx.TransportError as error:
                again = self._answered and method == "GET"  # it was there, and asking twice changes nothing
                if not again or time.monotonic() + 1 > deadline:
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
        """Yield what the server-sent events at `path` tell, until the stream ends, for whatever reason."""
        try:
            with self._http.stream("GET", path, headers={"Accept": "text/event-stream"}) as answer:
                if answer.is_success:
                    for line in answer.iter_lines():
                        if line.startswith("data:"):
                            yield json.loads(line[len("data:") :])
        except httpx.TransportError:
            return

    def lines(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield the JSON objects, one a line, at `path`, until the stream ends, for whatever reason."""
        try:
            with self._http.stream("GET", path, params=params) as answer:
                if answer.is_success:
                    for line in answer.iter_lines():
                        if line:  # empty ones tell that the connection is alive
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
    """Return the state of a job at `path` after its end; an interrupt from the keyboard cancels it.

    The server tells of the job as it goes, in one stream however long that takes. Where the stream does not
    come or ends early, as behind some proxies, the job is asked for until its end instead.
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
