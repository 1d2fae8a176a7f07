"""Starts the hosts of this machine as Ray actors, and replaces those that end or hang."""

import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from server.cluster.directory import Directory
from server.cluster.host_actor import HostActor, Told
from server.cluster.pulse import MAX_SILENCE, PULSE_INTERVAL, silence
from server.cluster.ray_start import ClusterRefusedError, RayCluster
from server.settings import Settings
from server.storage.database import StorageError

HUNG = 75
"""The exit code where Ray hangs so that this process cannot end in the usual way."""

END_TIMEOUT = 5.0
"""Seconds for it to do so: its hosts have ended with Ray."""

WATCH_INTERVAL = 0.5
"""Seconds between two looks at the hosts."""

LOOK_INTERVAL = 5.0
"""Seconds between two looks at Ray itself."""

START_TIMEOUT = 120.0
"""Seconds in which a host must have started; on a busy machine Ray takes a while."""

LEAVE_TIMEOUT = 15.0
"""Seconds for a host to save its sessions."""

GIVE_UP = START_TIMEOUT + 10.0
"""Seconds after which Ray counts as hung that does not even say that a host has not started."""

RESTART_PAUSE = 5.0
"""Seconds before a host is started again that could not start."""

log = logging.getLogger(__name__)


class _Running:
    """A host that was started here."""

    def __init__(self, name: str, actor: Any, pulse: Path) -> None:
        self.name = name
        self.pulse = pulse
        self.actor = actor
        self.process: int | None = None
        self.told: Any = None


class Supervisor:
    """The hosts of this machine. `start` and `stop` wait."""

    def __init__(
        self,
        settings: Settings,
        cluster: RayCluster,
        directory: Directory,
        *,
        count: int,
        assets: Path | None = None,
    ) -> None:
        """Create it.

        Args:
            settings: those of the hosts.
            cluster: the Ray cluster that this process belongs to.
            directory: the directory.
            count: how many hosts to run.
            assets: see `create_app`.
        """
        self._settings = settings
        self._cluster = cluster
        self._directory = directory
        self._count = count
        self._assets = assets
        self.machine = socket.gethostname()
        self._running: list[_Running] = []
        self._to_replace: set[str] = set()
        self._replacing_asked = threading.Event()
        self._ended = threading.Event()
        self._actor_class: Any = None
        self._starting: float | None = None
        self._folder = TemporaryDirectory(prefix="tinkernet-hosts-", ignore_cleanup_errors=True)
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="pulses", daemon=True)

    def start(self) -> None:
        """Start the hosts, and give them slots.

        Raises:
            ClusterRefusedError: a host does not start.
        """
        import ray  # noqa: PLC0415 - it is optional

        self._actor_class = ray.remote(HostActor)  # once: each new one is told to the whole cluster
        started = [self._begin() for _ in range(self._count)]
        try:
            for host in started:
                host.process = ray.get(host.actor.start.remote(), timeout=START_TIMEOUT)
        except (ray.exceptions.RayError, TimeoutError) as problem:
            self._running = started
            self._kill_all()
            reason = str(problem).strip().splitlines()[-1]
            raise ClusterRefusedError(f"a process that trains could not start: {reason}") from None
        self._directory.deal()
        self._running = started
        self._thread.start()
        self._listener.start()

    def stop(self) -> None:
        """Have the hosts save their sessions and leave, then end them."""
        import ray  # noqa: PLC0415

        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
            self._listener.join()
        leaving = [host.actor.leave.remote() for host in self._running]
        with suppress(ray.exceptions.RayError):
            ray.wait(leaving, num_returns=len(leaving), timeout=LEAVE_TIMEOUT) if leaving else None
        self._kill_all()
        self._folder.cleanup()

    def replace_all(self) -> None:
        """Have each host leave, one after another, once a new one has started in its place; do not wait."""
        self._replacing_asked.set()  # the watching thread chooses: one that it is starting now is old, too

    def _begin(self) -> _Running:
        import ray  # noqa: PLC0415
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: PLC0415

        name = f"{self.machine}-{secrets.token_hex(4)}"
        pulse = Path(self._folder.name, name)
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        options = {"num_cpus": 0, "max_restarts": 0, "max_concurrency": 4, "scheduling_strategy": here}
        actor = self._actor_class.options(**options).remote(
            self._settings.model_dump(),
            name,
            self._cluster.node_address,
            self.machine,
            pulse,
            self._assets,
            Path.cwd(),
        )
        return _Running(name, actor, pulse)

    def _start_one(self) -> _Running:
        import ray  # noqa: PLC0415

        self._starting = time.monotonic()
        try:
            host = self._begin()
            try:
                host.process = ray.get(host.actor.start.remote(), timeout=START_TIMEOUT)
            except BaseException:
                self._kill(host)
                raise
        finally:
            self._starting = None
        return host

    def _watch(self) -> None:
        """Replace hosts that have ended or were expelled, and log what they tell, until the end."""
        import ray  # noqa: PLC0415

        while not self._ended.wait(WATCH_INTERVAL):
            try:
                members = self._directory.read().members
            except StorageError:
                continue
            for host in list(self._running):
                if host.name not in members or not self._hear(host):
                    self._replace_lost(host)
            if self._replacing_asked.is_set():
                self._replacing_asked.clear()
                self._to_replace = {host.name for host in self._running}
            outdated = [host for host in self._running if host.name in self._to_replace]
            missing = self._count - len(self._running) + min(1, len(outdated))
            for _ in range(missing):
                try:
                    new = self._start_one()
                except (ray.exceptions.RayError, TimeoutError) as problem:
                    log.error("a process that trains could not start: %s", problem)
                    self._ended.wait(RESTART_PAUSE)
                    break
                self._running.append(new)
                with suppress(StorageError):
                    self._directory.deal()
            if outdated and len(self._running) > self._count:
                self._relieve(outdated[0])

    def _listen(self) -> None:
        """End hosts that hang, so that `_watch` replaces them, and this process where Ray has ended."""
        next_look = 0.0
        while not self._ended.wait(PULSE_INTERVAL):
            for host in list(self._running):
                if silence(host.pulse) > MAX_SILENCE and host.process is not None:
                    log.warning("the host %s hangs: it is ended", host.name)
                    _end_process(host)
            if time.monotonic() < next_look:
                continue
            next_look = time.monotonic() + LOOK_INTERVAL
            since = self._starting
            hangs = since is not None and time.monotonic() - since > GIVE_UP and not self._cluster.is_local
            # While the first machine is away, the hosts that are here go on.
            if self._cluster.is_gone() or (hangs and self._cluster.is_reachable()):
                log.error("Ray has ended here or hangs: this process ends, to be started again")
                end_this_process()
                return

    def _relieve(self, host: _Running) -> None:
        """Have a host hand over its sessions to the others, and end it."""
        import ray  # noqa: PLC0415

        log.warning("the host %s hands its trainings over and ends", host.name)
        with suppress(ray.exceptions.RayError, TimeoutError):
            ray.get(host.actor.leave.remote(), timeout=LEAVE_TIMEOUT)
        self._running.remove(host)
        self._kill(host)

    def _replace_lost(self, host: _Running) -> None:
        log.warning("the host %s is gone or hangs: it is replaced", host.name)
        self._kill(host)  # what hangs must not go on; its sessions are with others
        self._running.remove(host)
        with suppress(StorageError):
            self._directory.expel(host.name)

    def _hear(self, host: _Running) -> bool:
        """Log what a host tells; return whether its process is there."""
        import ray  # noqa: PLC0415

        if host.told is None:
            host.told = host.actor.next_told.remote()
        ready, _ = ray.wait([host.told], timeout=0)
        if not ready:
            return True
        try:
            told: list[Told] = ray.get(host.told)
        except ray.exceptions.RayError:
            return False
        host.told = None
        for logger, level, text in told:
            logging.getLogger(logger).log(level, "%s: %s", host.name, text)
        return True

    def _kill(self, host: _Running) -> None:
        """End a host's process at once, also one that hangs."""
        import ray  # noqa: PLC0415

        _end_process(host)
        with suppress(ray.exceptions.RayError, ValueError):
            ray.kill(host.actor, no_restart=True)

    def _kill_all(self) -> None:
        for host in self._running:
            self._kill(host)
        self._running = []


def end_this_process() -> None:
    """End this process in the usual way; a thread that waits for Ray does not hold it up for long."""
    last = threading.Timer(END_TIMEOUT, os._exit, (HUNG,))
    last.daemon = True
    last.start()
    os.kill(os.getpid(), signal.SIGTERM)


def _end_process(host: _Running) -> None:
    """End a host's process at once, also a stopped one."""
    process, host.process = host.process, None  # the system may give its id to another one
    if process is not None and sys.platform != "win32":
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
