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
"""No function, but the session that a projector is shown, by the name in its `open`: another process, which
has the room, has found it."""

DETACH = "tinkernet.detach"
"""A function that gives the connection up, so that another process can serve it. It returns the connection,
or None if that must stay. The application then gets a disconnect."""
