"""Responses that are not JSON: their media types, and their schemas in the OpenAPI document."""

from typing import Any

from starlette.responses import Response

Responses = dict[int | str, dict[str, Any]]


class CsvResponse(Response):
    """A table as CSV: a line with the names of the columns, then a line for each row."""

    media_type = "text/csv"


class NpyResponse(Response):
    """An array as a file of NumPy's format."""

    media_type = "application/octet-stream"


class EventsResponse(Response):
    """Server-sent events."""

    media_type = "text/event-stream"


class NdjsonResponse(Response):
    """A JSON object on each line."""

    media_type = "application/x-ndjson"


class PngResponse(Response):
    """An image."""

    media_type = "image/png"


class PythonResponse(Response):
    """A Python module."""

    media_type = "text/x-python"


def _response_of(media_type: str | None, schema: dict[str, Any], description: str) -> Responses:
    return {200: {"content": {str(media_type): {"schema": schema}}, "description": description}}


CSV_RESPONSE = _response_of(
    CsvResponse.media_type,
    {"type": "string"},
    "The table: a line with the names of the columns, then a line for each row.",
)
NPY_RESPONSE = _response_of(
    NpyResponse.media_type, {"type": "string", "format": "binary"}, "A file that `numpy.load` reads."
)
PNG_RESPONSE = _response_of(
    PngResponse.media_type, {"type": "string", "format": "binary"}, "The image, one pixel for each cell."
)
PYTHON_RESPONSE = _response_of(
    PythonResponse.media_type, {"type": "string"}, "A Python module, to be saved as `tinkernet.py`."
)
EVENTS_RESPONSE = _response_of(
    EventsResponse.media_type,
    {"type": "string"},
    "Server-sent events, as `EventSource` of browsers reads them.",
)
NDJSON_RESPONSE = _response_of(
    NdjsonResponse.media_type,
    {"type": "string"},
    "A JSON object on each line; empty lines tell that the connection is alive.",
)
