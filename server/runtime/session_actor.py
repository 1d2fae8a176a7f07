"""One session at work: its inbox, its pace, and a seat for each client.

The event loop puts things into the inbox; the scheduler's threads give the actor its turns, one at a time.
Only a turn touches the session.
"""

import logging
import math
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from server.errors import wire_errors
from server.limits.training_size import SizeLimits
from server.metrics import Metrics
from server.protocol import close_codes
from server.protocol import messages as wire
from server.runtime.checkpointer import Checkpointer
from server.runtime.outbox import Outbox
from server.runtime.pacing import STALL, FrameClock, Pace, Rate
from server.sessions.client_view import ClientView, Delivery, never_compress
from server.sessions.commands import handle
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.settings import Settings
from server.version import VERSION

LOSSES_A_FRAME = 48
"""Losses that are evaluated between two frames at most."""

MESSAGES_A_TURN = 16

_EARLY = 0.001
"""A frame may be made this many seconds before its time, rather than in another turn."""

_SHORTEST_SLICE = 0.001

_PATIENCE = 0.7 * STALL
"""Seconds that epochs may wait for the frame that is to show them; after `STALL` they would be lost."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Connection:
    """One client's place at an actor. The event loop counts `sent`, from `open` on, the actor `handled`."""

    actor: "SessionActor"
    outbox: Outbox
    token: int
    resumed: bool
    frames: FrameClock
    compresses: Callable[[], bool] = never_compress
    view: ClientView | None = None
    sent: int = 1
    handled: int = 0

    @property
    def pending(self) -> int:
        """Messages that wait to be handled."""
        return self.sent - self.handled

    @property
    def opened(self) -> bool:
        """Whether the `open` was handled."""
        return self.handled > 0


@dataclass(frozen=True)
class Join:
    """A client takes a seat."""

    seat: Connection


@dataclass(frozen=True)
class Leave:
    """A client is gone."""

    seat: Connection


@dataclass(frozen=True)
class IncomingMessage:
    """A client's message."""

    seat: Connection
    message: wire.AnyClientMessage


@dataclass(frozen=True)
class SessionCall:
    """Something that a program wants done with the session; the future gets what came of it."""

    work: Callable[[Session], Any]
    future: Future[Any]


Event = Join | Leave | IncomingMessage | SessionCall


class UnknownSession(LookupError):  # noqa: N818 - as the engine's NoSuchNeuron
    """There is no such session, or no more."""


class SessionActor:
    """A session with its inbox and its clients.

    Attributes:
        identity: the session's id.
        attended: seats that are taken or about to be; the host keeps the count.
        left_at: when the last of them was given up, infinity before; the host notes it.
        replaced: whether the last of them took another session instead; the host notes it.
        owner: the address that began it, as it is counted.
        checkpoints: takes records of the session, if it is to outlive the actor.
        rules: what a classroom forbids the session; the host notes it before the session is there.
        absent: whether the session is being brought; until then there are no turns.
    """

    def __init__(
        self,
        identity: str,
        make: Callable[[], Session],
        settings: Settings,
        *,
        clock: Callable[[], float],
        retire: Callable[["SessionActor"], bool],
        owner: str = "",
        metrics: Metrics | None = None,
    ) -> None:
        """Begin without a session.

        Args:
            identity: the session's id.
            make: makes the session; called in the first turn.
            settings: the server's.
            clock: seconds.
            retire: called when nobody came for a session's lifetime; returns whether the actor is now
            forgotten.
            owner: the address that began it, as it is counted.
            metrics: count what is done.
        """
        self._metrics = metrics or Metrics()
        self.identity = identity
        self.checkpoints: Checkpointer | None = None
        self.absent = False
        self.owner = owner
        self.attended = 0
        self.left_at = math.inf
        self.replaced = False
        self.rules: Rules | None = None
        self._make = make
        self._session: Session | None = None
        self._settings = settings
        self._clock = clock
        self._retire = retire
        self._inbox: deque[Event] = deque()
        self._seats: list[Connection] = []
        self._pace = Pace(None, grain=0.5 / settings.frame_rate)
        self._rate = Rate()
        self._revision = -1
        self._epoch_time = math.inf
        self._unfinished = 0.0
        self._frame_time = 0.0
        self._broken = False
        self._closed = False
        self._lost = False

    def bring(self, session: Session | None) -> None:
        """End an absence, with the session or, where it cannot be had, without: then another is made."""
        self._session, self._lost = session, session is None
        if session is not None:
            session.allowed = SizeLimits.of(self._settings)
            session.rules = self.rules
            if self.checkpoints is not None:
                self.checkpoints.is_stored(session)
        self.absent = False

    def make_instead(self, make: Callable[[], Session]) -> None:
        """Say what makes a session if the one that is absent cannot be had."""
        self._make = make

    def put(self, event: Event) -> None:
        """Put something into the inbox; the actor needs a turn then."""
        self._inbox.append(event)

    @property
    def waited_for(self) -> bool:
        """Whether something in the inbox was not handled yet."""
        return bool(self._inbox)

    def close(self) -> None:
        """Dismiss everybody: the session is forgotten. A turn may be under way on another thread."""
        self._closed = True
        if self._session is not None and self._session.training_run is not None:
            self._session.training_run.end("interrupted")
        for seat in list(self._seats):
            seat.outbox.request_close(close_codes.RESTART, seat.token)
        with suppress(IndexError):
            while True:
                event = self._inbox.popleft()
                if isinstance(event, Join):
                    event.seat.outbox.request_close(close_codes.RESTART, event.seat.token)
                elif isinstance(event, SessionCall) and event.future.set_running_or_notify_cancel():
                    event.future.set_exception(UnknownSession(self.identity))

    @property
    def is_light(self) -> bool:
        """Whether its turns are mostly Python."""
        return self._session is not None and self._session.is_light

    def turn(self, *, urgent: bool, queue_length: int) -> float | None:
        """Handle what came, train for a slice, make the frames that are due; return when to go on."""
        if self.absent:
            return None
        for _ in range(MESSAGES_A_TURN):
            if not self._inbox:
                break
            self._receive(self._inbox.popleft())
        session = self._session
        if session is None:
            self._retire(self)
            return self._clock() if self._inbox else None
        if not self._broken:
            try:
                self._train(session, urgent=urgent, queue_length=queue_length)
                self._show(session)
            except Exception:
                log.exception("session %s: training or drawing failed", self.identity)
                self._stand_still(session)
        self._keep(session)
        return self._next(session)

    def save(self) -> None:
        """Have all recorded that is new, outside of any turn."""
        if self._session is not None and not self.absent:
            self._keep(self._session, at_once=True)

    # -- messages

    def _receive(self, event: Event) -> None:
        if isinstance(event, SessionCall):
            self._obey(event)
            return
        seat = event.seat
        try:
            match event:
                case Join():
                    self._join(seat)
                case Leave():
                    self._leave(seat)
                case IncomingMessage(message=message):
                    self._answer(seat, message)
        except Exception:
            log.exception("session %s: a message failed", self.identity)
            ref = event.message.ref if isinstance(event, IncomingMessage) else None
            seat.outbox.post(wire_errors.internal(ref), seat.token)
        finally:
            if not isinstance(event, Leave):
                seat.handled += 1
                seat.outbox.notify_progress()

    def _join(self, seat: Connection) -> None:
        seat.view, deliveries = self._begun().attach()
        seat.view.compresses = seat.compresses
        self._seats.append(seat)
        if self._closed:
            seat.outbox.request_close(close_codes.RESTART, seat.token)
        resumed, self._lost = seat.resumed and not self._lost, False
        welcome = wire.Welcome(session=self.identity, resumed=resumed, version=VERSION)
        seat.outbox.post(welcome, seat.token)
        self._deliver(deliveries)

    def _begun(self) -> Session:
        """Return the session, made now if it was not before."""
        if self._session is None:
            self._session = self._make()
            self._session.allowed = SizeLimits.of(self._settings)
            self._session.rules = self.rules
        return self._session

    def _answer(self, seat: Connection, message: wire.AnyClientMessage) -> None:
        if self._session is None or seat.view is None:
            seat.outbox.post(wire_errors.not_open(message.ref), seat.token)
            return
        self._broken = False
        self._deliver(handle(self._session, seat.view, message))

    def _obey(self, order: SessionCall) -> None:
        """Do what a program ordered. All that look on are told, before it is, if that changed the state."""
        wanted = order.future.set_running_or_notify_cancel()
        try:
            session = self._begun()
            result = self._do(session, order.work) if wanted else None
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is for who gave the order
            if wanted:
                order.future.set_exception(problem)
        else:
            if wanted:
                order.future.set_result(result)

    def _do(self, session: Session, work: Callable[[Session], Any]) -> Any:
        before = (session.revision, session.playing, session.speed)
        try:
            return work(session)
        finally:
            if before != (session.revision, session.playing, session.speed):
                self._broken = False
                self._deliver(session.broadcast_state())

    def _leave(self, seat: Connection) -> None:
        if seat in self._seats:
            self._seats.remove(seat)
        if self._session is not None and seat.view is not None:
            self._session.detach(seat.view)

    def _deliver(self, deliveries: list[Delivery]) -> None:
        """Post messages. A frame that still waits is of the past then, and goes."""
        for view, message in deliveries:
            if isinstance(message, wire.Error):
                self._metrics.refused(message.code)
            for seat in self._seats:
                if seat.view is view:
                    if isinstance(message, wire.State):
                        self._take_back(seat)
                    seat.outbox.post(message, seat.token)

    def _take_back(self, seat: Connection) -> None:
        if seat.view is not None and seat.outbox.retract_frame(seat.token):
            seat.view.retract()

    # -- training

    def _train(self, session: Session, *, urgent: bool, queue_length: int) -> None:
        now = self._clock()
        attended = self._attended_lately(now) and not session.paused_by_rules
        working, playing = attended and session.busy, attended and session.playing
        if not playing:
            self._pace.stop()
        elif self._pace.resting or self._pace.speed != session.speed:
            self._pace.speed = session.speed
            self._pace.start(now)
        if not working and (urgent or not playing):
            return
        due = math.inf if working else self._pace.due(now)
        if due < 1:
            return
        deadline = now + self._slice(queue_length)

        def stop() -> bool:
            return bool(self._inbox) or self._clock() >= deadline

        if session.revision != self._revision:  # perhaps another network: its epochs may take any time
            self._revision, self._epoch_time, self._unfinished = session.revision, math.inf, 0.0
        # What a quick epoch seems to take on a busy machine is time that others had.
        slow = self._epoch_time > self._settings.slice / 2 and not session.trainer.is_fast
        stride, by_batch = self._stride(), slow
        if working:
            epochs = session.do_work(stop, stride=stride, by_batch=by_batch)
        else:
            epochs = session.train(due, stop, stride=stride, by_batch=by_batch)
            self._pace.done(epochs)
        self._deliver(session.detect_divergence())
        end = self._clock()
        self._measure(end, now, epochs, by_batch=by_batch)
        self._metrics.trained(epochs, end - now)

    def _slice(self, queue_length: int) -> float:
        """Return how long to train: less when many wait, so that all get frames."""
        fair = 1 / self._settings.frame_rate / (queue_length + 1) - self._frame_time
        return min(self._settings.slice, max(fair, _SHORTEST_SLICE))

    def _stride(self) -> int:
        """Return every how many epochs the losses are kept: a power of two."""
        epochs_a_frame = self._rate.value / self._settings.frame_rate
        return 1 << max(0, math.ceil(math.log2(max(epochs_a_frame, 1) / LOSSES_A_FRAME)))

    def _measure(self, now: float, began: float, epochs: int, *, by_batch: bool) -> None:
        """Note how long epochs take, also those that take several turns."""
        self._rate.count(now, epochs)
        self._unfinished += now - began
        if epochs:
            # In one go they may take less: it is worth a try while not much is at stake.
            share = 0.5 if by_batch else 1.0
            self._epoch_time, self._unfinished = share * self._unfinished / epochs, 0.0

    def _attended_lately(self, now: float) -> bool:
        return bool(self._seats) or (not self.replaced and now < self.left_at + self._settings.pause_after)

    # -- frames

    def _show(self, session: Session) -> None:
        """Make the frames that are due, for those who can take one."""
        now = self._clock()
        due = [seat for seat in self._seats if self._frame_due(session, seat) <= now + _EARLY]
        if not due:
            return
        self._deliver(session.measure())
        for seat in due:
            view = seat.view
            if view is None:
                continue
            if view.urgent:
                self._take_back(seat)
            number = seat.outbox.claim_frame_number(seat.token)
            if number is not None:
                began = self._clock()
                seat.outbox.put_frame(number, session.frame(view, number), seat.token)
                end = self._clock()
                seat.frames.passed(began, end - began)
                self._metrics.drew(end - began)
                self._frame_time = end - now

    def _frame_due(self, session: Session, seat: Connection) -> float:
        """Return when the client is due a frame, if it can take one; infinity for never_compress."""
        view = seat.view
        if view is None or not view.visible:
            return math.inf
        if view.urgent:
            return seat.frames.floor
        return seat.frames.due if session.is_stale(view) else math.inf

    # -- records

    def _keep(self, session: Session, *, at_once: bool = False) -> None:
        """Hand in what is new of the session, if it is time."""
        now = self._clock()
        if self._record_due(session, now) > (math.inf if at_once else now):
            return
        if self.checkpoints is not None and (not at_once or not self.checkpoints.has_all(session)):
            try:
                self._deliver(session.measure())
            except Exception:
                log.exception("session %s: measuring failed", self.identity)
            self.checkpoints.take(session, now)

    def _record_due(self, session: Session, now: float) -> float:
        if self.checkpoints is None:
            return math.inf
        training = (session.playing or session.busy) and not (session.paused_by_rules or self._broken)
        training = training and self._attended_lately(now)
        return self.checkpoints.due(session, training=training)

    # -- turns

    def _next(self, session: Session) -> float | None:
        """Return when the next turn should be, None for when something comes."""
        now = self._clock()
        attended = self._attended_lately(now) and not session.paused_by_rules
        if self._inbox or (attended and session.busy and not self._broken):
            return now
        due = math.inf
        if attended and session.playing:
            due = self._pace.next_due(now)
            if session.speed is not None:  # one turn for the epochs and their frame is cheaper than two
                due = max(due, min(self._next_frame(), due + _PATIENCE))
        for seat in self._seats:
            if not self._broken and not seat.outbox.wants_frame:  # else the page's next sign of life wakes us
                due = min(due, max(self._frame_due(session, seat), now))
        due = min(due, max(self._record_due(session, now), now))
        if not self._seats and math.isfinite(self.left_at):
            end = self._end(session, now)
            if now >= end and self._retire(self):
                return None
            due = min(due, end if now < end else now + 1)  # refused: somebody is about to take a seat
        return due if math.isfinite(due) else None

    def _next_frame(self) -> float:
        """Return when the next frame could be made if there were something to show."""
        times = [
            seat.frames.floor if seat.view.urgent else seat.frames.due
            for seat in self._seats
            if seat.view is not None and seat.view.visible
        ]
        return min(times, default=-math.inf)

    def _end(self, session: Session, now: float) -> float:
        """Return when a session that nobody comes back to leaves memory."""
        end = self.left_at + self._settings.session_lifetime
        if self.checkpoints is None:
            return end
        idle = self.left_at + self._settings.idle_after
        # What cannot be saved stays as long as it may.
        return min(end, idle if now < idle or self.checkpoints.has_all(session) else now + 1)

    def _stand_still(self, session: Session) -> None:
        """Stop after an error of ours, and tell everybody; the next message may find a way out."""
        self._broken = True
        session.control.pause()
        for seat in self._seats:
            if seat.view is not None:
                seat.view.urgent = False
                self._take_back(seat)
                seat.outbox.post(session.state(seat.view), seat.token)
                seat.outbox.post(wire_errors.internal(None), seat.token)
