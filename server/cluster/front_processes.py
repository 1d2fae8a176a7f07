"""Starts the fronts of this machine as processes, and replaces those that end or hang."""

import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from server.cluster.front_directory import FrontDirectory
from server.cluster.front_process import ENDING_TIMEOUT, READY, FrontTask
from server.cluster.heartbeat import MAX_SILENCE, PULSE_INTERVAL, seconds_since_heartbeat
from server.cluster.ray_start import ClusterRefusedError
from server.settings import Settings
from server.storage.database import StorageError

START_TIMEOUT = 60.0
"""Seconds within which a new front must accept connections; a busy machine takes a while."""

RESTART_PAUSE = 3.0
"""Seconds to wait before replacing a front that ended before it was ready."""

log = logging.getLogger(__name__)


class _FrontProcess:
    """A front that this process has started."""

    def __init__(self, name: str, process: "subprocess.Popen[str]", pulse: Path) -> None:
        self.name = name
        self.process = process
        self.pulse = pulse
        self.started_at = time.monotonic()
        self.ready = False
        self.kill_at: float | None = None
        """When to kill it (monotonic seconds), once it was asked to end."""


class FrontProcesses:
    """The fronts of this machine, which share one listening socket: any free one accepts a connection.

    No connection waits in a queue that is lost with one front, and a front that hangs gets no new ones. All
    methods but `replace_all` are for the main thread.

    Attributes:
        started: whether all fronts accept connections.
    """

    def __init__(
        self,
        settings: Settings,
        directory: FrontDirectory,
        *,
        count: int,
        address: str,
        machine: str,
        assets: Path | None = None,
        on_started: Callable[[], None] = lambda: None,
    ) -> None:
        """Create it.

        Args:
            settings: the server's settings.
            directory: the directory of fronts, whose table exists.
            count: how many to run.
            address: the address of this machine within the cluster.
            machine: a name that all hosts and fronts of this machine share.
            assets: see `create_app`.
            on_started: called once all accept connections.
        """
        self.started = False
        self._settings = settings
        self._directory = directory
        self._count = count
        self._address = address
        self._machine = machine
        self._assets = assets
        self._on_started = on_started
        self._running: list[_FrontProcess] = []
        self._to_replace: set[str] = set()
        self._replace_requested = threading.Event()
        self._wakeup = threading.Event()
        self._next_start = 0.0

    def run(self, sockets: Sequence[socket.socket]) -> None:
        """Run the fronts on a listening socket until an exception, such as that of a signal, ends them.

        Raises:
            ClusterRefusedError: a front does not start.
        """
        with TemporaryDirectory(prefix="tinkernet-fronts-", ignore_cleanup_errors=True) as folder:
            self._folder, self._socket = Path(folder), sockets[0]
            try:
                self._start_all()
                self.started = True
                self._on_started()
                while True:
                    self._wakeup.clear()
                    self._watch()
                    self._wakeup.wait(PULSE_INTERVAL)
            finally:
                self._stop_all()

    def replace_all(self) -> None:
        """Have each front replaced by a new one, one after another; return at once."""
        self._replace_requested.set()
        self._wakeup.set()

    def _start_all(self) -> None:
        self._running = [self._spawn() for _ in range(self._count)]
        while not all(front.ready for front in self._running):
            self._wakeup.clear()
            for front in self._running:
                if front.process.poll() is not None or time.monotonic() > front.started_at + START_TIMEOUT:
                    raise ClusterRefusedError("a front could not start: the log says why")
            self._wakeup.wait(PULSE_INTERVAL)

    def _spawn(self) -> _FrontProcess:
        name = f"{self._machine}-front-{secrets.token_hex(4)}"
        pulse = self._folder / name
        task = FrontTask(
            settings=settings_as_json(self._settings),
            socket=self._socket.fileno(),
            name=name,
            address=self._address,
            machine=self._machine,
            pulse=str(pulse),
            assets=None if self._assets is None else str(self._assets),
        )
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "server.cluster.front_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[task.socket],
            start_new_session=True,  # Ctrl+C is for this process, which ends it
            env={key: value for key, value in os.environ.items() if not key.startswith("RAY_")},
        )
        front = _FrontProcess(name, process, pulse)
        threading.Thread(target=self._read_output, args=(front,), name=name, daemon=True).start()
        assert process.stdin is not None
        with suppress(OSError):  # it has ended
            process.stdin.write(json.dumps(task._asdict()) + "\n")
            process.stdin.flush()
        return front

    def _read_output(self, front: _FrontProcess) -> None:
        """Read a front's output on a thread: wake the main thread when it is ready and when it has ended."""
        assert front.process.stdout is not None
        with front.process.stdout as lines:
            for line in lines:
                if line.strip() == READY:
                    front.ready = True
                    self._wakeup.set()
        front.process.wait()
        self._wakeup.set()

    def _watch(self) -> None:
        """Remove fronts that have ended, kill those that hang, and start replacements."""
        now = time.monotonic()
        for front in list(self._running):
            if front.process.poll() is not None:
                self._remove(front)
            elif seconds_since_heartbeat(front.pulse) > MAX_SILENCE:
                log.warning("the front %s hangs: it is ended", front.name)
                front.process.kill()
            elif now > (front.kill_at or now) or (not front.ready and now > front.started_at + START_TIMEOUT):
                front.process.kill()
        if self._replace_requested.is_set():
            self._replace_requested.clear()
            self._to_replace = {front.name for front in self._running}
        staying = [front for front in self._running if front.kill_at is None]
        outdated = [front for front in staying if front.name in self._to_replace]
        missing = self._count - len(staying) + min(1, len(outdated))
        if now >= self._next_start:
            self._running += [self._spawn() for _ in range(missing)]
        if outdated and sum(front.ready for front in staying) > self._count:
            log.warning("the front %s has its pages connect to others and ends", outdated[0].name)
            self._request_exit(outdated[0])

    def _remove(self, front: _FrontProcess) -> None:
        self._running.remove(front)
        if front.process.stdin is not None:
            with suppress(OSError):
                front.process.stdin.close()
        if not front.ready:
            self._next_start = time.monotonic() + RESTART_PAUSE
        if front.kill_at is None:
            log.warning("the front %s is gone: it is replaced", front.name)
        with suppress(StorageError):
            self._directory.leave(front.name)

    def _request_exit(self, front: _FrontProcess) -> None:
        front.kill_at = time.monotonic() + self._settings.shutdown_timeout + ENDING_TIMEOUT
        with suppress(OSError):
            front.process.send_signal(signal.SIGTERM)

    def _stop_all(self) -> None:
        """Ask all fronts to end, and kill those that do not in time."""
        for front in self._running:
            self._request_exit(front)
        for front in self._running:
            assert front.kill_at is not None
            try:
                front.process.wait(max(0.0, front.kill_at - time.monotonic()))
            except subprocess.TimeoutExpired:
                front.process.kill()
                front.process.wait()
            finally:
                if front.process.stdin is not None:
                    with suppress(OSError):
                        front.process.stdin.close()


def settings_as_json(settings: Settings) -> dict[str, object]:
    """Return settings as JSON values, with secrets in plain text."""
    values: dict[str, object] = settings.model_dump(mode="json")
    secret = {name: getattr(settings, name) for name in ("api_token", "site_password", "teacher_password")}
    return values | {name: value.get_secret_value() for name, value in secret.items() if value is not None}
