"""The base of all messages from a client."""

from typing import Annotated

from pydantic import Field

from server.protocol.strict_model import StrictModel

MAX_EXACT_INTEGER = 2**53
"""Largest integer up to which JavaScript represents all integers exactly."""


class ClientMessage(StrictModel):
    """The base of all messages from a client. An `error` in reply to a message has the same `ref`."""

    ref: Annotated[int, Field(ge=-MAX_EXACT_INTEGER, le=MAX_EXACT_INTEGER)] | None = None
