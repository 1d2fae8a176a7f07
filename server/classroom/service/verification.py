"""Verification of submissions: the server trains the submitted config again, from other seeds."""

import asyncio
from contextlib import suppress
from functools import partial

from engine.config import TrainingConfig
from server.classroom.model.goals import Goal
from server.classroom.model.room import HandIn, Member, Room
from server.classroom.service.notifications import Notifications
from server.classroom.service.room_store import RoomStore
from server.jobs.sweeps import Sweep, SweepPlan, consecutive_seeds
from server.jobs.worker_pool import WorkerPool


class Verifier:
    """Runs the verifications, at most one for each seat. For the event loop only."""

    def __init__(
        self, worker_pool: WorkerPool, store: RoomStore, notifications: Notifications, *, max_epochs: int
    ) -> None:
        """Make a verifier that has nothing to do yet.

        Args:
            worker_pool: trains the fresh runs.
            store: saves the results.
            notifications: tells those who listen for a seat or room.
            max_epochs: epochs of one run at most.
        """
        self._worker_pool = worker_pool
        self._store = store
        self._notifications = notifications
        self._max_epochs = max_epochs
        self._runs: dict[str, Sweep] = {}

    def start(self, room: Room, member: Member) -> None:
        """Start the verification of a member's submission, if its goal asks for one and it is not done."""
        self.stop(member)
        hand_in, goal = member.hand_in, None if room.task is None else room.task.goal
        if hand_in is None or goal is None or not hand_in.wanted_runs or hand_in.solved is not None:
            return
        runs = Sweep(self._plan(room, hand_in, goal))
        self._runs[member.id] = runs
        loop = asyncio.get_running_loop()

        def on_ended(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed; verification starts again with the server
                loop.call_soon_threadsafe(partial(self._ended, runs, member, hand_in))

        runs.ended.add_done_callback(on_ended)
        self._worker_pool.submit(runs.task_group)

    def stop(self, member: Member) -> None:
        """Stop the verification of a member's submission, if there is one."""
        runs = self._runs.pop(member.id, None)
        if runs is not None:
            runs.cancel()

    def update_progress(self, room: Room) -> None:
        """Note how many fresh runs of a room's members are done, and tell those who listen."""
        for member in room.members.values():
            runs, hand_in = self._runs.get(member.id), member.hand_in
            if runs is not None and hand_in is not None and hand_in.done != (done := len(runs.done)):
                hand_in.done = done
                self._notifications.notify(member.id, room.id)

    def _plan(self, room: Room, hand_in: HandIn, goal: Goal) -> SweepPlan:
        fresh = goal.fresh
        assert fresh is not None
        epochs = min(fresh.epochs, goal.within_epochs or fresh.epochs, self._max_epochs)
        return SweepPlan(
            configs=[TrainingConfig.model_validate(hand_in.config)],
            settings=[{}],
            seeds=consecutive_seeds(room.fresh_seed, hand_in.wanted_runs),
            vary="both",
            epochs=epochs,
            stop_criterion=goal.stop_criterion,
        )

    def _ended(self, runs: Sweep, member: Member, hand_in: HandIn) -> None:
        if self._runs.get(member.id) is not runs:
            return
        del self._runs[member.id]
        if runs.ended.cancelled() or runs.ended.exception() is not None or runs.ended.result() != "done":
            return
        hand_in.done = len(runs.done)
        hand_in.solved = sum(run.ending == "reached" for run in runs.done)
        self._store.put_hand_in(member)  # written by the next flush
        self._notifications.notify(member.room, member.id)
