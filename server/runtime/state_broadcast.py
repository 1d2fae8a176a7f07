"""Posts a session's messages to its clients; states that change too quickly are merged."""

import math
from collections.abc import Callable, Sequence

from server.metrics import Metrics
from server.protocol import messages as wire
from server.runtime.connection import Connection
from server.sessions.client_view import Delivery
from server.sessions.session import Session

STATE_COST = 0.001
"""Seconds between two broadcasts of a state, for each client: at most 1,000 states are sent per second."""


class StateBroadcast:
    """Posts messages to the clients of one actor, which calls it in its turns.

    The first change of a state is posted at once. Further changes within the interval, which grows with the
    number of clients, are posted as one state at its end.
    """

    def __init__(
        self, connections: Sequence[Connection], metrics: Metrics, clock: Callable[[], float]
    ) -> None:
        """Create it.

        Args:
            connections: the actor's list of connections, which the actor changes.
            metrics: counts refusals.
            clock: returns seconds.
        """
        self._connections = connections
        self._metrics = metrics
        self._clock = clock
        self._next = -math.inf
        self._pending = False

    @property
    def due(self) -> float:
        """When the waiting state is to be posted; minus infinity if none waits."""
        return self._next if self._pending else -math.inf

    def post(self, deliveries: Sequence[Delivery]) -> None:
        """Post messages. A state for several clients may wait for `post_pending`."""
        if not deliveries:
            return
        states = sum(isinstance(each.message, wire.State) for each in deliveries)
        merged = states > 1 and self._must_wait()
        connections = {id(each.view): each for each in self._connections}
        texts: dict[int, str] = {}
        for view, message in deliveries:
            is_state = isinstance(message, wire.State)
            if isinstance(message, wire.Error):
                self._metrics.count_refusal(message.code)
            connection = connections.get(id(view))
            if connection is None or (is_state and merged):
                continue
            if is_state:
                connection.retract_frame()  # it would be obsolete
            text = texts.get(id(message))
            if text is None:
                text = texts[id(message)] = message.model_dump_json()
            connection.outbox.post(message, connection.token, text=text)

    def post_pending(self, session: Session) -> bool:
        """Post the waiting state if it is due; return whether no state waits any more."""
        if self._pending and self._clock() >= self._next:
            self._pending = False
            self.post(session.broadcast_state())
        return not self._pending

    def _must_wait(self) -> bool:
        """Return whether a broadcast must wait for the end of the interval, and remember that one waits."""
        now = self._clock()
        self._pending = self._pending or now < self._next
        if not self._pending:
            self._next = now + STATE_COST * len(self._connections)
        return self._pending
