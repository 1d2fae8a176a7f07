"""The life cycle of a websocket: accept, receive with a rate limit, send with a time limit, announce, close.

Every websocket of the server is served by a subclass of `SocketHandler`.
"""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.limits.rate_limits import MESSAGE_UNIT, AddressRates, MessageRateLimiter, Verdict
from server.protocol import close_codes
from server.settings import Settings
from server.websocket.extensions import ABORT

GOODBYE_TIMEOUT = 1.0
"""Maximum seconds for sending a last message and a close frame."""

CLOSE_TIMEOUT = 10.0
"""Seconds after closing until a connection that the peer does not close is dropped."""

log = logging.getLogger(__name__)


class ClientStalledError(Exception):
    """The client reads nothing, acknowledges no frame, or sends no first message; the text says which."""


class SocketHandler(ABC):
    """Serves one websocket. All methods run on the event loop.

    Attributes:
        ended: set when the websocket is closed.
    """

    def __init__(self, websocket: WebSocket, settings: Settings, clock: Callable[[], float]) -> None:
        self.ended = asyncio.Event()
        self._websocket = websocket
        self._settings = settings
        self._limiter = MessageRateLimiter(settings.max_message_rate, clock)
        self._shared: AddressRates | None = None

    def share_rates(self, rates: AddressRates) -> None:
        """Count its messages and work towards the rates of its address, too."""
        self._shared = rates

    async def run(self) -> None:
        """Accept the websocket and serve it until it closes."""
        linger = CLOSE_TIMEOUT
        try:
            await self._websocket.accept()
            await self._serve()
        except ClientStalledError as stalled:
            log.info("closed a websocket: %s", stalled)
            linger = GOODBYE_TIMEOUT
            await self._close(close_codes.STALLED)
        except (WebSocketDisconnect, RuntimeError, OSError) as gone:
            # RuntimeError: uvicorn has started to close the connection.
            log.debug("a client is gone: %r", gone)
        finally:
            abort = self._websocket.scope["extensions"].get(ABORT)
            if abort is not None:
                asyncio.get_running_loop().call_later(linger, abort)
            self.ended.set()

    @abstractmethod
    def announce_shutdown(self) -> None:
        """Start closing with `close_codes.RESTART`, because the server is stopping."""

    @abstractmethod
    async def _serve(self) -> None:
        """Serve the accepted websocket; return when it is closed."""

    # -- receiving

    @abstractmethod
    def _is_closing(self) -> bool:
        """Whether the websocket is closing, so that no further messages are read."""

    @abstractmethod
    async def _on_message(self, text: str | None) -> None:
        """Handle a message; None stands for a binary one."""

    async def _on_refused(self) -> None:  # noqa: B027 - a hook that subclasses may leave as it is
        """Handle a message beyond the rate limit. By default, it is ignored."""

    @abstractmethod
    def _on_rate_exceeded(self) -> None:
        """Start closing with `close_codes.FLOOD`, because the rate limit was far exceeded."""

    async def _receive_messages(self) -> None:
        """Pass messages to `_on_message` until the client disconnects, slowed to the allowed rate.

        While the websocket is closing, this does not return; the task that sends the close frame cancels it.
        """
        receive, judge = self._websocket.receive, self._limiter.judge
        while not self._is_closing():
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            if self._is_closing():
                break
            text = event.get("text")
            size = len(text or event.get("bytes") or "")
            verdict, wait = judge(size)
            if self._shared is not None:
                wait = max(wait, self._shared.messages.charge(1 + size // MESSAGE_UNIT))
            if verdict is Verdict.FLOOD:
                self._on_rate_exceeded()
            elif verdict is Verdict.REFUSED:
                await self._on_refused()
            else:
                await self._on_message(text)
            if wait > 0:
                await asyncio.sleep(wait)
        await asyncio.Future()

    async def _receive_first(self, seconds: float) -> str | None:
        """Return the first message; None if it is binary.

        Raises:
            ClientStalledError: none came within `seconds`.
            WebSocketDisconnect: the client has disconnected.
        """
        try:
            async with asyncio.timeout(seconds):
                event = await self._websocket.receive()
        except TimeoutError:
            raise ClientStalledError("no first message") from None
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1005))
        text: str | None = event.get("text")
        return text

    # -- sending

    async def _send_in_time(self, sending: Awaitable[None]) -> None:
        """Wait for a message to be sent; raise `ClientStalledError` after the setting `send_timeout`."""
        try:
            async with asyncio.timeout(self._settings.send_timeout):
                await sending
        except TimeoutError:
            raise ClientStalledError("nothing read") from None

    async def _close(self, code: int, last_message: str | None = None) -> None:
        """Send a last message, if any, and the close frame; give up after `GOODBYE_TIMEOUT`."""
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
            async with asyncio.timeout(GOODBYE_TIMEOUT):
                if last_message is not None:
                    await self._websocket.send_text(last_message)
                await self._websocket.close(code)


async def run_until_first_ends(
    *loops: Coroutine[None, None, None], failure: asyncio.Future[None] | None = None
) -> None:
    """Run coroutines concurrently until one ends; cancel the others, and raise the exception of the first.

    Args:
        loops: the coroutines.
        failure: a future that ends them as well when it is done.
    """
    tasks: list[asyncio.Future[None]] = [asyncio.ensure_future(loop) for loop in loops]
    if failure is not None:
        tasks.append(failure)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
