"""Passes open sockets from a front to a host of the same machine, each identified by a random token."""

import asyncio
import logging
import secrets
import socket
from contextlib import suppress
from pathlib import Path

TOKEN_BYTES = 16

CLAIM_TIMEOUT = 5.0
"""Seconds that a passed socket waits for `receive`, and that `receive` waits for its socket."""

MAX_WAITING = 1024
"""The backlog: connections of fronts that may wait to be accepted."""

log = logging.getLogger(__name__)


class SocketSender:
    """A front's connection to the receiver of one host. For the event loop only."""

    def __init__(self, path: str) -> None:
        """Connect.

        Raises:
            OSError: there is no receiver here, as where the host is on another machine.
        """
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connection.connect(path)
        except BaseException:
            self._connection.close()
            raise
        self._connection.setblocking(False)

    def send(self, passed: socket.socket) -> bytes:
        """Pass a socket, which stays open here as well; return its token.

        Raises:
            OSError: the host is gone, or its buffer is full.
        """
        token = secrets.token_bytes(TOKEN_BYTES)
        socket.send_fds(self._connection, [token], [passed.fileno()])
        return token

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class SocketReceiver:
    """Receives sockets from all fronts of this machine, in a host. For the event loop only."""

    def __init__(self, path: Path) -> None:
        """Listen at a Unix socket; nobody else may have access to its folder.

        Raises:
            OSError: the path is too long, or cannot be created.
        """
        self._loop = asyncio.get_running_loop()
        self._expected: dict[bytes, asyncio.Future[socket.socket]] = {}
        self._fronts: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._listener.bind(str(path))
            self._listener.listen(MAX_WAITING)
        except BaseException:
            self._listener.close()
            raise
        self._listener.setblocking(False)
        self._loop.add_reader(self._listener, self._accept)

    async def receive(self, token: bytes) -> socket.socket:
        """Wait for the socket that is passed with a token, and return it.

        Raises:
            TimeoutError: it has not arrived within `CLAIM_TIMEOUT`.
        """
        try:
            async with asyncio.timeout(CLAIM_TIMEOUT):
                return await self._future_of(token)
        finally:
            self._expected.pop(token, None)

    def close(self) -> None:
        """Stop listening, and close sockets that nobody has received."""
        for each in (self._listener, *self._fronts):
            self._loop.remove_reader(each)
            each.close()
        self._fronts.clear()
        for token in list(self._expected):
            self._discard_unclaimed(token)

    def _accept(self) -> None:
        with suppress(OSError):
            front, _ = self._listener.accept()
            front.setblocking(False)
            self._fronts.add(front)
            self._loop.add_reader(front, self._receive, front)

    def _receive(self, front: socket.socket) -> None:
        try:
            token, descriptors, _, _ = socket.recv_fds(front, TOKEN_BYTES, 1)
        except BlockingIOError:
            return
        except OSError:
            token, descriptors = b"", []
        if len(token) != TOKEN_BYTES or len(descriptors) != 1:
            self._loop.remove_reader(front)  # it has closed, or is no front
            self._fronts.discard(front)
            front.close()
            return
        passed = socket.socket(fileno=descriptors[0])
        passed.setblocking(False)
        self._future_of(token).set_result(passed)
        self._loop.call_later(CLAIM_TIMEOUT, self._discard_unclaimed, token)

    def _future_of(self, token: bytes) -> asyncio.Future[socket.socket]:
        if token not in self._expected:
            self._expected[token] = self._loop.create_future()
        return self._expected[token]

    def _discard_unclaimed(self, token: bytes) -> None:
        """Close a passed socket for which `receive` was not called."""
        future = self._expected.pop(token, None)
        if future is not None and future.done() and not future.cancelled():
            future.result().close()
