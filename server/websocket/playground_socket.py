"""The playground's websocket `/ws`: messages go to a session, answers and frames come from its outbox.

One task receives and one sends, so that pings are answered while a send waits. The session runs on other
threads, and a slow client does not delay it.
"""

import asyncio
from collections.abc import Callable

from starlette.websockets import WebSocket

from server.errors import wire_errors
from server.limits import training_size
from server.limits.build_work import BuildLimiter, change_work, declared_parameters, open_work
from server.limits.large_inputs import LARGE_INPUT, excess_of, run_off_loop
from server.limits.training_size import validated_config
from server.protocol import close_codes
from server.protocol import messages as wire
from server.protocol.lessons import CheckLesson, FollowLesson
from server.runtime.change_guard import ChangeGuard
from server.runtime.connection import Connection
from server.runtime.outbox import Outbox
from server.runtime.session_manager import SessionManager, SessionUnavailable, UnknownSession
from server.sessions.session_copy import capture_copy
from server.settings import Settings
from server.websocket.extensions import LISTEN, SEND_NOW
from server.websocket.lesson_messages import LessonMessages
from server.websocket.lifecycle import ClientStalledError, SocketHandler, run_until_first_ends

MAX_PENDING_MESSAGES = 32
"""Messages of one client that may wait in a session's inbox before reading stops."""

MAX_PENDING_ANSWERS = 64
"""Answers that may wait for one client before reading its messages stops."""

_ACK_START, _ACK_END = b'{"type":"ack","frame":', b"}"
"""The text around the frame's number in the page's acks. Other forms of acks are handled as messages."""


def _parse_large(text: str) -> wire.AnyClientMessage:
    """Return a large message, whose config is validated too; raise `MessageError` to refuse it."""
    if (expected := excess_of(text)) is not None:
        raise wire_errors.too_many_entries(expected)
    message = wire_errors.parse(text)
    if isinstance(message, wire.Open):
        validated_config(message)  # again by the session manager, but not before it is known to be valid
    return message


class PlaygroundSocket(SocketHandler):
    """The websocket of one page or other client."""

    def __init__(
        self,
        websocket: WebSocket,
        session_manager: SessionManager,
        settings: Settings,
        guard: ChangeGuard,
        lessons: LessonMessages | None = None,
    ) -> None:
        super().__init__(websocket, settings, session_manager.clock)
        loop = asyncio.get_running_loop()
        self._address = websocket.client.host if websocket.client else None
        self._sessions = session_manager
        self._guard = guard
        self._lessons = lessons
        self._outbox = Outbox(loop, session_manager.clock)
        self._connection: Connection | None = None
        self._builds = BuildLimiter(session_manager.clock)
        extensions = websocket.scope["extensions"]
        self._send_now: Callable[[bytes], bool] = extensions.get(SEND_NOW, lambda _: False)
        self._waiting_since = session_manager.clock()
        self._sending_since: float | None = None
        self._stalled: asyncio.Future[None] = loop.create_future()
        self._stall_timer: asyncio.TimerHandle | None = None
        self._sender_idle = False
        """Whether the sending task waits for the outbox."""
        self._unsent_frame: bytes | None = None
        """A frame that was taken from the outbox and could not be sent without waiting."""

    def announce_shutdown(self) -> None:
        """Announce the shutdown, then close."""
        self._outbox.post(wire.Closing(reason="shutdown"))
        self._outbox.request_close(close_codes.RESTART)

    async def _serve(self) -> None:
        frame_rate = self._sessions.frame_rate
        frame_rate.add_page()
        try:
            listen = self._websocket.scope["extensions"].get(LISTEN)
            if listen is not None:
                listen(self._on_short_text)
            self._check_stalled()
            self._outbox.send_now = self._send_frame_now
            await run_until_first_ends(self._receive_messages(), self._send(), failure=self._stalled)
        finally:
            frame_rate.remove_page()
            if self._stall_timer is not None:
                self._stall_timer.cancel()
            if self._connection is not None:
                self._sessions.disconnect(self._connection)

    def _check_stalled(self) -> None:
        """End the connection if the client has stalled; else check again at the earliest possible time.

        One timer is used for all frames, because a timeout for each would cost more than sending it.
        """
        limits = (
            (
                self._waiting_since if self._connection is None else None,
                self._settings.request_timeout,
                "no open",
            ),
            (self._sending_since, self._settings.send_timeout, "nothing read"),
            (self._outbox.unacknowledged_since, self._settings.ack_timeout, "no frame painted"),
        )
        now = self._sessions.clock()
        next_check = now + min(timeout for _, timeout, _ in limits)
        for since, timeout, reason in limits:
            if since is not None and since + timeout <= now:
                if not self._stalled.done():
                    self._stalled.set_exception(ClientStalledError(reason))
                return
            if since is not None:
                next_check = min(next_check, since + timeout)
        self._stall_timer = asyncio.get_running_loop().call_later(next_check - now, self._check_stalled)

    # -- receiving

    def _is_closing(self) -> bool:
        return self._outbox.closing

    async def _on_message(self, text: str | None) -> None:
        if text is None:
            self._outbox.post(wire_errors.not_text())
        else:
            try:
                if len(text) < LARGE_INPUT:
                    message = wire_errors.parse(text)
                else:
                    message = await run_off_loop(_parse_large, text)
                if isinstance(message, wire.Open) and message.copy_of is not None:
                    message = await self._copy(message)
                await self._charge_and_handle(message)
            except wire_errors.MessageError as refusal:
                self._refuse(refusal)
        if self._overloaded():
            await self._wait_for_progress()

    async def _charge_and_handle(self, message: wire.AnyClientMessage) -> None:
        """Handle a message once the work of those before it is paid; raise `MessageError` to refuse it."""
        if isinstance(message, wire.Open):
            size = self._sessions.work_size_of(message.session) if message.session else None
            settings = message.config or {}
            work = open_work(declared_parameters(settings) if size is None else size, settings)
            known = size is not None or message.session is None
            if (work or not known) and not await self._builds.wait(work, self._shared):
                raise wire_errors.address_full(self._settings.max_sessions_per_address, ref=message.ref)
            self._handle(message)
            await self._wait_for_progress()
            if not known and self._connection is not None:  # now it is loaded, and its size is known
                self._builds.charge(open_work(self._connection.actor.work_size) - work, self._shared)
            return
        if self._connection is not None:
            work = change_work(message, self._connection.actor.work_size)
            if work and not await self._builds.wait(work, self._shared):
                raise wire_errors.too_much_work(message.ref)
        if isinstance(message, FollowLesson | CheckLesson):
            await self._answer_about_lesson(message)
        else:
            self._handle(message)

    async def _answer_about_lesson(self, message: FollowLesson | CheckLesson) -> None:
        """Answer a message about a lesson; raise `MessageError` to refuse it."""
        connection = self._connection
        if connection is None or self._lessons is None:
            raise wire_errors.MessageError(wire_errors.not_open(message.ref))
        if not isinstance(message, wire.READ_ONLY_MESSAGES):
            self._guard.check(connection.session_name, self._websocket, ref=message.ref)
        self._outbox.post(await self._lessons.answer(connection.actor.session_id, message))

    async def _on_refused(self) -> None:
        self._sessions.metrics.count_refusal("too_fast")
        self._outbox.post(wire_errors.too_fast(self._settings.max_message_rate))
        await self._wait_for_progress()

    def _on_rate_exceeded(self) -> None:
        self._sessions.metrics.count_refusal("flood")
        self._outbox.request_close(close_codes.FLOOD)

    def _on_short_text(self, data: bytes) -> bool:
        """Handle a text message if it is the acknowledgement of a frame in flight; return whether it is."""
        if not data.startswith(_ACK_START) or not data.endswith(_ACK_END) or self._connection is None:
            return False
        digits = data[len(_ACK_START) : -len(_ACK_END)]
        if not digits.isdigit() or len(digits) > 10 or digits.startswith(b"0"):
            return False
        number = int(digits)
        # One ack for each frame that was sent needs no rate limit; any other is handled as a message.
        if not self._outbox.is_in_flight(number):
            return False
        if self._outbox.acknowledge(number):
            self._sessions.wake(self._connection)
        return True

    async def _copy(self, message: wire.Open) -> wire.Open:
        """Copy the session of `copy_of`; return the `open` of the copy, or raise `MessageError`."""
        original = message.copy_of or ""
        try:
            copy = await asyncio.wrap_future(self._sessions.submit(original, capture_copy))
        except UnknownSession:
            raise wire_errors.no_such_session(original, ref=message.ref) from None
        except SessionUnavailable:
            raise wire_errors.MessageError(wire_errors.unavailable()) from None
        session = self._sessions.create_copy(copy, owner=self._address)
        return message.model_copy(update={"session": session, "copy_of": None})

    def _handle(self, message: wire.AnyClientMessage) -> None:
        """Handle a message or pass it to the session; raise `MessageError` to refuse it."""
        connection = self._connection
        if isinstance(message, wire.Open):
            self._connection = self._sessions.connect(
                message,
                self._outbox,
                connection,
                address=self._address,
                may_change=self._guard.may_change(message.session or "", self._websocket),
            )
            if connection is not None:
                self._sessions.disconnect(connection, replaced=True)
            return
        if connection is None:
            raise wire_errors.MessageError(wire_errors.not_open(message.ref))
        if isinstance(message, wire.Ack):
            self._acknowledge(connection, message)
            return
        if not isinstance(message, wire.READ_ONLY_MESSAGES):
            self._guard.check(connection.session_name, self._websocket, ref=message.ref)
        if isinstance(message, wire.Step):
            training_size.check_epochs(message.count, self._settings.max_epochs_per_call, ref=message.ref)
        if isinstance(message, wire.Visible):
            self._outbox.set_visible(message.visible)
        self._sessions.receive(connection, message)

    def _acknowledge(self, connection: Connection, message: wire.Ack) -> None:
        frame_wanted = self._outbox.acknowledge(message.frame)
        if frame_wanted is None:
            expected = f"a frame that was sent: at most {self._outbox.last_sent}"
            raise wire_errors.invalid_value("frame", message.frame, expected, ref=message.ref)
        if frame_wanted:
            self._sessions.wake(connection)

    def _refuse(self, refusal: wire_errors.MessageError) -> None:
        self._sessions.metrics.count_refusal(refusal.error.code)
        self._outbox.post(refusal.error)
        if refusal.code.close_code is not None and self._connection is None:
            self._outbox.request_close(refusal.code.close_code)

    async def _wait_for_progress(self) -> None:
        """Wait until `_overloaded` is false or the socket is closing."""
        progress = self._outbox.progress_made
        while self._overloaded() and not self._outbox.closing:
            progress.clear()
            if self._overloaded() and not self._outbox.closing:
                await progress.wait()

    def _overloaded(self) -> bool:
        """Return whether too many messages wait for the session, or too many answers for the client."""
        connection = self._connection
        behind = connection is not None and (
            connection.pending > MAX_PENDING_MESSAGES or not connection.opened
        )
        return behind or self._outbox.backlog > MAX_PENDING_ANSWERS

    # -- sending

    async def _send(self) -> None:
        """Send the contents of the outbox until it requests a close."""
        ready = self._outbox.batch_ready
        while True:
            if not ready.is_set():
                self._sender_idle = True
                await ready.wait()
            self._sender_idle = False
            if self._unsent_frame is not None:
                frame, self._unsent_frame = self._unsent_frame, None
                self._sending_since = self._sessions.clock()
                await self._websocket.send_bytes(frame)
            batch, frame_wanted = self._outbox.take_batch()
            self._outbox.progress_made.set()
            # `_check_stalled` limits how long uvicorn may wait here for a client that does not read.
            for text in batch.messages:
                self._sending_since = self._sessions.clock()
                await self._websocket.send_text(text)
            if batch.frame is not None and not self._send_now(batch.frame):
                self._sending_since = self._sessions.clock()
                await self._websocket.send_bytes(batch.frame)
            self._sending_since = None
            if batch.close is not None:
                await self._close(batch.close)
                return
            if frame_wanted and self._connection is not None:
                self._sessions.wake(self._connection)

    def _send_frame_now(self) -> bool:
        """Send a frame without waking the sending task, which costs more than the frame itself.

        Returns:
            whether it was sent: nothing else may be waiting, and no send may be in progress.
        """
        outbox = self._outbox
        if not self._sender_idle or outbox.batch_ready.is_set() or (taken := outbox.take_frame()) is None:
            return False
        frame, frame_wanted = taken
        if frame_wanted and self._connection is not None:
            self._sessions.wake(self._connection)
        if self._send_now(frame):
            return True
        self._unsent_frame = frame
        return False
