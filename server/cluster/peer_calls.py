"""Calls from the host that has the rooms to the sessions of another host, as entries of one channel.

An entry holds pickled calls: for each the name of a method of `PeerCallHandler` and its arguments, which may
be functions of modules. Unpickling lets the sender run any code here. That is accepted: a stream needs the
secret from the directory, and all processes of a cluster run one version and trust each other, as in Ray.
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

from server.cluster.forwarded_request import HostLostError
from server.cluster.host_table import HostLink
from server.cluster.stream import ANY_SLOT, MAX_ENTRY, EntryKind, Stream, StreamChannel, encode_json
from server.sessions.session import Session

T = TypeVar("T")


class Outcome(Enum):
    """How a call ended."""

    DONE = 0
    """The answer holds the result."""
    FAILED = 1
    """The answer holds the exception."""
    MOVED = 2
    """Nothing was done: the host does not have the slot, or the caller does not have the rooms."""


class Call(NamedTuple):
    """A call, as it is sent."""

    number: int
    method: str
    arguments: tuple[Any, ...]


class CallAnswer(NamedTuple):
    """The answer to a call."""

    number: int
    """That of the call."""
    outcome: Outcome
    value: Any = None


class VersionedResult(NamedTuple):
    """The result of reading a session: whole, or as changes to the result of the previous read."""

    version: int
    """Names this result in a later call; 0 if the session is not there to be read."""
    whole: Any = None
    """The result, if `changes` is None."""
    changes: dict[str, Any] | None = None
    """The fields of the previous result, a named tuple, that have changed."""


class MovedError(Exception):
    """The called host does not have the session."""


class PeerCalls:
    """Calls the sessions of one connected host; an `Endpoint`. For the event loop only.

    Attributes:
        stream: the stream to the host.
        lost: whether the stream is lost.
    """

    def __init__(self, link: HostLink, caller: dict[str, Any]) -> None:
        """Open the channel.

        Args:
            link: the link to the host.
            caller: name and fencing token of the calling host.

        Raises:
            ConnectionError: the stream is lost.
        """
        self.lost = False
        self._channel: StreamChannel = link.open_channel(self)
        self.stream: Stream | None = link.stream
        self._channel.send_control(EntryKind.OPEN, encode_json({"slot": ANY_SLOT, "caller": caller}))
        self._numbers = itertools.count(1)
        self._pending: dict[int, Callable[[Outcome, Any], None]] = {}
        self._read_results: dict[tuple[str, str], tuple[int, Any]] = {}
        self._loop = asyncio.get_running_loop()
        self._batch: list[Call] = []
        self._is_urgent = False

    def call(self, method: str, *arguments: Any) -> asyncio.Future[Any]:
        """Send a call, and return the future of its result.

        The future fails with the method's exception, with `MovedError`, or with `HostLostError`.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._send(method, arguments, partial(_resolve, future), urgent=True)
        return future

    def read(
        self, session_id: str, work: Callable[[Session, T | None], T], before: T | None, *, stored: bool
    ) -> Future[T | None]:
        """Send a call that reads a session; see `RoomSessions.read`."""
        key = session_id, _name_of(work)
        version, previous = self._read_results.get(key, (0, None))
        known = version if before is not None and previous is before else 0
        future: Future[T | None] = Future()
        arguments = session_id, _name_of(work), work, known, None if known else before, stored
        self._send("read", arguments, partial(self._on_read_result, future, key, before), urgent=False)
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
        self._batch.append(Call(number, method, arguments))
        self._is_urgent |= urgent
        if len(self._batch) == 1:
            self._loop.call_soon(self._send_batch)

    def _send_batch(self) -> None:
        """Send the collected calls in one entry: pickling each by itself would cost twice as much."""
        calls, urgent = self._batch, self._is_urgent
        self._batch, self._is_urgent = [], False
        for payload in pack(calls, self._fail_unsendable):
            self._channel.send_control(EntryKind.CALL, payload, urgent=urgent)

    def _fail_unsendable(self, call: Call, problem: Exception) -> None:
        on_answer = self._pending.pop(call.number, None)
        if on_answer is not None:
            on_answer(Outcome.FAILED, problem)

    def _on_read_result(
        self, future: "Future[T | None]", key: tuple[str, str], before: T | None, outcome: Outcome, value: Any
    ) -> None:
        if outcome is not Outcome.DONE:
            self._read_results.pop(key, None)
            if outcome is Outcome.MOVED or isinstance(value, HostLostError):
                future.cancel()
            else:
                future.set_exception(value)
            return
        reading: VersionedResult = value
        if not reading.version:
            self._read_results.pop(key, None)
            future.set_result(None)
            return
        result: Any = reading.whole
        if reading.changes is not None:
            result = before._replace(**reading.changes) if reading.changes else before  # type: ignore[union-attr]
        self._read_results[key] = reading.version, result
        future.set_result(result)

    def forget_session(self, session_id: str) -> None:
        """Forget what was read of a session, because it is deleted."""
        for key in [key for key in self._read_results if key[0] == session_id]:
            del self._read_results[key]

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Resolve the calls that an entry answers."""
        if kind is not EntryKind.ANSWER:
            return
        for answer in unpack_answers(payload):
            on_answer = self._pending.pop(answer.number, None)
            if on_answer is not None:
                on_answer(answer.outcome, answer.value)

    def on_lost(self) -> None:
        """Have all unanswered calls fail."""
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
    """Return the qualified name of a function, or of the function in a `partial`."""
    function = getattr(work, "func", work)
    return f"{function.__module__}.{function.__qualname__}"


class _PickledException(NamedTuple):
    """An exception, as it is sent: many cannot be pickled, as their constructors take other arguments."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    fields: dict[str, Any]


def pack(items: Sequence[T], on_unsendable: Callable[[T, Exception], None]) -> Iterator[bytes]:
    """Yield payloads that hold items: one payload for all, or one for each if that is too large or fails.

    Args:
        items: calls or answers.
        on_unsendable: called with each item that cannot be sent, and the reason.
    """
    try:
        payload = pickle.dumps(items, pickle.HIGHEST_PROTOCOL)
        if len(payload) > MAX_ENTRY:
            raise ValueError(f"{len(payload)} bytes are too many to be sent")
    except Exception as problem:  # noqa: BLE001 - what functions of other modules take, return or raise
        if len(items) == 1:
            on_unsendable(items[0], problem)
            return
        for item in items:
            yield from pack([item], on_unsendable)
    else:
        yield payload


def pack_answers(answers: Sequence[CallAnswer]) -> Iterator[bytes]:
    """Yield payloads that hold answers; a value that cannot be sent is replaced by a `RuntimeError`."""
    packed = [
        answer._replace(value=_picklable_exception(answer.value))
        if answer.outcome is Outcome.FAILED
        else answer
        for answer in answers
    ]
    unsendable: list[CallAnswer] = []

    def on_unsendable(answer: CallAnswer, problem: Exception) -> None:
        error = RuntimeError(f"{answer.value!r:.200} cannot be sent: {problem}")
        unsendable.append(CallAnswer(answer.number, Outcome.FAILED, _picklable_exception(error)))

    yield from pack(packed, on_unsendable)
    if unsendable:
        yield pickle.dumps(unsendable)


def _picklable_exception(problem: BaseException) -> Any:
    if isinstance(problem, ValidationError):
        return problem
    return _PickledException(type(problem), problem.args, problem.__dict__)


def unpack_answers(payload: bytes) -> Iterator[CallAnswer]:
    """Yield the answers in a payload of `pack_answers`."""
    for answer in pickle.loads(payload):
        value = answer.value
        if isinstance(value, _PickledException):
            problem = value.kind.__new__(value.kind, *value.arguments)
            problem.__dict__.update(value.fields)
            yield answer._replace(value=problem)
        else:
            yield answer
