"""The called side of `peer_calls`: executes calls of the host that has the rooms on this host's sessions."""

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
from server.cluster.peer_calls import Call, CallAnswer, Outcome, VersionedResult, pack_answers
from server.cluster.shared_counts import HostCounts
from server.cluster.stream import BATCH_INTERVAL, EntryKind, Stream
from server.runtime.loop_wakeup import wakeup_of
from server.runtime.room_sessions import LocalRoomSessions
from server.runtime.session_manager import SessionManager
from server.sessions.session import Session


class PeerCallHandler:
    """Executes the calls of one channel; an `Endpoint`. For the event loop only.

    Calls are started in the order in which they arrive. They name the methods of `RoomSessions`, and
    `HostCounts.share`.
    """

    def __init__(
        self,
        stream: Stream,
        number: int,
        session_manager: SessionManager,
        counts: HostCounts,
        *,
        is_allowed: Callable[[str], bool],
        renew: Callable[[], None],
    ) -> None:
        """Register for the calls of a channel.

        Args:
            stream: the stream from the calling host.
            number: the channel's number.
            session_manager: runs this host's sessions.
            counts: this host's counts.
            is_allowed: gets a session's id, or "" for a call about no session; returns whether the caller has
                the rooms and the session is this host's.
            renew: reads the directory again; it blocks, and may be called on any thread.
        """
        self._channel = stream.channel(number, self)
        self._manager = session_manager
        self._counts = counts
        self._sessions = LocalRoomSessions(session_manager)
        self._is_allowed = is_allowed
        self._renew = renew
        self._loop = asyncio.get_running_loop()
        self._wakeup = wakeup_of(self._loop)
        self._answers: list[CallAnswer] = []
        self._send_timer: asyncio.TimerHandle | None = None
        self._is_urgent = False
        self._pending: deque[Call] = deque()
        self._renewal: asyncio.Task[None] | None = None
        self._versions = itertools.count(1)
        self._read_results: dict[tuple[str, str], tuple[int, Any]] = {}

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Start calls, unless earlier ones still wait for the directory."""
        if kind is EntryKind.CALL:
            self._pending.extend(pickle.loads(payload))
            if self._renewal is None:
                self._execute_pending(renewed=False)

    def on_lost(self) -> None:
        """Drop the calls that were not started: the caller repeats them, or is gone."""
        self._pending.clear()

    def _execute_pending(self, *, renewed: bool) -> None:
        """Start the pending calls in order; read the directory again before the first one is refused."""
        while self._pending:
            call = self._pending[0]
            is_allowed = self._is_allowed("" if call.method == "share" else str(call.arguments[0]))
            if not is_allowed and not renewed:
                self._renewal = asyncio.ensure_future(self._retry_after_renewal())
                return
            self._pending.popleft()
            if is_allowed:
                self._execute(call)
            else:
                self._answer(CallAnswer(call.number, Outcome.MOVED))

    async def _retry_after_renewal(self) -> None:
        await asyncio.to_thread(self._renew)
        self._renewal = None
        self._execute_pending(renewed=True)

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
                self._call_when_done(future, partial(self._answer_submit, call.number, future))
            else:
                value = methods[call.method](*call.arguments)
                self._answer(CallAnswer(call.number, Outcome.DONE, value))
        except Exception as problem:  # noqa: BLE001 - every exception is passed to the caller
            self._answer(CallAnswer(call.number, Outcome.FAILED, problem))

    def _answer(self, answer: CallAnswer, *, urgent: bool = True) -> None:
        self._answers.append(answer)
        if self._send_timer is None:
            self._is_urgent = urgent
            self._send_timer = self._loop.call_later(0.0 if urgent else BATCH_INTERVAL, self._send_answers)
        elif urgent and not self._is_urgent:
            self._send_timer.cancel()
            self._is_urgent = True
            self._send_timer = self._loop.call_later(0.0, self._send_answers)

    def _send_answers(self) -> None:
        """Send the collected answers in one entry, in the order of the calls."""
        answers, self._answers, self._send_timer = self._answers, [], None
        if not self._channel.lost:
            for payload in pack_answers(answers):
                self._channel.send_control(EntryKind.ANSWER, payload)

    def _call_when_done(self, future: Future[Any], go_on: Callable[[], None]) -> None:
        future.add_done_callback(lambda _: self._wakeup.call_soon(go_on))

    # -- the methods that calls name

    def _create(
        self,
        session_id: str,
        config: TrainingConfig,
        parameters: Floats | None,
        buffers: Floats | None,
        speed: float | None,
    ) -> None:
        """Register a session under an id; do nothing if an earlier call did so and its answer was lost."""
        if not self._manager.exists(session_id):
            self._sessions.create(
                config, parameters=parameters, buffers=buffers, speed=speed, session_id=session_id
            )

    def _delete(self, session_id: str) -> None:
        self._sessions.delete(session_id)
        for key in [key for key in self._read_results if key[0] == session_id]:
            del self._read_results[key]

    def _answer_submit(self, version: int, future: Future[Any]) -> None:
        problem = future.exception()
        if problem is None:
            self._answer(CallAnswer(version, Outcome.DONE, future.result()))
        else:
            self._answer(CallAnswer(version, Outcome.FAILED, problem))

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
        """Read a session, and answer with what has changed since the caller's previous result.

        `known` is the version of that result; if it is 0, `before` is the result itself, or None.
        """
        key = session_id, name
        version, previous = self._read_results.get(key, (0, None))
        if known:
            before = previous if version == known else None
        future = self._sessions.read(session_id, work, before, stored=stored)
        if future is None:
            self._read_results.pop(key, None)
            self._answer(CallAnswer(call, Outcome.DONE, VersionedResult(0)), urgent=False)
        else:
            # If this side does not have that version, the answer holds the whole result.
            base = before if known else None
            self._call_when_done(future, partial(self._answer_read, call, key, base, future))

    def _answer_read(self, call: int, key: tuple[str, str], before: Any, future: Future[Any]) -> None:
        problem = future.exception()
        if problem is not None:
            self._read_results.pop(key, None)
            self._answer(CallAnswer(call, Outcome.FAILED, problem), urgent=False)
            return
        result, version = future.result(), next(self._versions)
        self._read_results[key] = version, result
        changes = None if before is None else _changed_fields(before, result)
        reading = (
            VersionedResult(version, result) if changes is None else VersionedResult(version, changes=changes)
        )
        self._answer(CallAnswer(call, Outcome.DONE, reading), urgent=False)


def _changed_fields(before: Any, after: Any) -> dict[str, Any] | None:
    """Return the changed fields of a named tuple; None if the values are not of the same named tuple."""
    if after is before:
        return {}
    if type(after) is not type(before) or not hasattr(after, "_fields"):
        return None
    pairs = zip(after._fields, before, after, strict=True)
    return {name: new for name, old, new in pairs if new is not old and new != old}
