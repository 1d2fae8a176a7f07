"""Turns for many actors on a few threads: nobody is served twice at a time, and nobody is forgotten.

Actors that want to go on stand in one line and are served round-robin. Actors that were woken, by a message
or a painted frame, go first, but only a few times before they stand in the line like all others; so one
that is woken without pause gets little more than its share. Actors that need nothing before some time wait
in a heap.
"""

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

HURRIES = 4
"""Turns out of line that an actor may have between two in line."""

log = logging.getLogger(__name__)


class Actor(Protocol):
    """What can be given turns."""

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

    __slots__ = ("actor", "again", "hurries", "in_hurry", "in_line", "removed", "running", "timer")

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
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


class Scheduler:
    """A pool of threads that give turns."""

    def __init__(self, threads: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._count = threads
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._hurry: deque[Task] = deque()
        self._line: deque[Task] = deque()
        self._timers: list[tuple[float, int, Task, int]] = []
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
        while (order := self._next()) is not None:
            task, hurried, crowd = order
            due = None
            try:
                due = task.actor.turn(hurried=hurried, crowd=crowd)
            except Exception:
                log.exception("a turn failed")
            self._done(task, due)

    def _next(self) -> tuple[Task, bool, int] | None:
        """Wait for a turn to give: the task, whether out of line, and how many stand in line."""
        with self._changed:
            while not self._stopping:
                now = self._clock()
                self._move_due(now)
                task = self._pop(self._hurry)
                hurried = task is not None
                task = task or self._pop(self._line)
                if task is not None:
                    task.running = True
                    task.hurries = task.hurries + 1 if hurried else 0
                    return task, hurried, len(self._line)
                self._changed.wait(self._timers[0][0] - now if self._timers else None)
            return None

    def _move_due(self, now: float) -> None:
        while self._timers:
            due, _, task, timer = self._timers[0]
            stale = task.removed or timer != task.timer
            if due > now and not stale:
                return
            heapq.heappop(self._timers)
            if not stale and not task.running:
                self._join_line(task)

    def _pop(self, queue: deque[Task]) -> Task | None:
        while queue:
            task = queue.popleft()
            if queue is self._hurry:
                task.in_hurry = False
            else:
                task.in_line = False
            if task.running:
                task.again = True
            elif not task.removed:
                return task
        return None

    def _done(self, task: Task, due: float | None) -> None:
        with self._changed:
            task.running = False
            task.timer += 1
            if task.removed:
                return
            if task.again:
                task.again = False
                self._wake(task)
            if due is None:
                return
            if due <= self._clock():
                self._join_line(task)
                return
            heapq.heappush(self._timers, (due, next(self._order), task, task.timer))
            if self._timers[0][2] is task:
                self._changed.notify()

    def _wake(self, task: Task) -> None:
        if task.running:
            task.again = True
        elif task.hurries >= HURRIES:
            self._join_line(task)
        elif not task.in_hurry and not task.removed:
            task.in_hurry = True
            self._hurry.append(task)
            self._changed.notify()

    def _join_line(self, task: Task) -> None:
        """Put the task at the end of the line, unless it stands there."""
        if not task.in_line and not task.removed:
            task.in_line = True
            self._line.append(task)
            self._changed.notify()
