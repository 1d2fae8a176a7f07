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
from server.cluster.heartbeat import MAX_SILENCE, PULSE_INTERVAL, seconds_since_heartbeat
from server.cluster.host_actor import HostActor, HostLogRecord
from server.cluster.ray_start import ClusterRefusedError, RayCluster
from server.settings import Settings
from server.storage.database import StorageError

HUNG_EXIT_CODE = 75
"""The exit code of this process if Ray hangs, so that it cannot end in the usual way."""

END_TIMEOUT = 5.0
"""Seconds for this process to end in the usual way once Ray has ended: its hosts have ended, too."""

WATCH_INTERVAL = 0.5
"""Seconds between two checks of the hosts."""

CHECK_INTERVAL = 5.0
"""Seconds between two checks of Ray itself."""

START_TIMEOUT = 120.0
"""Seconds within which a host must have started; on a busy machine Ray takes a while."""

LEAVE_TIMEOUT = 15.0
"""Seconds for a host to save its sessions."""

HANG_TIMEOUT = START_TIMEOUT + 10.0
"""Seconds after which Ray counts as hung if it does not even report that a host failed to start."""

RESTART_PAUSE = 5.0
"""Seconds to wait before a host that failed to start is started again."""

log = logging.getLogger(__name__)


class _HostProcess:
    """A host that this process has started."""

    def __init__(self, name: str, actor: Any, pulse: Path) -> None:
        self.name = name
        self.pulse = pulse
        self.actor = actor
        self.process: int | None = None
        self.log_records: Any = None


class Supervisor:
    """The hosts of this machine. `start` and `stop` block."""

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
            settings: the settings of the hosts.
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
        self._running: list[_HostProcess] = []
        self._to_replace: set[str] = set()
        self._replace_requested = threading.Event()
        self._ended = threading.Event()
        self._actor_class: Any = None
        self._start_began: float | None = None
        self._folder = TemporaryDirectory(prefix="tinkernet-hosts-", ignore_cleanup_errors=True)
        self._thread = threading.Thread(target=self._replace_lost_hosts, name="supervisor", daemon=True)
        self._listener = threading.Thread(target=self._watch_heartbeats, name="pulses", daemon=True)

    def start(self) -> None:
        """Start the hosts, and assign slots to them.

        Raises:
            ClusterRefusedError: a host does not start.
        """
        import ray  # noqa: PLC0415 - it is optional

        self._actor_class = ray.remote(HostActor)  # once: Ray publishes each one to the whole cluster
        started = [self._create_actor() for _ in range(self._count)]
        try:
            for host in started:
                host.process = ray.get(host.actor.start.remote(), timeout=START_TIMEOUT)
        except (ray.exceptions.RayError, TimeoutError) as problem:
            self._running = started
            self._kill_all()
            reason = str(problem).strip().splitlines()[-1]
            raise ClusterRefusedError(f"a process that trains could not start: {reason}") from None
        self._directory.assign_free_slots()
        self._running = started
        self._thread.start()
        self._listener.start()

    def stop(self) -> None:
        """Have the hosts save their sessions and leave, then kill their processes."""
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
        """Have each host replaced by a new one, one after another; return at once."""
        self._replace_requested.set()  # a host that the thread is starting now is to be replaced, too

    def _create_actor(self) -> _HostProcess:
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
        return _HostProcess(name, actor, pulse)

    def _start_host(self) -> _HostProcess:
        import ray  # noqa: PLC0415

        self._start_began = time.monotonic()
        try:
            host = self._create_actor()
            try:
                host.process = ray.get(host.actor.start.remote(), timeout=START_TIMEOUT)
            except BaseException:
                self._kill(host)
                raise
        finally:
            self._start_began = None
        return host

    def _replace_lost_hosts(self) -> None:
        """Replace hosts that have ended or were expelled, and forward their logs, until `stop`."""
        import ray  # noqa: PLC0415

        while not self._ended.wait(WATCH_INTERVAL):
            try:
                hosts = self._directory.read().hosts
            except StorageError:
                continue
            for host in list(self._running):
                if host.name not in hosts or not self._forward_log(host):
                    self._replace_lost(host)
            if self._replace_requested.is_set():
                self._replace_requested.clear()
                self._to_replace = {host.name for host in self._running}
            outdated = [host for host in self._running if host.name in self._to_replace]
            missing = self._count - len(self._running) + min(1, len(outdated))
            for _ in range(missing):
                try:
                    new = self._start_host()
                except (ray.exceptions.RayError, TimeoutError) as problem:
                    log.error("a process that trains could not start: %s", problem)
                    self._ended.wait(RESTART_PAUSE)
                    break
                self._running.append(new)
                with suppress(StorageError):
                    self._directory.assign_free_slots()
            if outdated and len(self._running) > self._count:
                self._retire(outdated[0])

    def _watch_heartbeats(self) -> None:
        """Kill hosts that hang, so that they are replaced; end this process if Ray has ended or hangs."""
        next_look = 0.0
        while not self._ended.wait(PULSE_INTERVAL):
            for host in list(self._running):
                if seconds_since_heartbeat(host.pulse) > MAX_SILENCE and host.process is not None:
                    log.warning("the host %s hangs: it is ended", host.name)
                    _end_process(host)
            if time.monotonic() < next_look:
                continue
            next_look = time.monotonic() + CHECK_INTERVAL
            since = self._start_began
            hangs = (
                since is not None and time.monotonic() - since > HANG_TIMEOUT and not self._cluster.is_local
            )
            # While Ray's head node is away, the hosts of this machine run on.
            if self._cluster.is_gone() or (hangs and self._cluster.is_reachable()):
                log.error("Ray has ended here or hangs: this process ends, to be started again")
                end_this_process()
                return

    def _retire(self, host: _HostProcess) -> None:
        """Have a host hand over its sessions to the others, and kill its process."""
        import ray  # noqa: PLC0415

        log.warning("the host %s hands its trainings over and ends", host.name)
        with suppress(ray.exceptions.RayError, TimeoutError):
            ray.get(host.actor.leave.remote(), timeout=LEAVE_TIMEOUT)
        self._running.remove(host)
        self._kill(host)

    def _replace_lost(self, host: _HostProcess) -> None:
        log.warning("the host %s is gone or hangs: it is replaced", host.name)
        self._kill(host)  # a hung process must not run on: other hosts have its sessions
        self._running.remove(host)
        with suppress(StorageError):
            self._directory.expel(host.name)

    def _forward_log(self, host: _HostProcess) -> bool:
        """Log the records that a host has sent; return whether its process is alive."""
        import ray  # noqa: PLC0415

        if host.log_records is None:
            host.log_records = host.actor.next_told.remote()
        ready, _ = ray.wait([host.log_records], timeout=0)
        if not ready:
            return True
        try:
            log_records: list[HostLogRecord] = ray.get(host.log_records)
        except ray.exceptions.RayError:
            return False
        host.log_records = None
        for logger, level, text in log_records:
            logging.getLogger(logger).log(level, "%s: %s", host.name, text)
        return True

    def _kill(self, host: _HostProcess) -> None:
        """Kill a host's process and its actor, even if it hangs."""
        import ray  # noqa: PLC0415

        _end_process(host)
        with suppress(ray.exceptions.RayError, ValueError):
            ray.kill(host.actor, no_restart=True)

    def _kill_all(self) -> None:
        for host in self._running:
            self._kill(host)
        self._running = []


def end_this_process() -> None:
    """End this process by SIGTERM, or after `END_TIMEOUT` at once, if a thread waits for a hung Ray."""
    last = threading.Timer(END_TIMEOUT, os._exit, (HUNG_EXIT_CODE,))
    last.daemon = True
    last.start()
    os.kill(os.getpid(), signal.SIGTERM)


def _end_process(host: _HostProcess) -> None:
    """Kill a host's process, even if it is suspended."""
    process, host.process = host.process, None  # the system may reuse the id
    if process is not None and sys.platform != "win32":
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
