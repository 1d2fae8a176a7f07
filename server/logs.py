"""Logs: lines to read or JSON, each with the id of the request that it belongs to."""

import json
import logging
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TextIO

QUIET = ("uvicorn", "asyncio")
"""What these tell of single connections, and of strangers' odd requests, is of no use to a teacher."""

OURS = "server"


@dataclass
class Asked:
    """A request under way."""

    identity: str
    refused: str | None = None
    """The code of the problem that it was answered with."""


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def begin(identity: str) -> Asked:
    """Note that what follows, in this task and those that it starts, belongs to a request."""
    asked = Asked(identity)
    _asked.set(asked)
    return asked


def note_refusal(code: str) -> None:
    """Note why the request was refused, if this belongs to one."""
    asked = _asked.get()
    if asked is not None:
        asked.refused = code


def current() -> str | None:
    """Return the id of the request that this belongs to, if any."""
    asked = _asked.get()
    return None if asked is None else asked.identity


class Text(logging.Formatter):
    """`LEVEL: message [request]`."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the line."""
        line = super().formatMessage(record)
        request = getattr(record, "request", None)
        return f"{line} [{request}]" if request else line


class Json(logging.Formatter):
    """One object a line: time, level, logger, message, request, and what the line itself adds as `data`."""

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


class WithRequest(logging.Filter):
    """Adds the request's id to each record, where the record is made: in the request's own task."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        record.request = current()
        return True


def set_up(level: str, shape: Literal["text", "json"], stream: TextIO | None = None) -> logging.Handler:
    """Log this process's lines to a stream, by default the errors' one; return what does so."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Json() if shape == "json" else Text())
    handler.addFilter(WithRequest())
    logging.basicConfig(handlers=[handler], level=level.upper())
    # A first compilation takes a while, and whoever started the server should know of it.
    if level != "error":
        logging.getLogger("engine.kernels").setLevel("DEBUG" if level == "debug" else "INFO")
    for name in QUIET:
        logging.getLogger(name).setLevel("DEBUG" if level == "debug" else "ERROR")
    return handler
