"""The actor that runs one session: its inbox, its training and the connections of its clients.

The event loop puts events into the inbox; the scheduler's threads give the actor its turns, one at a time.
Only a turn touches the session.
"""

import logging
import math
from collections import deque
from collections.abc import Callable

from engine.config import TrainingConfig
from server.limits.training_size import SizeLimits, work_size
from server.metrics import Metrics
from server.runtime.checkpointer import Checkpointer
from server.runtime.connection import Connection, Event, refuse_events
from server.runtime.event_handling import EventHandler
from server.runtime.growth_limits import GrowthLimits
from server.runtime.pacing import MAX_CATCH_UP
from server.runtime.state_broadcast import StateBroadcast
from server.runtime.training_slice import TrainingSlice
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.settings import Settings

_MAX_EARLINESS = 0.001
"""Maximum seconds that a frame may be made early, to avoid another turn for it."""

_MAX_EPOCH_DELAY = 0.7 * MAX_CATCH_UP
"""Maximum seconds that due epochs wait for their frame; after `MAX_CATCH_UP` they would be dropped."""

MAX_LIGHT_PARAMETERS = 128
"""Maximum number of parameters of a network whose heat maps are rendered quickly."""

MAX_SHORT_PARAMETERS = 8000
"""Maximum number of parameters of a network that is created or drawn within about 20 ms."""

log = logging.getLogger(__name__)


class SessionActor:
    """A session with its inbox and its clients.

    Attributes:
        session_id: the session's id.
        users: the number of connections and other users of the session, counted by the session manager.
        unused_since: when the last of them left, infinity while it is in use; set by the session manager.
        replaced: whether the last client left for another session; set by the session manager.
        owner: the client network whose quota the session counts towards.
        memory: the estimated size in bytes with which the session counts for the limits.
        expected_parameters: the number of weights and biases that it will have once it is created.
        expected_work: the `work_size` that it will have once it is created.
        reserve_memory: called with this actor and a size in bytes before the session grows to it; raises
            `MessageError` if there is too little memory.
        checkpointer: stores the session, None if it lives in memory only.
        rules: the restrictions of a classroom; set by the session manager, also before the session is loaded.
        absent: whether the session is being loaded; until then there are no turns.
    """

    def __init__(
        self,
        session_id: str,
        create: Callable[[], Session],
        settings: Settings,
        *,
        clock: Callable[[], float],
        retire: Callable[["SessionActor"], bool],
        owner: str = "",
        metrics: Metrics | None = None,
    ) -> None:
        """Create an actor.

        Args:
            session_id: the session's id.
            create: creates the session; called in the first turn.
            settings: the server's settings.
            clock: returns seconds.
            retire: called when the session's lifetime has ended; returns whether the actor was removed.
            owner: the client network whose quota the session counts towards.
            metrics: counts epochs, frames and refusals.
        """
        self.session_id = session_id
        self.checkpointer: Checkpointer | None = None
        self.is_loading = False
        self.owner = owner
        self.users = self.memory = self.expected_parameters = self.expected_work = 0
        self._sized: TrainingConfig | None = None
        self._rival_sized: TrainingConfig | None = None
        self._work_size = 0
        self.reserve_memory: Callable[[SessionActor, int], None] = lambda _actor, _memory: None
        self.unused_since = math.inf
        self.replaced = False
        self.rules: Rules | None = None
        self._metrics = metrics or Metrics()
        self._settings = settings
        self._clock = clock
        self._retire = retire
        self._inbox: deque[Event] = deque()
        self._connections: list[Connection] = []
        self._broadcast = StateBroadcast(self._connections, self._metrics, clock)
        self._events = EventHandler(create, self._prepare, self._broadcast, self._connections)
        self._slice = TrainingSlice(settings, clock)

    @property
    def create(self) -> Callable[[], Session]:
        """The function that creates the session, or a new one if a stored session cannot be loaded."""
        return self._events.create

    @create.setter
    def create(self, create: Callable[[], Session]) -> None:
        self._events.create = create

    @property
    def _session(self) -> Session | None:
        return self._events.session

    def finish_loading(self, session: Session | None) -> None:
        """Set the loaded session; None if it could not be loaded, so that a new one is created."""
        self._events.session, self._events.lost = session, session is None
        if session is not None:
            self._prepare(session)
            if self.checkpointer is not None:
                self.checkpointer.mark_stored(session)
        self.is_loading = False

    @property
    def is_untouched(self) -> bool:
        """Whether the session was never changed or trained, or does not exist yet."""
        return not self.is_loading if self._session is None else self._session.is_untouched

    def enqueue(self, event: Event) -> None:
        """Add an event to the inbox; the caller must wake the actor."""
        self._inbox.append(event)

    @property
    def has_events(self) -> bool:
        """Whether the inbox holds events."""
        return bool(self._inbox)

    @property
    def is_light(self) -> bool:
        """Whether its turns run mostly Python code: compiled training and drawing take little time."""
        session = self._session
        if session is None or session.busy or (session.playing and session.speed is None):
            return False
        return session.race.is_fast and self.parameters <= MAX_LIGHT_PARAMETERS

    @property
    def is_long(self) -> bool:
        """Whether a turn may take tens of milliseconds: it creates or draws a large network."""
        return self.work_size > MAX_SHORT_PARAMETERS

    @property
    def parameters(self) -> int:
        """The number of weights and biases of its network, also before it is created."""
        session = self._session
        return self.expected_parameters if session is None else session.race.parameters

    @property
    def work_size(self) -> int:
        """The `work_size` of its network, also before it is created: mostly its number of parameters."""
        session = self._session
        if session is None:
            return self.expected_work
        config, rival = session.config, session.race.config
        if config is not self._sized or rival is not self._rival_sized:
            self._sized, self._rival_sized = config, rival
            self._work_size = work_size(config) + (0 if rival is None else work_size(rival))
        return self._work_size

    def close(self, failure: Exception | None = None) -> None:
        """Close all connections, and have calls fail with `failure` or `UnknownSession`, even in a turn."""
        self._events.closed = True
        if self._session is not None and self._session.training_run is not None:
            self._session.training_run.end("interrupted")
        for connection in list(self._connections):
            connection.close(failure)
        refuse_events(self._inbox, self.session_id, failure)

    def turn(self, *, urgent: bool, queue_length: int) -> float | None:
        """Handle events, train for a slice and make the frames that are due; see `scheduler.Actor.turn`."""
        if self.is_loading:
            return None
        deadline = self._clock() + self._settings.slice
        while self._inbox:
            self._events.handle(self._inbox.popleft())
            if self._clock() >= deadline:
                break
        session = self._session
        if session is None:
            self._retire(self)
            return self._clock() if self._inbox else None
        if not self._events.broken:
            try:
                self._train(session, urgent=urgent, queue_length=queue_length)
                self._make_frames(session)
            except Exception:
                log.exception("session %s: training or drawing failed", self.session_id)
                self._stop_after_failure(session)
        self._checkpoint(session)
        return self._next_turn(session)

    def save(self) -> None:
        """Record all unsaved changes; must not be called during a turn."""
        if self._session is not None and not self.is_loading:
            self._checkpoint(self._session, at_once=True)

    def _prepare(self, session: Session) -> None:
        session.allowed = GrowthLimits(SizeLimits.of(self._settings), self)
        session.rules = self.rules

    # -- training and frames

    def _train(self, session: Session, *, urgent: bool, queue_length: int) -> None:
        now = self._clock()
        due = self._slice.epochs_due(session, now, active=self._may_train(session, now), urgent=urgent)
        if due < 1:
            return
        epochs = self._slice.train(session, due, now, inbox=self._inbox, queue_length=queue_length)
        self._broadcast.post(session.detect_divergence())
        if session.control.pause_at_end():
            self._broadcast.post(session.broadcast_state())
        self._metrics.count_epochs(epochs, seconds := self._clock() - now)
        session.limit_run(seconds, self._settings.max_job_seconds)

    def _may_train(self, session: Session, now: float) -> bool:
        recently_used = not self.replaced and now < self.unused_since + self._settings.pause_after
        return (bool(self._connections) or recently_used) and not session.paused_by_rules

    def _make_frames(self, session: Session) -> None:
        """Make the frames that are due, for the clients that can receive one."""
        if not self._broadcast.post_pending(session):
            return  # a frame must not be sent before the state that it shows
        now = self._clock()
        due = [each for each in self._connections if each.frame_due(session) <= now + _MAX_EARLINESS]
        if not due:
            return
        self._broadcast.post(session.measure())
        for connection in due:
            seconds = connection.send_frame(session, self._clock)
            if seconds is not None:
                self._metrics.count_frame(seconds)
                self._slice.frame_time = self._clock() - now

    def _stop_after_failure(self, session: Session) -> None:
        """Pause after an internal error and notify all clients; the next message retries."""
        self._events.broken = True
        session.control.pause()
        for connection in self._connections:
            connection.report_failure(session)

    # -- records and timing

    def _checkpoint(self, session: Session, *, at_once: bool = False) -> None:
        """Record unsaved changes if a record is due or `at_once` is set."""
        now = self._clock()
        if self._checkpoint_due(session, now) > (math.inf if at_once else now):
            return
        if self.checkpointer is not None and (not at_once or not self.checkpointer.is_saved(session)):
            try:
                self._broadcast.post(session.measure())
            except Exception:
                log.exception("session %s: measuring failed", self.session_id)
            self.checkpointer.record(session, now)

    def _checkpoint_due(self, session: Session, now: float) -> float:
        if self.checkpointer is None:
            return math.inf
        training = (
            (session.playing or session.busy) and not self._events.broken and self._may_train(session, now)
        )
        return self.checkpointer.due(session, training=training)

    def _next_turn(self, session: Session) -> float | None:
        """Return the time of the next turn; None for no turn until an event arrives."""
        now = self._clock()
        active = self._may_train(session, now)
        if self._inbox or (active and session.busy and not self._events.broken):
            return now
        due = math.inf
        if active and session.playing:
            due = self._slice.next_due(now)
            if session.speed is not None:  # one turn for the epochs and their frame is cheaper than two
                frames = [each.earliest_frame for each in self._connections]
                next_frame = min((time for time in frames if time < math.inf), default=-math.inf)
                due = max(due, min(next_frame, due + _MAX_EPOCH_DELAY))
        states_due = self._broadcast.due
        if states_due > -math.inf:
            due = min(due, max(states_due, now))
        for connection in self._connections:
            if (
                not self._events.broken and not connection.outbox.wants_frame
            ):  # else an ack will wake the actor
                due = min(due, max(connection.frame_due(session), states_due, now))
        due = min(due, max(self._checkpoint_due(session, now), now))
        if not self._connections and math.isfinite(self.unused_since):
            end = self._removal_time(session, now)
            if now >= end and self._retire(self):
                return None
            due = min(due, end if now < end else now + 1)  # not removed: a client is about to connect
        return due if math.isfinite(due) else None

    def _removal_time(self, session: Session, now: float) -> float:
        """Return the time at which a session without users is removed from memory."""
        end = self.unused_since + self._settings.session_lifetime
        if self.checkpointer is None:
            return end
        idle = self.unused_since + self._settings.idle_after
        # A session that cannot be saved stays in memory for its whole lifetime.
        return min(end, idle if now < idle or self.checkpointer.is_saved(session) else now + 1)
