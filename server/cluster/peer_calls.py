"""Calls from the host that has the rooms to the sessions of another host, as entries of one channel.

An entry holds pickled calls: of each the name of a method of `CalledSessions`, and its arguments, among them
functions by their names. Whoever sends one could run any code here. That is no more than the secret allows
that opens the stream: it comes from the directory, and all processes of a cluster are of one version and
trust each other, as they do in Ray.
"""

import asyncio
import itertools
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from enum import Enum
from functools import partial
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from server.cluster.forwarded_call import HostLostError
from server.cluster.host_table import HostLink
from server.cluster.stream import ANY_SLOT, MAX_ENTRY, EntryKind, Stream, StreamChannel, encode
from server.sessions.session import Session

T = TypeVar("T")


class Outcome(Enum):
    """What became of a call."""

    DONE = 0
    FAILED = 1
    MOVED = 2
    """The slot is not the host's, or the caller does not have the rooms: it looks for the host again."""


class Call(NamedTuple):
    """A call as it crosses."""

    number: int
    method: str
    arguments: tuple[Any, ...]


class CallAnswer(NamedTuple):
    """The answer to it."""

    number: int
    outcome: Outcome
    value: Any = None


class Reading(NamedTuple):
    """What a reading tells: what has changed since the one before."""

    number: int
    """Names this reading in a later call; 0: there was nothing to be read."""
    whole: Any = None
    changes: dict[str, Any] | None = None
    """The changed fields of the tuple that it returned before; None: `whole` is the result."""


class MovedError(Exception):
    """Another host has the session."""


class PeerCalls:
    """The caller's side, for one connected host; an `Endpoint`. For the event loop only.

    Attributes:
        stream: the stream to the host.
        lost: whether it is lost.
    """

    def __init__(self, link: HostLink, caller: dict[str, Any]) -> None:
        """Open the channel.

        Args:
            link: the host's.
            caller: name and fencing number of the calling host.

        Raises:
            ConnectionError: the stream is lost.
        """
        self.lost = False
        self._channel: StreamChannel = link.open_channel(self)
        self.stream: Stream | None = link.stream
        self._channel.tell(EntryKind.OPEN, encode({"slot": ANY_SLOT, "caller": caller}))
        self._numbers = itertools.count(1)
        self._pending: dict[int, Callable[[Outcome, Any], None]] = {}
        self._readings: dict[tuple[str, str], tuple[int, Any]] = {}
        self._loop = asyncio.get_running_loop()
        self._gathered: list[Call] = []
        self._is_urgent = False

    def call(self, method: str, *arguments: Any) -> asyncio.Future[Any]:
        """Begin a call; return a future of its result.

        It may fail as the method does, with `MovedError`, and with `HostLostError`.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._send(method, arguments, partial(_resolve, future), urgent=True)
        return future

    def read(
        self, session_id: str, work: Callable[[Session, T | None], T], before: T | None, *, stored: bool
    ) -> Future[T | None]:
        """Begin to read a session, as `RoomSessions.read` does."""
        key = session_id, _name_of(work)
        number, held = self._readings.get(key, (0, None))
        known = number if before is not None and held is before else 0
        future: Future[T | None] = Future()
        arguments = session_id, _name_of(work), work, known, None if known else before, stored
        self._send("read", arguments, partial(self._take_reading, future, key, before), urgent=False)
        return future

    def _send(
        self,
        method: str,
        arguments: tuple[Any, ...],
        on_answer: Callable[[Outcome, Any], None],
        *,
        urgent: bool,
    ) -> None:
        if self.lost:
            on_answer(Outcome.FAILED, HostLostError())
            return
        number = next(self._numbers)
        self._pending[number] = on_answer
        self._gathered.append(Call(number, method, arguments))
        self._is_urgent |= urgent
        if len(self._gathered) == 1:
            self._loop.call_soon(self._send_gathered)

    def _send_gathered(self) -> None:
        """Send the calls of one moment together: to pickle each by itself would cost twice as much."""
        calls, urgent = self._gathered, self._is_urgent
        self._gathered, self._is_urgent = [], False
        for payload in pack(calls, self._cannot_be_sent):
            self._channel.tell(EntryKind.CALL, payload, urgent=urgent)

    def _cannot_be_sent(self, call: Call, problem: Exception) -> None:
        on_answer = self._pending.pop(call.number, None)
        if on_answer is not None:
            on_answer(Outcome.FAILED, problem)

    def _take_reading(
        self, future: "Future[T | None]", key: tuple[str, str], before: T | None, outcome: Outcome, value: Any
    ) -> None:
        if outcome is not Outcome.DONE:
            self._readings.pop(key, None)
            if outcome is Outcome.MOVED or isinstance(value, HostLostError):
                future.cancel()
            else:
                future.set_exception(value)
            return
        reading: Reading = value
        if not reading.number:
            self._readings.pop(key, None)
            future.set_result(None)
            return
        result: Any = reading.whole
        if reading.changes is not None:
            result = before._replace(**reading.changes) if reading.changes else before  # type: ignore[union-attr]
        self._readings[key] = reading.number, result
        future.set_result(result)

    def forget(self, session_id: str) -> None:
        """Forget what was read of a session, which is deleted."""
        for key in [key for key in self._readings if key[0] == session_id]:
            del self._readings[key]

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Take answers."""
        if kind is not EntryKind.ANSWER:
            return
        for answer in unpack_answers(payload):
            on_answer = self._pending.pop(answer.number, None)
            if on_answer is not None:
                on_answer(answer.outcome, answer.value)

    def on_lost(self) -> None:
        """Have all calls under way fail."""
        self.lost = True
        pending, self._pending = self._pending, {}
        for on_answer in pending.values():
            on_answer(Outcome.FAILED, HostLostError())


def _resolve(future: asyncio.Future[Any], outcome: Outcome, value: Any) -> None:
    if future.done():  # it was cancelled
        return
    if outcome is Outcome.DONE:
        future.set_result(value)
    else:
        future.set_exception(value if outcome is Outcome.FAILED else MovedError())


def _name_of(work: Callable[..., Any]) -> str:
    """Return the name of a function, or of that of a `partial`: what it returns at one time follows it."""
    function = getattr(work, "func", work)
    return f"{function.__module__}.{function.__qualname__}"


class _Raised(NamedTuple):
    """An exception as it crosses: many have another constructor than their arguments tell."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    fields: dict[str, Any]


def pack(items: Sequence[T], refuse: Callable[[T, Exception], None]) -> Iterator[bytes]:
    """Yield items as the payloads of entries: of one, if it is not too large.

    Args:
        items: calls or answers.
        refuse: called with each that cannot be sent, and the reason.
    """
    try:
        payload = pickle.dumps(items, pickle.HIGHEST_PROTOCOL)
        if len(payload) > MAX_ENTRY:
            raise ValueError(f"{len(payload)} bytes are too many to be sent")
    except Exception as problem:  # noqa: BLE001 - what functions of other modules take, return or raise
        if len(items) == 1:
            refuse(items[0], problem)
            return
        for item in items:
            yield from pack([item], refuse)
    else:
        yield payload


def pack_answers(answers: Sequence[CallAnswer]) -> Iterator[bytes]:
    """Yield answers as the payloads of entries; what cannot be sent is told as a `RuntimeError`."""
    packed = [
        answer._replace(value=_packed(answer.value)) if answer.outcome is Outcome.FAILED else answer
        for answer in answers
    ]
    refused: list[CallAnswer] = []

    def refuse(answer: CallAnswer, problem: Exception) -> None:
        told = RuntimeError(f"{answer.value!r:.200} cannot be sent: {problem}")
        refused.append(CallAnswer(answer.number, Outcome.FAILED, _packed(told)))

    yield from pack(packed, refuse)
    if refused:
        yield pickle.dumps(refused)


def _packed(problem: BaseException) -> Any:
    if isinstance(problem, ValidationError):
        return problem
    return _Raised(type(problem), problem.args, problem.__dict__)


def unpack_answers(payload: bytes) -> Iterator[CallAnswer]:
    """Yield the answers of one of the payloads that `pack_answers` has made."""
    for answer in pickle.loads(payload):
        value = answer.value
        if isinstance(value, _Raised):
            problem = value.kind.__new__(value.kind, *value.arguments)
            problem.__dict__.update(value.fields)
            yield answer._replace(value=problem)
        else:
            yield answer
