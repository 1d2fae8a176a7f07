"""Verification of submissions: the server trains the submitted config again, from other seeds."""

import asyncio
from contextlib import suppress
from functools import partial

from engine.config import TrainingConfig
from server.classroom.model.room import Member, Room
from server.classroom.model.submission import Submission
from server.classroom.service.notifications import Notifications
from server.classroom.service.room_store import RoomStore
from server.goals.goals import Goal
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan
from server.jobs.sweeps import Sweep
from server.jobs.worker_pool import WorkerPool
from server.limits.training_size import memory_of
from server.runtime.admission import ROOM_OWNER


class Verifier:
    """Runs the verifications, at most one for each seat. For the event loop only."""

    def __init__(
        self, worker_pool: WorkerPool, store: RoomStore, notifications: Notifications, *, max_epochs: int
    ) -> None:
        """Create a verifier without verifications.

        Args:
            worker_pool: trains the fresh runs.
            store: saves the results.
            notifications: notifies the listeners of a seat or room.
            max_epochs: most epochs of one run.
        """
        self._worker_pool = worker_pool
        self._store = store
        self._notifications = notifications
        self._max_epochs = max_epochs
        self._running: dict[str, tuple[Sweep, Submission]] = {}

    def start(self, room: Room, member: Member) -> None:
        """Start the verification of a member's earliest pending attempt, unless one is running.

        If the fresh runs would repeat those of another attempt exactly, its results are used instead.
        """
        if member.id in self._running:
            return
        for attempt in member.attempts:
            if not attempt.is_pending or attempt.goal is None:
                continue
            known = [each for each in member.attempts if each.solved is not None]
            alike = next((each for each in known if each.has_same_fresh_runs_as(attempt)), None)
            if alike is None:
                self._run(room, member, attempt, attempt.goal)
                return
            self._store_result(room, member, attempt, alike.solved)

    def stop(self, member: Member) -> None:
        """Cancel the running verification of a member, if there is one."""
        running = self._running.pop(member.id, None)
        if running is not None:
            running[0].cancel()

    def update_progress(self, room: Room) -> None:
        """Update the number of finished fresh runs of a room's members, and notify listeners."""
        for member in room.members.values():
            sweep, attempt = self._running.get(member.id, (None, None))
            if sweep is not None and attempt is not None and attempt.done != (done := sweep.number_finished):
                attempt.done = done
                self._notifications.notify(member.id, room.id)

    def _run(self, room: Room, member: Member, attempt: Submission, goal: Goal) -> None:
        sweep = Sweep(self._plan(attempt, goal))
        self._running[member.id] = (sweep, attempt)
        loop = asyncio.get_running_loop()

        def on_ended(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed; verification starts again with the server
                loop.call_soon_threadsafe(partial(self._on_sweep_ended, room, member, sweep, attempt))

        sweep.ended.add_done_callback(on_ended)
        self._worker_pool.submit(sweep.task_group)

    def _plan(self, submission: Submission, goal: Goal) -> SweepPlan:
        fresh = goal.fresh
        assert fresh is not None
        config = TrainingConfig.model_validate(submission.config)
        epochs = min(fresh.epochs, goal.within_epochs or fresh.epochs, self._max_epochs)
        return SweepPlan(
            config=config,
            settings=[{}],
            seeds=ConsecutiveSeeds(submission.fresh_seed, submission.wanted_runs),
            vary="both",
            epochs=epochs,
            stop_criterion=goal.stop_criterion,
            memory=memory_of(config),
            owner=ROOM_OWNER,
        )

    def _on_sweep_ended(self, room: Room, member: Member, sweep: Sweep, attempt: Submission) -> None:
        if self._running.get(member.id, (None, None))[0] is not sweep:
            return
        del self._running[member.id]
        if sweep.ended.cancelled() or sweep.ended.exception() is not None or sweep.ended.result() != "done":
            return
        attempt.done = sweep.number_finished
        self._store_result(room, member, attempt, sweep.number_reached)
        self.start(room, member)

    def _store_result(self, room: Room, member: Member, attempt: Submission, solved: int | None) -> None:
        attempt.solved = solved
        room.choose_best(member)
        self._store.put_attempts(member, attempt)  # written by the next flush
        self._notifications.notify(member.room, member.id)
