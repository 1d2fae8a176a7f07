"""Verification of submissions: the server trains the submitted config again, from other seeds."""

import asyncio
from contextlib import suppress
from functools import partial

from engine.config import TrainingConfig
from server.classroom.model.goals import Goal
from server.classroom.model.room import Member, Room, Submission
from server.classroom.service.notifications import Notifications
from server.classroom.service.room_store import RoomStore
from server.jobs.sweeps import Sweep, SweepPlan, consecutive_seeds
from server.jobs.worker_pool import WorkerPool


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
        self._sweeps: dict[str, Sweep] = {}

    def start(self, room: Room, member: Member) -> None:
        """Start the verification of a member's submission, if its goal asks for one and it is not done."""
        self.stop(member)
        submission, goal = member.submission, None if room.task is None else room.task.goal
        if submission is None or goal is None or not submission.wanted_runs or submission.solved is not None:
            return
        sweep = Sweep(self._plan(room, submission, goal))
        self._sweeps[member.id] = sweep
        loop = asyncio.get_running_loop()

        def on_ended(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed; verification starts again with the server
                loop.call_soon_threadsafe(partial(self._ended, sweep, member, submission))

        sweep.ended.add_done_callback(on_ended)
        self._worker_pool.submit(sweep.task_group)

    def stop(self, member: Member) -> None:
        """Stop the verification of a member's submission, if there is one."""
        sweep = self._sweeps.pop(member.id, None)
        if sweep is not None:
            sweep.cancel()

    def update_progress(self, room: Room) -> None:
        """Update how many fresh runs of a room's members are done, and notify the listeners."""
        for member in room.members.values():
            sweep, submission = self._sweeps.get(member.id), member.submission
            if sweep is not None and submission is not None and submission.done != (done := len(sweep.done)):
                submission.done = done
                self._notifications.notify(member.id, room.id)

    def _plan(self, room: Room, submission: Submission, goal: Goal) -> SweepPlan:
        fresh = goal.fresh
        assert fresh is not None
        epochs = min(fresh.epochs, goal.within_epochs or fresh.epochs, self._max_epochs)
        return SweepPlan(
            configs=[TrainingConfig.model_validate(submission.config)],
            settings=[{}],
            seeds=consecutive_seeds(room.fresh_seed, submission.wanted_runs),
            vary="both",
            epochs=epochs,
            stop_criterion=goal.stop_criterion,
        )

    def _ended(self, sweep: Sweep, member: Member, submission: Submission) -> None:
        if self._sweeps.get(member.id) is not sweep:
            return
        del self._sweeps[member.id]
        if sweep.ended.cancelled() or sweep.ended.exception() is not None or sweep.ended.result() != "done":
            return
        submission.done = len(sweep.done)
        submission.solved = sum(run.ending == "reached" for run in sweep.done)
        self._store.put_submission(member)  # written by the next flush
        self._notifications.notify(member.room, member.id)
