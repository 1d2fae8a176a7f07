"""Fresh runs: what was handed in, trained again from other seeds. The server does it beside the lesson."""

import asyncio
from contextlib import suppress
from functools import partial

from engine.config import TrainingConfig
from server.classroom.model.goals import Goal
from server.classroom.model.room import HandIn, Member, Room
from server.classroom.service.notifications import Signals
from server.classroom.service.room_store import RoomStore
from server.jobs.sweeps import Sweep, SweepPlan, consecutive_seeds
from server.jobs.worker_pool import WorkerPool


class Verifier:
    """The checks under way, at most one a seat. They belong to the event loop."""

    def __init__(
        self, worker_pool: WorkerPool, store: RoomStore, signals: Signals, *, most_epochs: int
    ) -> None:
        """Begin without any.

        Args:
            worker_pool: trains.
            store: keeps what comes of it.
            signals: who wants to know.
            most_epochs: epochs of one run at most.
        """
        self._bench = worker_pool
        self._store = store
        self._signals = signals
        self._most_epochs = most_epochs
        self._runs: dict[str, Sweep] = {}

    def begin(self, room: Room, member: Member) -> None:
        """Check a hand-in that is to be checked, from its first run on."""
        self.stop(member)
        hand_in, goal = member.hand_in, None if room.task is None else room.task.goal
        if hand_in is None or goal is None or not hand_in.wanted_runs or hand_in.solved is not None:
            return
        runs = Sweep(self._plan(room, hand_in, goal))
        self._runs[member.id] = runs
        loop = asyncio.get_running_loop()

        def tell(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed: it is done again after the next start
                loop.call_soon_threadsafe(partial(self._ended, runs, member, hand_in))

        runs.ended.add_done_callback(tell)
        self._bench.submit(runs.task_group)

    def stop(self, member: Member) -> None:
        """End the check of a hand-in that is gone, or replaced."""
        runs = self._runs.pop(member.id, None)
        if runs is not None:
            runs.cancel()

    def look(self, room: Room) -> None:
        """Note how far the checks of a room are."""
        for member in room.members.values():
            runs, hand_in = self._runs.get(member.id), member.hand_in
            if runs is not None and hand_in is not None and hand_in.done != (done := len(runs.done)):
                hand_in.done = done
                self._signals.tell(member.id, room.id)

    def _plan(self, room: Room, hand_in: HandIn, goal: Goal) -> SweepPlan:
        fresh = goal.fresh
        assert fresh is not None
        epochs = min(fresh.epochs, goal.within_epochs or fresh.epochs, self._most_epochs)
        return SweepPlan(
            configs=[TrainingConfig.model_validate(hand_in.config)],
            settings=[{}],
            seeds=consecutive_seeds(room.fresh_seed, hand_in.wanted_runs),
            vary="both",
            epochs=epochs,
            stop_criterion=goal.until,
        )

    def _ended(self, runs: Sweep, member: Member, hand_in: HandIn) -> None:
        if self._runs.get(member.id) is not runs:
            return
        del self._runs[member.id]
        if runs.ended.cancelled() or runs.ended.exception() is not None or runs.ended.result() != "done":
            return
        hand_in.done = len(runs.done)
        hand_in.solved = sum(run.ending == "reached" for run in runs.done)
        self._store.put_hand_in(member)  # written with the next tick
        self._signals.tell(member.room, member.id)
