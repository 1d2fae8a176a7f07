"""Handles the events of an actor's inbox: clients that connect, disconnect or send messages, and calls."""

import logging
from collections.abc import Callable
from typing import Any

from server.errors import wire_errors
from server.protocol import messages as wire
from server.runtime.connection import Connection, Event, IncomingMessage, Join, Leave, SessionCall
from server.runtime.state_broadcast import StateBroadcast
from server.sessions.commands import handle
from server.sessions.session import Session

log = logging.getLogger(__name__)


class EventHandler:
    """Applies events to a session and answers them; the actor calls it in its turns.

    Attributes:
        session: the session, None until the first event that needs it.
        create: creates the session.
        closed: whether the session is removed, so that new connections are closed at once.
        lost: whether the stored session could not be loaded, and no client was informed yet.
        broken: whether training or drawing failed, and no message has arrived since.
    """

    def __init__(
        self,
        create: Callable[[], Session],
        prepare: Callable[[Session], None],
        broadcast: StateBroadcast,
        connections: list[Connection],
    ) -> None:
        """Create it without a session.

        Args:
            create: creates the session; called at the first event that needs it.
            prepare: called with the session once it is created.
            broadcast: posts messages to the clients.
            connections: the list of connections, which is changed here and read by the caller.
        """
        self.session: Session | None = None
        self.create = create
        self._connections = connections
        self.closed = False
        self.lost = False
        self.broken = False
        self._prepare = prepare
        self._broadcast = broadcast

    def handle(self, event: Event) -> None:
        """Handle an event; its client or caller gets the result, or the error."""
        if isinstance(event, SessionCall):
            self._handle_call(event)
            return
        connection = event.connection
        try:
            match event:
                case Join():
                    self._join(connection)
                case Leave():
                    self._leave(connection)
                case IncomingMessage(message=message):
                    self._handle_message(connection, message)
        except Exception:
            log.exception("session %s: a message failed", connection.actor.session_id)
            ref = event.message.ref if isinstance(event, IncomingMessage) else None
            connection.outbox.post(wire_errors.internal(ref), connection.token)
        finally:
            if not isinstance(event, Leave):
                connection.handled += 1
                connection.outbox.notify_progress()

    def _join(self, connection: Connection) -> None:
        connection.view, deliveries = self._get_session().attach()
        connection.view.compresses = connection.compresses
        self._connections.append(connection)
        if self.closed:
            connection.close()
        connection.welcome(lost=self.lost)
        self.lost = False
        self._broadcast.post(deliveries)

    def _get_session(self) -> Session:
        """Return the session; create it if there is none yet."""
        if self.session is None:
            self.session = self.create()
            self._prepare(self.session)
        return self.session

    def _handle_message(self, connection: Connection, message: wire.AnyClientMessage) -> None:
        if self.session is None or connection.view is None:
            connection.outbox.post(wire_errors.not_open(message.ref), connection.token)
            return
        self.broken = False
        self._broadcast.post(handle(self.session, connection.view, message))

    def _handle_call(self, call: SessionCall) -> None:
        """Run a call; if it changes the session, clients get the new state before the caller the result."""
        wanted = call.future.set_running_or_notify_cancel()
        try:
            session = self._get_session()
            result = self._run_call(session, call.work) if wanted else None
        except Exception as problem:  # noqa: BLE001 - every exception is passed to the caller
            if wanted:
                call.future.set_exception(problem)
        else:
            if wanted:
                call.future.set_result(result)

    def _run_call(self, session: Session, work: Callable[[Session], Any]) -> Any:
        before = _announced_state(session)
        try:
            return work(session)
        finally:
            if self.closed:  # the session was removed meanwhile: a started run would get no turns
                session.cancel_run()
            if before != _announced_state(session):
                self.broken = False
                self._broadcast.post(session.broadcast_state())

    def _leave(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        if self.session is not None and connection.view is not None:
            self.session.detach(connection.view)


def _announced_state(session: Session) -> tuple[object, ...]:
    """Return the part of a session's state whose changes are broadcast to clients."""
    return session.revision, session.playing, session.speed, session.control.pause_epoch
