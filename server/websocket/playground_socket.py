"""The websocket: each client has one loop that receives and one that sends.

The receiving loop never waits for the sending one, or pings would go unanswered. Frames wait in a slot of
one; whatever the client does or fails to do, its session is elsewhere and goes on.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.errors import wire_errors
from server.errors.codes import ErrorCode
from server.errors.problems import problem, problem_response
from server.limits import training_size
from server.limits.quotas import Quota, client_network
from server.limits.rate_limits import MessageRateLimiter, Verdict
from server.middleware.origin import foreign_origin, is_allowed
from server.protocol import close_codes
from server.protocol import messages as wire
from server.runtime.connection import Connection
from server.runtime.frame_rate import FrameRate
from server.runtime.outbox import Outbox
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.websocket.extensions import ABORT, LISTEN, SEND_NOW

MOST_PENDING = 32
"""Messages of one client that may wait in a session's inbox before no more are read."""

MOST_ANSWERS = 64
"""Answers that may wait for one client before no more of its messages are read."""

_ACK_BEGINS, _ACK_ENDS = b'{"type":"ack","frame":', b"}"
"""Around the number in what a page says many times a second; other spellings are read as all messages are."""

_GOODBYE = 1.0
"""Seconds that a close frame may take to leave."""

_LINGER = 10.0
"""Seconds after which a connection that was closed, and whose peer does not take note, is dropped."""

log = logging.getLogger(__name__)


class Stalled(Exception):  # noqa: N818 - it names what happened, and never leaves this file
    """The client takes nothing, or paints nothing."""


class Connected(Protocol):
    """Who serves one websocket."""

    ended: asyncio.Event
    """Set when it is closed."""

    async def run(self) -> None:
        """Accept it and serve it until it closes."""

    def say_goodbye(self) -> None:
        """Announce the end of the server, then close."""


class Clients:
    """All clients that are connected, so that they can be told of the end."""

    def __init__(self, settings: Settings) -> None:
        self._clients: set[Connected] = set()
        self._tally = Quota(settings.max_connections, settings.max_connections_per_address)
        self._closing = False

    def __len__(self) -> int:
        return len(self._clients)

    @property
    def closing(self) -> bool:
        """Whether the server is about to stop."""
        return self._closing

    def full_for(self, address: str | None) -> bool:
        """Return whether one more client from an address would be refused."""
        return self._tally.full or self._tally.full_for(client_network(address))

    async def serve(self, websocket: WebSocket, session_manager: SessionManager, settings: Settings) -> None:
        """Serve one websocket of the page until it closes."""

        def seated(address: str | None) -> Client:
            return Client(websocket, session_manager, settings, address)

        await self.admit(websocket, session_manager, settings, seated, frame_rate=session_manager.frame_rate)

    async def admit(
        self,
        websocket: WebSocket,
        session_manager: SessionManager,
        settings: Settings,
        make: Callable[[str | None], Connected],
        *,
        frame_rate: FrameRate | None = None,
    ) -> None:
        """Serve a websocket of any kind until it closes, if its page may connect and there is room for it.

        Args:
            websocket: not accepted yet; whoever serves it does that.
            session_manager: the host of the sessions.
            settings: the server's.
            make: makes who serves it, of the client's address.
            frame_rate: counts it among those who get frames.
        """
        if self._closing:
            await websocket.send_denial_response(
                problem_response(problem(ErrorCode.CLOSING, "The server is stopping."))
            )
            return
        if not is_allowed(websocket, settings.allowed_origins):
            await websocket.send_denial_response(problem_response(foreign_origin(websocket)))
            return
        address = websocket.client.host if websocket.client else None
        if self.full_for(address):
            session_manager.metrics.refused("server_full")
            await _turn_away(websocket)
            return
        client, owner = make(address), client_network(address)
        self._clients.add(client)
        self._tally.acquire(owner)
        if frame_rate is not None:
            frame_rate.add_page()
        try:
            await client.run()
        finally:
            self._clients.discard(client)
            self._tally.release(owner)
            if frame_rate is not None:
                frame_rate.remove_page()

    async def close_all(self, seconds: float) -> None:
        """Tell every client that the server stops, and wait so long for the sockets to close."""
        self._closing = True
        clients = list(self._clients)
        for client in clients:
            client.say_goodbye()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for client in clients:
                    await client.ended.wait()


class Client:
    """One connected client."""

    def __init__(
        self, websocket: WebSocket, session_manager: SessionManager, settings: Settings, address: str | None
    ) -> None:
        self.ended = asyncio.Event()
        self._address = address
        self._throttle = MessageRateLimiter(settings.max_message_rate, session_manager.clock)
        self._websocket = websocket
        self._host = session_manager
        self._settings = settings
        self._mailbox = Outbox(asyncio.get_running_loop(), session_manager.clock)
        self._seat: Connection | None = None
        extensions = websocket.scope["extensions"]
        self._send_now: Callable[[bytes], bool] = extensions.get(SEND_NOW, lambda _: False)
        self._sending_since: float | None = None
        self._stalled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watch: asyncio.TimerHandle | None = None
        self._at_rest = False
        """Whether the sending loop waits for mail."""
        self._held_up: bytes | None = None
        """A frame that was taken and could not be sent without waiting."""

    def say_goodbye(self) -> None:
        """Announce the end of the server, then close."""
        self._mailbox.post(wire.Closing(reason="shutdown"))
        self._mailbox.request_close(close_codes.RESTART)

    async def run(self) -> None:
        """Receive and send until one of both ends."""
        loops: list[asyncio.Future[None]] = []
        linger = _LINGER
        try:
            await self._websocket.accept()
            listen = self._websocket.scope["extensions"].get(LISTEN)
            if listen is not None:
                listen(self._hear)
            self._look()
            self._mailbox.send_now = self._send_at_once
            loops = [
                asyncio.create_task(self._receive()), asyncio.create_task(self._send()), self._stalled,
            ]  # fmt: skip
            done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            if self._mailbox.closing:  # what is still to be said is said, within the sender's limits of time
                done, _ = await asyncio.wait(loops[1:], return_when=asyncio.FIRST_COMPLETED)
            for loop in done:
                loop.result()
        except Stalled as stall:
            log.info("let a client go: %s", stall)
            linger = _GOODBYE
            await self._close(close_codes.STALLED)
        except (WebSocketDisconnect, RuntimeError, OSError) as problem:
            # Sending fails in two ways: the peer is gone, or uvicorn has begun to close without us.
            log.debug("a client is gone: %r", problem)
        finally:
            if self._watch is not None:
                self._watch.cancel()
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            if self._seat is not None:
                self._host.disconnect(self._seat)
            self._drop_after(linger)
            self.ended.set()

    def _look(self) -> None:
        """Look whether the client has stalled, and again when it could have at the soonest.

        One timer for all: a time limit of its own for each frame cost more than the sending.
        """
        limits_of_time = (
            (self._sending_since, self._settings.send_timeout, "nothing read"),
            (self._mailbox.unacknowledged_since, self._settings.ack_timeout, "no frame painted"),
        )
        now = self._host.clock()
        soonest = now + min(seconds for _, seconds, _ in limits_of_time)
        for since, seconds, what in limits_of_time:
            if since is not None and since + seconds <= now:
                if not self._stalled.done():
                    self._stalled.set_exception(Stalled(what))
                return
            if since is not None:
                soonest = min(soonest, since + seconds)
        self._watch = asyncio.get_running_loop().call_later(soonest - now, self._look)

    # -- receiving

    async def _receive(self) -> None:
        while not self._mailbox.closing:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect" or self._mailbox.closing:
                return
            verdict, wait = self._throttle.judge()
            if verdict is Verdict.FLOOD:
                self._mailbox.request_close(close_codes.FLOOD)
                self._host.metrics.refused("flood")
            elif verdict is Verdict.REFUSED:
                self._host.metrics.refused("too_fast")
                self._mailbox.post(wire_errors.too_fast(self._settings.max_message_rate))
            else:
                self._read(event.get("text"))
            if wait > 0:
                await asyncio.sleep(wait)
            await self._wait_for_room()

    def _hear(self, data: bytes) -> bool:
        """Take note of a frame that was painted, if a text says just that; return whether it does."""
        if not data.startswith(_ACK_BEGINS) or not data.endswith(_ACK_ENDS) or self._seat is None:
            return False
        digits = data[len(_ACK_BEGINS) : -len(_ACK_ENDS)]
        if not digits.isdigit() or len(digits) > 10 or digits.startswith(b"0"):
            return False
        number = int(digits)
        # As there is one for each frame that was sent, these need no throttle.
        if not self._mailbox.is_in_flight(number):
            return False
        if self._mailbox.acknowledge(number):
            self._host.wake(self._seat)
        return True

    def _read(self, text: str | None) -> None:
        if text is None:
            self._mailbox.post(wire_errors.not_text())
            return
        try:
            self._take(wire_errors.parse(text))
        except wire_errors.MessageError as problem:
            self._refuse(problem)

    def _take(self, message: wire.AnyClientMessage) -> None:
        """Do one message, or pass it on."""
        seat = self._seat
        if isinstance(message, wire.Open):
            self._seat = self._host.connect(message, self._mailbox, seat, address=self._address)
            if seat is not None:
                self._host.disconnect(seat, replaced=True)
            return
        if seat is None:
            raise wire_errors.MessageError(wire_errors.not_open(message.ref))
        if isinstance(message, wire.Ack):
            self._acknowledge(seat, message)
            return
        if isinstance(message, wire.Step):
            training_size.check_epochs(message.count, self._settings.max_epochs_per_call, ref=message.ref)
        if isinstance(message, wire.Visible):
            self._mailbox.set_visible(message.visible)
        self._host.receive(seat, message)

    def _acknowledge(self, seat: Connection, message: wire.Ack) -> None:
        wanted = self._mailbox.acknowledge(message.frame)
        if wanted is None:
            sent = self._mailbox.last_sent
            raise wire_errors.invalid_value(
                "frame", message.frame, f"a frame that was sent: at most {sent}", ref=message.ref
            )
        if wanted:
            self._host.wake(seat)

    def _refuse(self, refusal: wire_errors.MessageError) -> None:
        self._host.metrics.refused(refusal.error.code)
        self._mailbox.post(refusal.error)
        if refusal.code.close_code is not None and self._seat is None:
            self._mailbox.request_close(refusal.code.close_code)

    async def _wait_for_room(self) -> None:
        """Read no more from a client that says more than is heard, or hears less than is said."""
        room = self._mailbox.progress_made
        while self._crowded() and not self._mailbox.closing:
            room.clear()
            if self._crowded() and not self._mailbox.closing:
                await room.wait()

    def _crowded(self) -> bool:
        seat = self._seat
        behind = seat is not None and (seat.pending > MOST_PENDING or not seat.opened)
        return behind or self._mailbox.backlog > MOST_ANSWERS

    # -- sending

    async def _send(self) -> None:
        came = self._mailbox.batch_ready
        while True:
            if not came.is_set():
                self._at_rest = True
                await came.wait()
            self._at_rest = False
            if self._held_up is not None:
                frame, self._held_up = self._held_up, None
                self._sending_since = self._host.clock()
                await self._websocket.send_bytes(frame)
            mail, wanted = self._mailbox.take_batch()
            self._mailbox.progress_made.set()
            # What uvicorn holds back because the client does not read may wait only so long: `_look`.
            for text in mail.messages:
                self._sending_since = self._host.clock()
                await self._websocket.send_text(text)
            if mail.frame is not None and not self._send_now(mail.frame):
                self._sending_since = self._host.clock()
                await self._websocket.send_bytes(mail.frame)
            self._sending_since = None
            if mail.close is not None:
                await self._close(mail.close)
                return
            if wanted and self._seat is not None:
                self._host.wake(self._seat)

    def _send_at_once(self) -> bool:
        """Send a frame, if it is all that there is to send and nothing is in its way; most are sent so.

        The loop above does what has to wait, but to wake it costs more than a frame.
        """
        outbox = self._mailbox
        if not self._at_rest or outbox.batch_ready.is_set() or (taken := outbox.take_frame()) is None:
            return False
        frame, wanted = taken
        if wanted and self._seat is not None:
            self._host.wake(self._seat)
        if self._send_now(frame):
            return True
        self._held_up = frame
        return False

    async def _close(self, code: int) -> None:
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
            async with asyncio.timeout(_GOODBYE):
                await self._websocket.close(code)

    def _drop_after(self, seconds: float) -> None:
        abort = self._websocket.scope["extensions"].get(ABORT)
        if abort is not None:
            asyncio.get_running_loop().call_later(seconds, abort)


async def _turn_away(websocket: WebSocket) -> None:
    """Tell a page that there is no room, in the terms that it knows: a refused handshake tells it nothing."""
    error = wire_errors.too_many_connections()
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
        async with asyncio.timeout(_GOODBYE):
            await websocket.accept()
            await websocket.send_text(error.model_dump_json())
            await websocket.close(close_codes.FULL)
