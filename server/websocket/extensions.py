"""Names of the scope's extensions by which a websocket's handler reaches past ASGI to its protocol.

`server.asgi.websocket_protocol` provides them. A handler must also work without: under another server, and in
tests.
"""

ABORT = "tinkernet.abort"
"""A function that drops the connection at once, with all bytes not sent yet."""

SEND_NOW = "tinkernet.send_now"
"""A function that sends a binary message if that needs no waiting, and returns whether it did."""

LISTEN = "tinkernet.listen"
"""A function that takes a listener. The listener gets each short text message as bytes before it is queued
and returns whether it has handled it; no task is woken for such a message."""
