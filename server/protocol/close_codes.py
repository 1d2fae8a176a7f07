"""Why the server closes a websocket. The page's JavaScript knows the same numbers."""

TOO_LARGE = 1009
"""A message was larger than `MAX_MESSAGE_BYTES`."""

RESTART = 1012
"""The server stops; the page connects again."""

FULL = 1013
"""The server has no room for one more client or session; the page asks again, seldom."""

FORBIDDEN = 4403
"""The room's id or key in the first message is wrong."""

GONE = 4404
"""The seat or the room does not exist, or no longer; the page does not connect again."""

STALLED = 4408
"""The client read nothing, or painted no frame, for too long."""

FLOOD = 4429
"""The client sent far more messages than the rate allows."""
