"""Decides how many epochs of a session are trained in one turn, from its speed and its fair share of time."""

import math
from collections.abc import Callable, Collection

from server.runtime.pacing import Pace, Rate
from server.sessions.session import Session
from server.settings import Settings

MAX_LOSSES_PER_FRAME = 48
"""Maximum number of evaluations of the losses between two frames."""

CROWD_SIZE = 8
"""So many sessions that wait are a crowd: networks for images are measured every `CROWD_STRIDE` epochs then,
because measuring one takes as long as training it for an epoch."""
CROWD_STRIDE = 2

_MIN_SLICE = 0.001
"""Minimum seconds of training in a turn."""


class TrainingSlice:
    """Trains a session for one slice at a time.

    Attributes:
        frame_time: seconds that making the frames after a slice takes; the actor measures it.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        """Create it stopped; `clock` returns seconds."""
        self.frame_time = 0.0
        self._settings = settings
        self._clock = clock
        self._pace = Pace(None, grain=0.5 / settings.frame_rate)
        self._rate = Rate()
        self._revision = -1
        self._epoch_time = math.inf
        self._unfinished = 0.0

    def epochs_due(self, session: Session, now: float, *, active: bool, urgent: bool) -> float:
        """Return how many epochs to train in this turn; infinity for as many as fit into its time.

        Args:
            session: the session.
            now: the clock's time.
            active: whether the session may train at all.
            urgent: whether the turn is for messages: then only requested steps and runs are trained.
        """
        working, playing = active and session.busy, active and session.playing
        if not playing:
            self._pace.stop()
        elif self._pace.is_stopped or self._pace.speed != session.speed:
            self._pace.speed = session.speed
            self._pace.start(now)
        if working:
            return math.inf
        return 0 if urgent or not playing else self._pace.due(now)

    def train(
        self, session: Session, due: float, now: float, *, inbox: Collection[object], queue_length: int
    ) -> int:
        """Train for one time slice; return how many epochs were finished.

        Args:
            session: the session.
            due: what `epochs_due` returned: at least 1.
            now: the clock's time.
            inbox: training stops as soon as it is not empty.
            queue_length: how many other sessions wait.
        """
        deadline, clock = now + self._slice_seconds(queue_length), self._clock

        def stop() -> bool:
            return bool(inbox) or clock() >= deadline

        if session.revision != self._revision:  # possibly another network, whose epochs may take any time
            self._revision, self._epoch_time, self._unfinished = session.revision, math.inf, 0.0
        # If an epoch of a fast network took long, the thread was interrupted by other processes.
        by_batch = self._epoch_time > self._settings.slice / 2 and not session.race.is_fast
        stride = self._evaluation_interval()
        if by_batch and session.config.image and queue_length >= CROWD_SIZE:
            stride = max(stride, CROWD_STRIDE)
        if session.busy:
            epochs = session.do_work(stop, stride=stride, by_batch=by_batch)
        else:
            epochs = session.train(due, stop, stride=stride, by_batch=by_batch)
            self._pace.done(epochs)
        self._measure(clock(), now, epochs, by_batch=by_batch)
        return epochs

    def next_due(self, now: float) -> float:
        """Return when the next epoch is due while the session plays."""
        return self._pace.next_due(now)

    def _slice_seconds(self, queue_length: int) -> float:
        """Return the seconds of a slice: fewer if many sessions wait, so that all get frames in time."""
        fair = 1 / self._settings.frame_rate / (queue_length + 1) - self.frame_time
        return min(self._settings.slice, max(fair, _MIN_SLICE))

    def _evaluation_interval(self) -> int:
        """Return the number of epochs between two evaluations of the losses: a power of two."""
        epochs_per_frame = self._rate.value / self._settings.frame_rate
        return 1 << max(0, math.ceil(math.log2(max(epochs_per_frame, 1) / MAX_LOSSES_PER_FRAME)))

    def _measure(self, now: float, began: float, epochs: int, *, by_batch: bool) -> None:
        """Measure the seconds per epoch, also of epochs that take several turns."""
        self._rate.count(now, epochs)
        self._unfinished += now - began
        if epochs:
            # Whole epochs may be faster than single batches: assume half the time, so that they are tried.
            fraction = 0.5 if by_batch else 1.0
            self._epoch_time, self._unfinished = fraction * self._unfinished / epochs, 0.0
