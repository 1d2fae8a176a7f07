"""Logging as lines of text or JSON, each with the id of the request that it belongs to."""

import json
import logging
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TextIO

QUIET_LOGGERS = ("uvicorn", "asyncio")
"""Loggers of which only errors are shown: their warnings about single connections help no teacher."""

OWN_LOGGER = "server"


@dataclass
class LoggedRequest:
    """A request that is being handled."""

    request_id: str
    refused: str | None = None
    """The code of the problem that answered it, if one did."""


_current: ContextVar[LoggedRequest | None] = ContextVar("request", default=None)


def begin_request(request_id: str) -> LoggedRequest:
    """Set the request whose id this task, and those that it starts, log; return the request."""
    request = LoggedRequest(request_id)
    _current.set(request)
    return request


def set_refusal(code: str) -> None:
    """Set why the current request was refused; does nothing outside of a request."""
    request = _current.get()
    if request is not None:
        request.refused = code


def current_id() -> str | None:
    """Return the id of the current request; None outside of one."""
    request = _current.get()
    return None if request is None else request.request_id


class TextFormatter(logging.Formatter):
    """Formats a record as `LEVEL: message [request id]`."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the line."""
        line = super().formatMessage(record)
        request = getattr(record, "request", None)
        return f"{line} [{request}]" if request else line


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object: time, level, logger, message, request id and `data`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "request", None)
        if request:
            entry["request"] = request
        entry.update(getattr(record, "data", {}))
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class RequestIdFilter(logging.Filter):
    """Adds the current request's id to each record. It runs in the task that logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; return True, as no record is dropped."""
        record.request = current_id()
        return True


def configure(level: str, shape: Literal["text", "json"], stream: TextIO | None = None) -> logging.Handler:
    """Set up this process's logging to a stream, by default stderr; return the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if shape == "json" else TextFormatter())
    handler.addFilter(RequestIdFilter())
    logging.basicConfig(handlers=[handler], level=level.upper())
    # The first compilation takes a while, and whoever starts the server should see why.
    if level != "error":
        logging.getLogger("engine.kernels").setLevel("DEBUG" if level == "debug" else "INFO")
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel("DEBUG" if level == "debug" else "ERROR")
    return handler


class FailureLog:
    """Logs the failures of a repeated operation: when they begin, and when it works again."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        """Create it in the state of a working operation.

        Args:
            log: the logger.
            what: the operation, as the subject of a sentence.
        """
        self._log = log
        self._what = what
        self._last: str | None = None

    def record_failure(self, problem: Exception) -> None:
        """Log an exception with its traceback, unless the last operation failed with the same type."""
        kind = f"{type(problem).__name__} {problem}"
        if self._last != kind:
            self._log.error("%s failed; it is tried again", self._what, exc_info=problem)
        self._last = kind

    def record_success(self) -> None:
        """Log that the operation works again, if the last one failed."""
        if self._last is not None:
            self._log.warning("%s works again", self._what)
        self._last = None
