"""Turns for many actors on a few threads: nobody is served twice at a time, and nobody is forgotten.

Actors that want to go on stand in one line and are served round-robin. Actors that were woken, by a message
or a painted frame, go first, but only a few times before they stand in the line like all others; so one
that is woken without pause gets little more than its share. Actors that need nothing before some time wait
in a heap.

Actors whose turns are mostly Python are light, and have one thread at a time between them: two would only
fight for Python's lock.
"""

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from server import waking

HURRIES = 4
"""Turns out of line that an actor may have between two in line."""

TURNS_TOGETHER = 4
"""Turns whose mail the event loop is told of at a time, while more wait."""

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


class Task:
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

    def __init__(self, most: int) -> None:
        self.most = most
        """Threads at a time."""
        self.running = 0
        self.hurry: deque[tuple[int, Task]] = deque()
        self.line: deque[tuple[int, Task]] = deque()
        self.timers: list[tuple[float, int, Task, int]] = []

    @property
    def open(self) -> bool:
        """Whether one more thread may serve it."""
        return self.running < self.most

    @property
    def waited_for(self) -> bool:
        """Whether anybody wants a turn, now or later."""
        return bool(self.hurry or self.line or self.timers)


class Scheduler:
    """A pool of threads that give turns."""

    def __init__(self, threads: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._count = threads
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._light, self._heavy = _Lane(1), _Lane(threads)
        self._lanes = (self._light, self._heavy)
        self._order = itertools.count()
        self._stopping = False

    def start(self) -> None:
        """Start the threads."""
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"trainer-{number}", daemon=True)
            for number in range(self._count)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every thread finish its turn, and end it."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def wake(self, task: Task) -> None:
        """Give the actor a turn soon, even if it has one just now."""
        with self._changed:
            self._wake(task)

    def remove(self, task: Task) -> None:
        """Give the actor no more turns; one that runs ends as it will."""
        with self._changed:
            task.removed = True

    def _work(self) -> None:
        waking.hold()
        turns = 0
        while (order := self._next()) is not None:
            lane, task, hurried, crowd = order
            due = None
            try:
                due = task.actor.turn(hurried=hurried, crowd=crowd)
            except Exception:
                log.exception("a turn failed")
            turns += 1
            if turns >= TURNS_TOGETHER or not (lane.line or lane.hurry):
                waking.flush()
                turns = 0
            self._done(lane, task, due)
        waking.flush()

    def _next(self) -> tuple[_Lane, Task, bool, int] | None:
        """Wait for a turn to give: the task and its lane, whether out of line, and how many stand in line."""
        with self._changed:
            while not self._stopping:
                now = self._clock()
                lanes = [lane for lane in self._lanes if lane.open]
                for lane in lanes:
                    self._move_due(lane, now)
                found = self._pop(lanes)
                if found is not None:
                    lane, task, hurried = found
                    task.running = True
                    task.hurries = task.hurries + 1 if hurried else 0
                    lane.running += 1
                    if lane is not self._light and self._light.open and self._light.waited_for:
                        self._changed.notify()  # those who wait did so when it was not open
                    return lane, task, hurried, len(self._light.line) + len(self._heavy.line)
                due = min((lane.timers[0][0] for lane in lanes if lane.timers), default=None)
                self._changed.wait(None if due is None else due - now)
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

    def _pop(self, lanes: list[_Lane]) -> tuple[_Lane, Task, bool] | None:
        """Take out who is next: of those who hurry, then of those in line, who came first."""
        for hurried in (True, False):
            while queues := [
                (queue[0][0], queue, lane)
                for lane in lanes
                if (queue := lane.hurry if hurried else lane.line)
            ]:
                _, queue, lane = min(queues, key=_came)
                _, task = queue.popleft()
                if hurried:
                    task.in_hurry = False
                else:
                    task.in_line = False
                if task.running:
                    task.again = True
                elif not task.removed:
                    return lane, task, hurried
        return None

    def _done(self, lane: _Lane, task: Task, due: float | None) -> None:
        with self._changed:
            task.running = False
            lane.running -= 1
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
            if lane.timers[0][2] is task and lane.open and lane is not self._light:
                self._changed.notify()

    def _wake(self, task: Task) -> None:
        if task.running:
            task.again = True
        elif task.hurries >= HURRIES:
            self._join_line(task)
        elif not task.in_hurry and not task.removed:
            task.in_hurry = True
            self._put(task, self._lane_of(task).hurry)

    def _join_line(self, task: Task) -> None:
        """Put the task at the end of the line, unless it stands there."""
        if not task.in_line and not task.removed:
            task.in_line = True
            self._put(task, self._lane_of(task).line)

    def _put(self, task: Task, queue: deque[tuple[int, Task]]) -> None:
        queue.append((next(self._order), task))
        if self._lane_of(task).open:
            self._changed.notify()

    def _lane_of(self, task: Task) -> _Lane:
        return self._light if task.light else self._heavy


def _came(queue: tuple[int, deque[tuple[int, Task]], _Lane]) -> int:
    return queue[0]
