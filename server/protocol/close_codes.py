"""Codes with which the server closes a websocket; the page acts on those in `static/js/net/protocol.js`."""

TOO_LARGE = 1009
"""A message was larger than `MAX_MESSAGE_BYTES`."""

RESTART = 1012
"""The server is stopping; the page reconnects."""

FULL = 1013
"""The server has reached its limit of clients or sessions; the page retries at long intervals."""

FORBIDDEN = 4403
"""The room's id or key in the first message is wrong."""

GONE = 4404
"""The seat or the room does not exist or was removed; the page does not reconnect."""

STALLED = 4408
"""The client read nothing, or acknowledged no frame, for too long."""

FLOOD = 4429
"""The client sent far more messages than its rate limit allows."""
