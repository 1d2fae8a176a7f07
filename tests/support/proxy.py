"""A proxy in front of a server that passes no websockets on, as many do in their default settings."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

CHUNK = 65_536
HOP_BY_HOP = (b"upgrade:", b"connection:")
"""Headers that a proxy does not pass on by itself."""


class _Proxy(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = ("127.0.0.1", port)


class _Handler(BaseRequestHandler):
    """Passes one request on, and closes the connection after its answer."""

    server: _Proxy
    request: socket.socket

    def handle(self) -> None:
        head, _, body = self._read_head().partition(b"\r\n\r\n")
        if not head:
            return
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(HOP_BY_HOP)]
        with socket.create_connection(self.server.upstream) as server, suppress(OSError):
            server.sendall(b"\r\n".join([*lines, b"Connection: close", b"", body]))
            threading.Thread(target=_pass_on, args=(self.request, server), daemon=True).start()
            _pass_on(server, self.request)

    def _read_head(self) -> bytes:
        read = b""
        while b"\r\n\r\n" not in read:
            chunk = self.request.recv(CHUNK)
            if not chunk:
                return b""
            read += chunk
        return read


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)


@contextmanager
def proxy_without_websockets(port: int) -> Iterator[str]:
    """Run a proxy to a port of this machine during a `with` block. Yield its address."""
    with _Proxy(port) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}/"
        proxy.shutdown()
