"""The queue of requests to load sessions, which the session store's thread serves."""

import logging
import threading
from collections.abc import Callable

from server.storage.stored_session import UNAVAILABLE, LoadedSession, LoadRequest, LoadResult

LOAD_TIMEOUT = 3.0
"""Seconds after which a session that could not be loaded is given up."""

MAX_LOADS = 16
"""Maximum number of sessions loaded between two write transactions: after a restart many are requested."""

log = logging.getLogger(__name__)


class LoadRequests:
    """The requests, in the order of arrival. Any thread may call the methods."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Create it without requests; `clock` returns seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[LoadRequest] = []

    def __bool__(self) -> bool:
        """Return whether any requests wait."""
        return bool(self._waiting)

    def add(self, session_id: str, done: Callable[[LoadResult], None]) -> None:
        """Add a request; `done` is called once, on the store's thread."""
        with self._lock:
            self._waiting.append(LoadRequest(session_id, done, self._clock() + LOAD_TIMEOUT))

    def serve(self, load: Callable[[str], LoadResult]) -> None:
        """Answer some requests with the result of `load`.

        If a session is unavailable, the next call tries again, until the request is too old.
        """
        with self._lock:
            wanted, self._waiting = self._waiting[:MAX_LOADS], self._waiting[MAX_LOADS:]
        for request in wanted:
            late = self._clock() >= request.until
            try:
                result = load(request.session_id)
            except Exception:
                log.exception("session %s could not be loaded", request.session_id)
                late, result = True, UNAVAILABLE
            if result is not UNAVAILABLE or late:
                _answer(request, result)
            else:
                with self._lock:
                    self._waiting.append(request)

    def expire(self) -> None:
        """Answer requests that have waited too long with `UNAVAILABLE`."""
        now = self._clock()
        with self._lock:
            late = [request for request in self._waiting if now >= request.until]
            self._waiting = [request for request in self._waiting if now < request.until]
        for request in late:
            _answer(request, UNAVAILABLE)


def _answer(request: LoadRequest, result: LoadResult) -> None:
    try:
        request.done(result)
    except Exception:
        kind = "loaded" if isinstance(result, LoadedSession) else "looked for"
        log.exception("session %s was %s, and its actor failed", request.session_id, kind)
