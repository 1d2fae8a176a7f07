"""The other side of `peer_calls`: this host's sessions, as the host that has the rooms calls them."""

import asyncio
import itertools
import pickle
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from engine.arrays import Floats
from engine.config import TrainingConfig
from server.cluster.peer_calls import Call, CallAnswer, Outcome, Reading, pack_answers
from server.cluster.shared_counts import HostCounts
from server.cluster.stream import BATCH_INTERVAL, EntryKind, Stream
from server.runtime.loop_wakeup import wakeup_of
from server.runtime.room_sessions import LocalRoomSessions
from server.runtime.session_manager import SessionManager
from server.sessions.session import Session


class CalledSessions:
    """One channel; an `Endpoint`. The methods without a line below the name are those of `RoomSessions`.

    Calls are begun in the order in which they come. For the event loop only.
    """

    def __init__(
        self,
        stream: Stream,
        number: int,
        session_manager: SessionManager,
        counts: HostCounts,
        *,
        may: Callable[[str], bool],
        renew: Callable[[], None],
    ) -> None:
        """Take the calls of a channel.

        Args:
            stream: the stream.
            number: the channel's.
            session_manager: runs this host's sessions.
            counts: this host's counts.
            may: returns whether a session, or "" for none, is this host's, and the caller has the rooms.
            renew: reads the directory anew, on any thread.
        """
        self._channel = stream.channel(number, self)
        self._manager = session_manager
        self._counts = counts
        self._sessions = LocalRoomSessions(session_manager)
        self._may = may
        self._renew = renew
        self._loop = asyncio.get_running_loop()
        self._wakeup = wakeup_of(self._loop)
        self._answers: list[CallAnswer] = []
        self._sending: asyncio.TimerHandle | None = None
        self._is_urgent = False
        self._waiting: deque[Call] = deque()
        self._renewing: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._readings: dict[tuple[str, str], tuple[int, Any]] = {}

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Begin a call."""
        if kind is EntryKind.CALL:
            self._waiting.extend(pickle.loads(payload))
            if self._renewing is None:
                self._begin(renewed=False)

    def on_lost(self) -> None:
        """Forget the calls that were not begun: the caller makes them again, or is gone."""
        self._waiting.clear()

    def _begin(self, *, renewed: bool) -> None:
        """Begin the calls that wait; the directory is read anew before any is refused."""
        while self._waiting:
            call = self._waiting[0]
            may = self._may("" if call.method == "share" else str(call.arguments[0]))
            if not may and not renewed:
                self._renewing = asyncio.ensure_future(self._begin_later())
                return
            self._waiting.popleft()
            if may:
                self._execute(call)
            else:
                self._answer(CallAnswer(call.number, Outcome.MOVED))

    async def _begin_later(self) -> None:
        await asyncio.to_thread(self._renew)
        self._renewing = None
        self._begin(renewed=True)

    def _execute(self, call: Call) -> None:
        methods: dict[str, Callable[..., Any]] = {
            "create": self._create,
            "exists": self._manager.exists,
            "set_rules": self._sessions.set_rules,
            "delete": self._delete,
            "share": self._counts.share,
        }
        try:
            if call.method == "read":
                self._read(call.number, *call.arguments)
            elif call.method == "submit":
                session_id, work = call.arguments
                future = self._manager.submit(session_id, work)
                self._when_done(future, partial(self._submitted, call.number, future))
            else:
                value = methods[call.method](*call.arguments)
                self._answer(CallAnswer(call.number, Outcome.DONE, value))
        except Exception as problem:  # noqa: BLE001 - every exception is passed to the caller
            self._answer(CallAnswer(call.number, Outcome.FAILED, problem))

    def _answer(self, answer: CallAnswer, *, urgent: bool = True) -> None:
        self._answers.append(answer)
        if self._sending is None:
            self._is_urgent = urgent
            self._sending = self._loop.call_later(0.0 if urgent else BATCH_INTERVAL, self._send_answers)
        elif urgent and not self._is_urgent:
            self._sending.cancel()
            self._is_urgent = True
            self._sending = self._loop.call_later(0.0, self._send_answers)

    def _send_answers(self) -> None:
        """Send the answers of one moment together, as the calls came."""
        answers, self._answers, self._sending = self._answers, [], None
        if not self._channel.lost:
            for payload in pack_answers(answers):
                self._channel.tell(EntryKind.ANSWER, payload)

    def _when_done(self, future: Future[Any], go_on: Callable[[], None]) -> None:
        future.add_done_callback(lambda _: self._wakeup.call_soon(go_on))

    # -- the methods

    def _create(
        self,
        session_id: str,
        config: TrainingConfig,
        parameters: Floats | None,
        buffers: Floats | None,
        speed: float | None,
    ) -> None:
        """Register a session with an id, unless an earlier call has done so, whose answer was lost."""
        if not self._manager.exists(session_id):
            self._sessions.create(
                config, parameters=parameters, buffers=buffers, speed=speed, session_id=session_id
            )

    def _delete(self, session_id: str) -> None:
        self._sessions.delete(session_id)
        for key in [key for key in self._readings if key[0] == session_id]:
            del self._readings[key]

    def _submitted(self, number: int, future: Future[Any]) -> None:
        problem = future.exception()
        if problem is None:
            self._answer(CallAnswer(number, Outcome.DONE, future.result()))
        else:
            self._answer(CallAnswer(number, Outcome.FAILED, problem))

    def _read(
        self,
        call: int,
        session_id: str,
        name: str,
        work: Callable[[Session, Any], Any],
        known: int,
        before: Any,
        stored: bool,
    ) -> None:
        """Read a session. The caller names by a number what it read before, if both sides still have it."""
        key = session_id, name
        number, held = self._readings.get(key, (0, None))
        if known:
            before = held if number == known else None
        future = self._sessions.read(session_id, work, before, stored=stored)
        if future is None:
            self._readings.pop(key, None)
            self._answer(CallAnswer(call, Outcome.DONE, Reading(0)), urgent=False)
        else:
            # Without the earlier result on this side, the whole one is sent.
            base = before if known else None
            self._when_done(future, partial(self._was_read, call, key, base, future))

    def _was_read(self, call: int, key: tuple[str, str], before: Any, future: Future[Any]) -> None:
        problem = future.exception()
        if problem is not None:
            self._readings.pop(key, None)
            self._answer(CallAnswer(call, Outcome.FAILED, problem), urgent=False)
            return
        result, number = future.result(), next(self._numbers)
        self._readings[key] = number, result
        changes = None if before is None else _changes(before, result)
        reading = Reading(number, result) if changes is None else Reading(number, changes=changes)
        self._answer(CallAnswer(call, Outcome.DONE, reading), urgent=False)


def _changes(before: Any, after: Any) -> dict[str, Any] | None:
    """Return the fields of a named tuple that have changed; None if it is another kind of value."""
    if after is before:
        return {}
    if type(after) is not type(before) or not hasattr(after, "_fields"):
        return None
    pairs = zip(after._fields, before, after, strict=True)
    return {name: new for name, old, new in pairs if new is not old and new != old}
