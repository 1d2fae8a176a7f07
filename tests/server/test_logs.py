import io
import json
import logging
from collections.abc import Iterator

import pytest

from server import logs
from server.logs import FailureLog

NAMES = ("", "engine.kernels", *logs.QUIET_LOGGERS)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in NAMES}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(shape: str, level: str = "info") -> tuple[logging.Handler, io.StringIO]:
    stream = io.StringIO()
    return logs.configure(level, shape, stream), stream  # type: ignore[arg-type]


def tell(handler: logging.Handler, message: str, *, failed: bool = False, **extra: object) -> None:
    info = None
    if failed:
        error = ZeroDivisionError("oh")
        info = (type(error), error, None)
    record = logging.LogRecord("server.x", logging.WARNING, "x.py", 1, message, (), info)
    record.__dict__.update(extra)
    handler.handle(record)


def test_lines_to_read_end_with_the_request() -> None:
    handler, stream = lines("text")
    tell(handler, "something happened")
    logs.begin_request("abc")
    tell(handler, "and more")
    assert stream.getvalue() == "WARNING: something happened\nWARNING: and more [abc]\n"


def test_json_is_one_object_a_line() -> None:
    handler, stream = lines("json")
    logs.begin_request("abc")
    tell(handler, "two\nlines, 中文", data={"status": 200}, failed=True)
    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert entry["message"] == "two\nlines, 中文"
    assert (entry["level"], entry["logger"], entry["request"]) == ("warning", "server.x", "abc")
    assert entry["status"] == 200
    assert "ZeroDivisionError" in entry["exception"]
    assert entry["time"].endswith("+00:00")


def test_a_refusal_is_noted_with_its_request() -> None:
    asked = logs.begin_request("abc")
    logs.set_refusal("not_found")
    assert asked.refused == "not_found"
    assert logs.current_id() == "abc"


@pytest.mark.parametrize(("level", "heard"), [("warning", False), ("debug", True)])
def test_sockets_that_are_gone_are_told_of_at_level_debug_only(level: str, heard: bool) -> None:
    lines("text", level)
    for name in logs.QUIET_LOGGERS:
        assert logging.getLogger(name).isEnabledFor(logging.WARNING) is heard


def test_repeated_trouble_is_logged_when_it_begins_and_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trouble = FailureLog(logging.getLogger("server.somewhere"), "counting sheep")
    trouble.record_success()
    for _ in range(150):
        trouble.record_failure(ValueError("one is missing"))
    trouble.record_success()
    trouble.record_success()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "counting sheep failed; it is tried again"),
        ("WARNING", "counting sheep works again"),
    ]
    assert "ValueError: one is missing" in caplog.text
