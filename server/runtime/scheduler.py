"""Gives many actors turns on a few threads; an actor never has two turns at a time.

Actors with more to do wait in a queue and are served round-robin. Actors that a message or an acknowledged
frame has woken are urgent: they are served first, but only a few times in a row before they must queue like
all others, so that an actor that is woken continually gets little more than its fair share. Actors with
nothing to do until some time wait in a heap of timers.

Actors whose turns run mostly Python code are called light. Only the first thread serves them (besides other
actors), because two threads would compete for Python's global lock.

Actors whose turns may take a tenth of a second, such as drawing a large network, are called long. They would
hold up all light actors, so the first thread serves them only if no light actor waits.
"""

import heapq
import importlib.util
import itertools
import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from server.runtime import loop_wakeup

MAX_URGENT_TURNS = 4
"""Maximum number of urgent turns of an actor between two ordinary ones."""

WAKEUP_INTERVAL = 0.004
"""Seconds for which finished frames may wait while more actors do, so that the event loop is woken once for
all: a wake-up costs both threads time. Answers to messages do not wait."""

log = logging.getLogger(__name__)


def default_threads() -> int:
    """Return the default number of training threads: the number of cores that this process may use.

    Without Numba it is 1: the short NumPy operations hold Python's global lock, so that two threads would
    train half as fast as one. Compiled kernels release the lock.
    """
    if importlib.util.find_spec("numba") is None:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Actor(Protocol):
    """Something that the scheduler gives turns."""

    @property
    def is_light(self) -> bool:
        """Whether its turns run mostly Python code; read after each turn."""

    @property
    def is_long(self) -> bool:
        """Whether a turn may take tens of milliseconds; read at first and after each turn."""

    def turn(self, *, urgent: bool, queue_length: int) -> float | None:
        """Work for a few milliseconds, never on two threads at once.

        Args:
            urgent: whether the turn is for messages rather than for long work.
            queue_length: how many other actors wait in the queue.

        Returns:
            the clock's time of the next turn, which may have passed; None for no turn until it is woken.
        """


class ScheduledTask:
    """An actor and its state in the scheduler."""

    __slots__ = (
        "actor",
        "is_light",
        "is_long",
        "queued",
        "queued_urgently",
        "removed",
        "running",
        "timer",
        "urgent_turns",
        "woken",
    )

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.is_light = False
        self.is_long = actor.is_long
        self.queued = False
        self.queued_urgently = False
        self.running = False
        self.woken = False
        """Whether it was woken while it was running."""
        self.urgent_turns = 0
        """Urgent turns since the last ordinary one."""
        self.timer = 0
        """The number of its valid timer; older ones are skipped."""
        self.removed = False


class _Lane:
    """The queues of the light actors, of the long ones, or of the others."""

    def __init__(self) -> None:
        self.urgent: deque[tuple[int, ScheduledTask]] = deque()
        self.queue: deque[tuple[int, ScheduledTask]] = deque()
        self.timers: list[tuple[float, int, ScheduledTask, int]] = []

    @property
    def empty(self) -> bool:
        """Whether no actor waits, neither in a queue nor for a timer."""
        return not (self.urgent or self.queue or self.timers)


class _Worker:
    """A thread and its lanes. `yielding` is a pair of lanes: the first is served if the second is empty."""

    def __init__(
        self, lock: threading.Lock, *lanes: _Lane, yielding: tuple[_Lane, _Lane] | None = None
    ) -> None:
        self._lanes = lanes
        self._all = lanes if yielding is None else (*lanes, yielding[1])
        self._before = None if yielding is None else yielding[0]
        self.condition = threading.Condition(lock)

    @property
    def lanes(self) -> tuple[_Lane, ...]:
        """The lanes to serve now."""
        return self._lanes if self._before is not None and not self._before.empty else self._all

    @property
    def next_timer(self) -> float | None:
        """When the next timer is due, None if there is none."""
        return min((lane.timers[0][0] for lane in self.lanes if lane.timers), default=None)


class Scheduler:
    """A pool of threads that give actors turns."""

    def __init__(self, threads: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Create the scheduler; `start` starts its threads."""
        self._clock = clock
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._light, self._heavy, self._long = _Lane(), _Lane(), _Lane()
        self._workers = [_Worker(self._lock, self._heavy, self._long) for _ in range(threads - 1)]
        if self._workers:
            yielding = self._light, self._long
            self._first = _Worker(self._lock, self._light, self._heavy, yielding=yielding)
        else:
            self._first = _Worker(self._lock, self._light, self._heavy, self._long)
        self._workers.insert(0, self._first)
        self._idle: list[_Worker] = []
        self._counter = itertools.count()
        self._stopping = False

    def start(self) -> None:
        """Start the threads."""
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._run_worker, args=(worker,), name=f"trainer-{number}", daemon=True)
            for number, worker in enumerate(self._workers)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all threads, each after its current turn."""
        with self._lock:
            self._stopping = True
            for worker in self._workers:
                worker.condition.notify()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def wake(self, task: ScheduledTask) -> None:
        """Give the actor a turn soon; if it has one now, another one after it."""
        with self._lock:
            self._wake(task)

    def remove(self, task: ScheduledTask) -> None:
        """Give the actor no more turns; a turn in progress is finished."""
        with self._lock:
            task.removed = True

    def _run_worker(self, worker: _Worker) -> None:
        loop_wakeup.hold()
        flushed = -math.inf
        done: tuple[ScheduledTask, float | None] | None = None
        while (turn := self._next_turn(worker, done)) is not None:
            task, urgent, queue_length = turn
            due = None
            try:
                due = task.actor.turn(urgent=urgent, queue_length=queue_length)
            except Exception:
                log.exception("a turn failed")
            done = task, due
            now = self._clock()
            waits = any(lane.queue or lane.urgent for lane in worker.lanes)
            if urgent or not waits or now >= flushed + WAKEUP_INTERVAL:
                loop_wakeup.flush()
                flushed = now
        loop_wakeup.flush()

    def _next_turn(
        self, worker: _Worker, done: tuple[ScheduledTask, float | None] | None
    ) -> tuple[ScheduledTask, bool, int] | None:
        """Put the task of the finished turn back, and wait for the next turn.

        Returns:
            the next task, whether its turn is urgent, and how many tasks are queued; None after `stop`.
        """
        with self._lock:
            if done is not None:
                self._finish(*done)
            while not self._stopping:
                now = self._clock()
                for lane in worker.lanes:
                    self._move_due(lane, now)
                found = self._pop(worker.lanes)
                if found is not None:
                    task, urgent = found
                    task.running = True
                    task.urgent_turns = task.urgent_turns + 1 if urgent else 0
                    return task, urgent, self._queue_length()
                due = worker.next_timer
                loop_wakeup.flush()  # before waiting, make all wake-ups collected since the last flush
                self._idle.append(worker)
                worker.condition.wait(None if due is None else due - now)
                if worker in self._idle:
                    self._idle.remove(worker)
            return None

    def _queue_length(self) -> int:
        return len(self._light.queue) + len(self._heavy.queue) + len(self._long.queue)

    def _move_due(self, lane: _Lane, now: float) -> None:
        while lane.timers:
            due, _, task, timer = lane.timers[0]
            stale = task.removed or timer != task.timer
            if due > now and not stale:
                return
            heapq.heappop(lane.timers)
            if not stale and not task.running:
                self._enqueue(task)

    def _pop(self, lanes: tuple[_Lane, ...]) -> tuple[ScheduledTask, bool] | None:
        """Remove and return the next task, and whether it is urgent: urgent tasks come first."""
        for urgent in (True, False):
            while queues := [queue for lane in lanes if (queue := lane.urgent if urgent else lane.queue)]:
                _, task = min(queues, key=_arrival_number).popleft()
                if urgent:
                    task.queued_urgently = False
                else:
                    task.queued = False
                if task.running:
                    task.woken = True
                elif not task.removed:
                    return task, urgent
        return None

    def _finish(self, task: ScheduledTask, due: float | None) -> None:
        task.running = False
        task.timer += 1
        if task.removed:
            return
        task.is_light, task.is_long = task.actor.is_light, task.actor.is_long
        if task.woken:
            task.woken = False
            self._wake(task)
        if due is None:
            return
        if due <= self._clock():
            self._enqueue(task)
            return
        lane = self._lane_of(task)
        heapq.heappush(lane.timers, (due, next(self._counter), task, task.timer))
        if lane.timers[0][2] is task:
            self._notify(lane)

    def _wake(self, task: ScheduledTask) -> None:
        if task.running:
            task.woken = True
        elif task.urgent_turns >= MAX_URGENT_TURNS:
            self._enqueue(task)
        elif not task.queued_urgently and not task.removed:
            task.queued_urgently = True
            lane = self._lane_of(task)
            lane.urgent.append((next(self._counter), task))
            self._notify(lane)

    def _enqueue(self, task: ScheduledTask) -> None:
        """Append the task to its queue unless it is queued already."""
        if not task.queued and not task.removed:
            task.queued = True
            lane = self._lane_of(task)
            lane.queue.append((next(self._counter), task))
            self._notify(lane)

    def _lane_of(self, task: ScheduledTask) -> _Lane:
        if task.is_long:
            return self._long
        return self._light if task.is_light else self._heavy

    def _notify(self, lane: _Lane) -> None:
        """Wake an idle worker of a lane; the first worker, which has several lanes, only as a last resort."""
        for worker in sorted(self._idle, key=lambda worker: worker is self._first):
            if lane in worker.lanes:
                self._idle.remove(worker)
                worker.condition.notify()
                return


def _arrival_number(queue: deque[tuple[int, ScheduledTask]]) -> int:
    return queue[0][0]
