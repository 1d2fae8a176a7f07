"""Admits websockets by origin and number, and closes all of them when the server stops."""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.errors import wire_errors
from server.errors.codes import ErrorCode
from server.errors.problems import problem, problem_response
from server.limits.processes import ALONE, Processes
from server.limits.quotas import Quota, client_network
from server.limits.rate_limits import BURST_SECONDS, AddressRateLimiter, AddressRates
from server.metrics import Metrics
from server.middleware.origin import foreign_origin, is_allowed
from server.protocol import close_codes
from server.settings import Settings
from server.websocket.lifecycle import GOODBYE_TIMEOUT, SocketHandler
from server.websocket.refusals import RefusalLog


class ConnectionManager:
    """Admits websockets, counts them and closes them.

    Attributes:
        refusals: logs why websockets are refused.
        quota: counts the websockets.
        stopping: set when the server is about to stop.
    """

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        build_rates: AddressRateLimiter,
        processes: Processes = ALONE,
        rate_processes: Processes = ALONE,
    ) -> None:
        """Create it without websockets.

        Args:
            settings: the server's settings.
            metrics: counts refusals.
            build_rates: the rates of work of each address.
            processes: the processes that share the limits on connections.
            rate_processes: the processes that share the message rate of an address.
        """
        self._settings = settings
        self._metrics = metrics
        self._handlers: set[SocketHandler] = set()
        self.quota = Quota(settings.max_connections, settings.max_connections_per_address, processes)
        self.refusals = RefusalLog()
        self.stopping = asyncio.Event()
        rate = settings.max_message_rate_per_address
        self._message_rates = AddressRateLimiter(BURST_SECONDS * rate, rate, processes=rate_processes)
        self._build_rates = build_rates

    def __len__(self) -> int:
        return len(self._handlers)

    @property
    def closing(self) -> bool:
        """Whether the server is about to stop."""
        return self.stopping.is_set()

    def full_for(self, address: str | None) -> bool:
        """Return whether one more websocket from an address would be refused."""
        return self.quota.full or self.quota.full_for(client_network(address))

    async def serve(self, websocket: WebSocket, create_handler: Callable[[WebSocket], SocketHandler]) -> None:
        """Serve a websocket until it closes, or refuse it if its origin is not allowed or the server is full.

        Args:
            websocket: the websocket, not accepted yet.
            create_handler: called with the websocket, if it is admitted; returns the handler that serves it.
        """
        if self.closing:
            refusal = problem(ErrorCode.CLOSING, "The server is stopping.")
            await websocket.send_denial_response(problem_response(refusal))
            return
        if not is_allowed(websocket, self._settings.allowed_origins):
            self.refusals.foreign_origin(websocket)
            await websocket.send_denial_response(problem_response(foreign_origin(websocket)))
            return
        address = websocket.client.host if websocket.client else None
        if self.full_for(address):
            self._metrics.count_refusal(ErrorCode.SERVER_FULL.value)
            await _refuse_full(websocket)
            return
        handler, client = create_handler(websocket), client_network(address)
        handler.share_rates(
            AddressRates(self._message_rates.bucket(address), self._build_rates.bucket(address))
        )
        self._handlers.add(handler)
        self.quota.acquire(client)
        try:
            await handler.run()
        finally:
            self._handlers.discard(handler)
            self.quota.release(client)

    async def close_all(self, seconds: float) -> None:
        """Announce the shutdown on every websocket, and wait up to `seconds` for them to close."""
        self.stopping.set()
        handlers = list(self._handlers)
        for handler in handlers:
            handler.announce_shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for handler in handlers:
                    await handler.ended.wait()


async def _refuse_full(websocket: WebSocket) -> None:
    """Accept a websocket and close it with `FULL`, because a page cannot read why a handshake failed."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
        async with asyncio.timeout(GOODBYE_TIMEOUT):
            await websocket.accept()
            await websocket.send_text(wire_errors.too_many_connections().model_dump_json())
            await websocket.close(close_codes.FULL)
