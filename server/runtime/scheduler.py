"""Turns for many actors on a few threads: nobody is served twice at a time, and nobody is forgotten.

Actors that want to go on stand in one line and are served round-robin. Actors that were woken, by a message
or a painted frame, go first, but only a few times before they stand in the line like all others; so one
that is woken without pause gets little more than its share. Actors that need nothing before some time wait
in a heap.

Actors whose turns are mostly Python are light, and the first thread alone serves them, beside others: two
would only fight for Python's lock.
"""

import heapq
import itertools
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from server.runtime import loop_wakeup

HURRIES = 4
"""Turns out of line that an actor may have between two in line."""

TOGETHER = 0.001
"""Seconds of turns whose mail the event loop is told of at a time, while more wait."""

log = logging.getLogger(__name__)


class Actor(Protocol):
    """What can be given turns."""

    @property
    def light(self) -> bool:
        """Whether its turns are mostly Python; asked after each."""

    def turn(self, *, hurried: bool, crowd: int) -> float | None:
        """Work for a few milliseconds, never on two threads at once.

        Args:
            hurried: whether the turn is out of line, for messages rather than for long work.
            crowd: how many others stand in line.

        Returns:
            the clock's time of the next turn (now or the past: as soon as possible), or None: when woken.
        """


class ScheduledTask:
    """An actor's place in the scheduler."""

    __slots__ = ("actor", "again", "hurries", "in_hurry", "in_line", "light", "removed", "running", "timer")

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.light = False
        self.in_line = False
        self.in_hurry = False
        self.running = False
        self.again = False
        """Woken while it was running."""
        self.hurries = 0
        """Turns out of line since the last one in line."""
        self.timer = 0
        """Names the one timer that counts; older ones are skipped."""
        self.removed = False


class _Lane:
    """The light actors, or the others: those who hurry, those in line, those who wait for some time."""

    def __init__(self) -> None:
        self.hurry: deque[tuple[int, ScheduledTask]] = deque()
        self.line: deque[tuple[int, ScheduledTask]] = deque()
        self.timers: list[tuple[float, int, ScheduledTask, int]] = []


class _Worker:
    """A thread, and the lanes that it serves."""

    def __init__(self, lock: threading.Lock, *lanes: _Lane) -> None:
        self.lanes = lanes
        self.called = threading.Condition(lock)

    @property
    def soonest(self) -> float | None:
        """When a timer is due."""
        return min((lane.timers[0][0] for lane in self.lanes if lane.timers), default=None)


class Scheduler:
    """A pool of threads that give turns."""

    def __init__(self, threads: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._light, self._heavy = _Lane(), _Lane()
        self._workers = [_Worker(self._lock, self._heavy) for _ in range(threads - 1)]
        self._first = _Worker(self._lock, self._light, self._heavy)
        self._workers.insert(0, self._first)
        self._asleep: list[_Worker] = []
        self._order = itertools.count()
        self._stopping = False

    def start(self) -> None:
        """Start the threads."""
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, args=(worker,), name=f"trainer-{number}", daemon=True)
            for number, worker in enumerate(self._workers)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every thread finish its turn, and end it."""
        with self._lock:
            self._stopping = True
            for worker in self._workers:
                worker.called.notify()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def wake(self, task: ScheduledTask) -> None:
        """Give the actor a turn soon, even if it has one just now."""
        with self._lock:
            self._wake(task)

    def remove(self, task: ScheduledTask) -> None:
        """Give the actor no more turns; one that runs ends as it will."""
        with self._lock:
            task.removed = True

    def _work(self, worker: _Worker) -> None:
        loop_wakeup.hold()
        flushed = -math.inf
        done: tuple[ScheduledTask, float | None] | None = None
        while (order := self._next(worker, done)) is not None:
            task, hurried, crowd = order
            due = None
            try:
                due = task.actor.turn(hurried=hurried, crowd=crowd)
            except Exception:
                log.exception("a turn failed")
            done = task, due
            now = self._clock()
            if now >= flushed + TOGETHER or not any(lane.line or lane.hurry for lane in worker.lanes):
                loop_wakeup.flush()
                flushed = now
        loop_wakeup.flush()

    def _next(
        self, worker: _Worker, done: tuple[ScheduledTask, float | None] | None
    ) -> tuple[ScheduledTask, bool, int] | None:
        """End a turn, and wait for one to give.

        Returns:
            the task, whether its turn is out of line, and how many stand in line.
        """
        with self._lock:
            if done is not None:
                self._done(*done)
            while not self._stopping:
                now = self._clock()
                for lane in worker.lanes:
                    self._move_due(lane, now)
                found = self._pop(worker.lanes)
                if found is not None:
                    task, hurried = found
                    task.running = True
                    task.hurries = task.hurries + 1 if hurried else 0
                    return task, hurried, len(self._light.line) + len(self._heavy.line)
                due = worker.soonest
                loop_wakeup.flush()  # who was in line a moment ago may be gone, or with another thread
                self._asleep.append(worker)
                worker.called.wait(None if due is None else due - now)
                if worker in self._asleep:
                    self._asleep.remove(worker)
            return None

    def _move_due(self, lane: _Lane, now: float) -> None:
        while lane.timers:
            due, _, task, timer = lane.timers[0]
            stale = task.removed or timer != task.timer
            if due > now and not stale:
                return
            heapq.heappop(lane.timers)
            if not stale and not task.running:
                self._join_line(task)

    def _pop(self, lanes: tuple[_Lane, ...]) -> tuple[ScheduledTask, bool] | None:
        """Take out who is next: of those who hurry, then of those in line, who came first."""
        for hurried in (True, False):
            while queues := [queue for lane in lanes if (queue := lane.hurry if hurried else lane.line)]:
                _, task = min(queues, key=_came).popleft()
                if hurried:
                    task.in_hurry = False
                else:
                    task.in_line = False
                if task.running:
                    task.again = True
                elif not task.removed:
                    return task, hurried
        return None

    def _done(self, task: ScheduledTask, due: float | None) -> None:
        task.running = False
        task.timer += 1
        if task.removed:
            return
        task.light = task.actor.light
        if task.again:
            task.again = False
            self._wake(task)
        if due is None:
            return
        if due <= self._clock():
            self._join_line(task)
            return
        lane = self._lane_of(task)
        heapq.heappush(lane.timers, (due, next(self._order), task, task.timer))
        if lane.timers[0][2] is task:
            self._call(lane)

    def _wake(self, task: ScheduledTask) -> None:
        if task.running:
            task.again = True
        elif task.hurries >= HURRIES:
            self._join_line(task)
        elif not task.in_hurry and not task.removed:
            task.in_hurry = True
            lane = self._lane_of(task)
            lane.hurry.append((next(self._order), task))
            self._call(lane)

    def _join_line(self, task: ScheduledTask) -> None:
        """Put the task at the end of the line, unless it stands there."""
        if not task.in_line and not task.removed:
            task.in_line = True
            lane = self._lane_of(task)
            lane.line.append((next(self._order), task))
            self._call(lane)

    def _lane_of(self, task: ScheduledTask) -> _Lane:
        return self._light if task.light else self._heavy

    def _call(self, lane: _Lane) -> None:
        """Wake one who serves a lane, if one sleeps; the first thread only where it must be."""
        for worker in sorted(self._asleep, key=lambda worker: worker is self._first):
            if lane in worker.lanes:
                self._asleep.remove(worker)
                worker.called.notify()
                return


def _came(queue: deque[tuple[int, ScheduledTask]]) -> int:
    return queue[0][0]
