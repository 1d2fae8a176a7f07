"""Names of ASGI scope extensions that give a websocket's handler direct access to its protocol.

`server.asgi.websocket_protocol` provides them. A handler must also work without them, under another server
and in tests.
"""

ABORT = "tinkernet.abort"
"""A function that drops the connection immediately and discards all unsent bytes."""

SEND_NOW = "tinkernet.send_now"
"""A function that sends a binary message if that is possible without waiting; returns whether it did."""

LISTEN = "tinkernet.listen"
"""A function that sets a listener. It is called with each short text message, as bytes, before the message is
queued, and returns whether it has handled the message; then no task is woken for it."""

PROJECTED = "tinkernet.projected"
"""Not a function: a mapping from the name in a projector's `open` to the session, set by the process that has
the room."""

DETACH = "tinkernet.detach"
"""A function that detaches the connection, so that another process can serve it. It returns the connection,
or None if it cannot be detached now. The application then gets a disconnect."""
