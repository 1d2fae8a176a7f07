"""A Tinkernet server in its own process, on a free port of this machine."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import SystemRandom
from tempfile import TemporaryDirectory

import httpx
from platformdirs import user_data_path

KERNEL_CACHE = user_data_path("tinkernet", appauthor=False) / "kernels"
"""Folder of the compiled kernels, shared by all test servers because compiling takes a minute."""

TIMEOUT = 60.0
"""Seconds to wait for a start or a stop; long enough for a busy machine."""

ADDRESS = re.compile(r"http://[^\s/]+:(\d+)")


def free_port() -> int:
    """Return a free port, below the range that systems use for outgoing connections."""
    while True:
        port = SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class ServerProcess:
    """A server process. After `stop`, `start` runs it again with the same port and data folder."""

    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    timeout: float = TIMEOUT
    process: subprocess.Popen[str] | None = None
    printed: list[str] = field(default_factory=list)
    data: TemporaryDirectory[str] = field(
        default_factory=lambda: TemporaryDirectory(ignore_cleanup_errors=True)
    )

    @property
    def url(self) -> str:
        """Return the address of the page."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start the server and wait until it accepts connections. Raise `RuntimeError` if it fails."""
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                str(self.port),
                "--no-open",
                *self.options,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **os.environ,
                "PYTHONUNBUFFERED": "1",
                "TINKERNET_DATA_DIR": self.data.name,
                "TINKERNET_CACHE": os.environ.get("TINKERNET_CACHE", str(KERNEL_CACHE)),
                **self.environment,
            },
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=(self.process, ready), daemon=True).start()
        if not ready.wait(self.timeout) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError("the server did not start:\n" + "".join(self.printed))

    def _read(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.printed.append(line)
            if ADDRESS.search(line):
                ready.set()
        process.stdout.close()
        ready.set()

    def wait_for_kernels(self) -> None:
        """Wait until the server has compiled its kernels, or has failed to."""
        while httpx.get(f"{self.url}api/health", timeout=TIMEOUT).json()["engine"] == "compiling":
            time.sleep(0.2)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process with a signal and wait for it; kill it if it does not end."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def running_server(*options: str, **environment: str) -> Iterator[ServerProcess]:
    """Run a server during a `with` block."""
    server = ServerProcess(options=options, environment=environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.data.cleanup()
