"""One client's connection to a session, and the kinds of events in an actor's inbox."""

import math
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from server.errors import wire_errors
from server.protocol import close_codes
from server.protocol import messages as wire
from server.runtime.outbox import Outbox
from server.runtime.pacing import FrameClock
from server.sessions.client_view import ClientView, never_compress
from server.sessions.session import Session
from server.sessions.view_ids import view_id
from server.version import VERSION


class UnknownSession(LookupError):  # noqa: N818 - as the engine's NoSuchNeuron
    """The session does not exist, or was removed."""


class SessionUnavailable(Exception):  # noqa: N818 - as UnknownSession
    """A session that may be stored cannot be loaded, because the database cannot be read now."""


class ConnectedActor(Protocol):
    """The part of an actor that code outside of it may use; `SessionActor` describes the attributes."""

    session_id: str
    users: int
    unused_since: float
    replaced: bool

    @property
    def work_size(self) -> int:
        """The `work_size` of its network, also before it is created."""

    @property
    def is_untouched(self) -> bool:
        """Whether the session was never changed or trained, or does not exist yet."""

    def enqueue(self, event: "Event") -> None:
        """Add an event to the inbox."""


@dataclass(eq=False)
class Connection:
    """One client's connection to an actor's session. The event loop counts `sent`, the actor `handled`.

    Attributes:
        actor: the actor of the session.
        outbox: the client's outbox.
        token: identifies this connection in the outbox; invalid once the client has another connection.
        resumed: whether the session existed before the client connected.
        frame_clock: decides when the client's next frame is due.
        compresses: returns whether to compress the client's next frame.
        view: the client's view of the session, None until the actor has handled the `open`.
        sent: the number of messages passed to the actor, including `open`.
        handled: the number of messages that the actor has handled.
        by_view: whether the client named the session by its view id.
        may_change: whether the client may change the session.
    """

    actor: ConnectedActor
    outbox: Outbox
    token: int
    resumed: bool
    frame_clock: FrameClock
    compresses: Callable[[], bool] = never_compress
    view: ClientView | None = None
    sent: int = 1
    handled: int = 0
    by_view: bool = False
    may_change: bool = True

    @property
    def session_name(self) -> str:
        """The id by which the client knows the session."""
        return view_id(self.actor.session_id) if self.by_view else self.actor.session_id

    def welcome(self, *, lost: bool) -> None:
        """Post the `welcome`; `lost` if it is a new session, because the named one could not be loaded."""
        if lost or not self.resumed:  # the client's own
            self.resumed, self.by_view, self.may_change = False, False, True
        shown_as = self.outbox.shown_as
        message = wire.Welcome(
            session=shown_as or self.session_name,
            resumed=self.resumed,
            version=VERSION,
            view=shown_as or view_id(self.actor.session_id),
            may_change=self.may_change,
        )
        self.outbox.post(message, self.token)

    @property
    def pending(self) -> int:
        """The number of messages that are not handled yet."""
        return self.sent - self.handled

    @property
    def opened(self) -> bool:
        """Whether the actor has handled the `open`."""
        return self.handled > 0

    @property
    def earliest_frame(self) -> float:
        """The earliest time of the next frame, whether or not anything has changed; infinity if hidden."""
        view = self.view
        if view is None or not view.visible:
            return math.inf
        return self.frame_clock.floor if view.urgent else self.frame_clock.due

    def frame_due(self, session: Session) -> float:
        """Return when the next frame is due; infinity if nothing has changed or the page is hidden."""
        view = self.view
        if view is None or not view.visible:
            return math.inf
        if view.urgent:
            return self.frame_clock.floor
        return self.frame_clock.due if session.is_stale(view) else math.inf

    def send_frame(self, session: Session, clock: Callable[[], float]) -> float | None:
        """Make a frame if the client can receive one; return the seconds it took, or None without a frame."""
        if self.view is None:
            return None
        if self.view.urgent:
            self.retract_frame()
        number = self.outbox.claim_frame_number(self.token)
        if number is None:
            return None
        began = clock()
        self.outbox.put_frame(number, session.frame(self.view, number), self.token)
        seconds = clock() - began
        self.frame_clock.mark_started(began, seconds)
        return seconds

    def report_failure(self, session: Session) -> None:
        """Tell the client that training or drawing failed, and that the session is paused."""
        if self.view is not None:
            self.view.urgent = False
            self.retract_frame()
            self.outbox.post(session.state(self.view), self.token)
            self.outbox.post(wire_errors.internal(None), self.token)

    def close(self, failure: Exception | None = None) -> None:
        """Close the client's socket, as its session is removed or unavailable; the page connects again."""
        if isinstance(failure, SessionUnavailable):
            self.outbox.post(wire_errors.unavailable(), self.token)
        self.outbox.request_close(close_codes.RESTART, self.token)

    def retract_frame(self) -> None:
        """Remove the frame that waits in the outbox, if any, so that its changes are sent again."""
        if self.view is not None and self.outbox.retract_frame(self.token):
            self.view.retract()


@dataclass(frozen=True)
class Join:
    """A client connects."""

    connection: Connection


@dataclass(frozen=True)
class Leave:
    """A client disconnects."""

    connection: Connection


@dataclass(frozen=True)
class IncomingMessage:
    """A client's message."""

    connection: Connection
    message: wire.AnyClientMessage


@dataclass(frozen=True)
class SessionCall:
    """A function to call with the session; its result or exception goes to the future."""

    work: Callable[[Session], Any]
    future: Future[Any]


def refuse_events(inbox: deque["Event"], session_id: str, failure: Exception | None) -> None:
    """Empty the inbox of a removed session: close new connections, and have calls fail.

    Args:
        inbox: the actor's inbox.
        session_id: the session's id.
        failure: the exception for calls; None for `UnknownSession`.
    """
    with suppress(IndexError):
        while True:
            event = inbox.popleft()
            if isinstance(event, Join):
                event.connection.close(failure)
            elif isinstance(event, SessionCall) and event.future.set_running_or_notify_cancel():
                event.future.set_exception(failure or UnknownSession(session_id))


Event = Join | Leave | IncomingMessage | SessionCall
