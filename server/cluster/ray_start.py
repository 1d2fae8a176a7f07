"""Starts Ray on this machine, or joins a Ray cluster that stands; the only place that imports Ray to do so.

Ray's ports let whoever reaches them run code, so that its token authentication is always on. A cluster that
is started here has a token of its own and listens on loopback only.
"""

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from importlib import util
from pathlib import Path
from typing import NamedTuple

LOCAL = "local"
"""The address that stands for a cluster of this machine alone, to be started."""

OBJECT_STORE_BYTES = 100_000_000
"""Memory for what tasks exchange. Results are small, and large ones are streamed."""

CONNECT_TIMEOUT = 5.0
"""Seconds in which a cluster must take a connection."""

DEFAULT_PORT = 6379
"""The port of a Ray cluster unless its address tells another."""

HEAD_TIMEOUT = 86_400
"""Seconds for which a machine goes on without the first one, where Ray has its head, in place of a minute."""

PACKAGES = Path(__file__).parents[2]
"""The folder of this program's packages. Ray's processes import from the folder in which Ray is started or
joined before any other, so that a copy of the repository there would run in place of what is installed."""

_TOKEN_FILE = Path("~/.ray/auth_token")


class ClusterRefusedError(Exception):
    """The cluster cannot be started or joined; the message is a sentence for people."""


class RayCluster(NamedTuple):
    """A Ray cluster that this process belongs to."""

    address: str
    """Host and port, by which other processes join."""
    node_address: str
    """The address of this machine within the cluster."""
    is_local: bool
    """Whether it was started here, and ends with this process."""
    raylet: str | None = None
    """The socket of Ray on this machine, if it was started by others."""

    def is_gone(self) -> bool:
        """Return whether Ray, which others have started, has ended on this machine."""
        if self.raylet is None:
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(CONNECT_TIMEOUT)
            try:
                probe.connect(self.raylet)
            except (ConnectionRefusedError, FileNotFoundError):
                return True
            except OSError:
                return False
        return False

    def is_reachable(self) -> bool:
        """Return whether the first machine takes connections."""
        try:
            socket.create_connection(_split(self.address), CONNECT_TIMEOUT).close()
        except OSError:
            return False
        return True


@contextmanager
def ray_cluster(address: str = LOCAL, *, cores: int | None = None) -> Iterator[RayCluster]:
    """Start or join a Ray cluster; leave it, or end it, after the `with` block.

    Args:
        address: `LOCAL` starts one on loopback; else the host and port of one that stands.
        cores: how many tasks a started one runs at a time; by default as many as the machine has cores.

    Raises:
        ClusterRefusedError: Ray is not installed, the cluster is not there, or does not accept this process.
    """
    if util.find_spec("ray") is None:
        raise ClusterRefusedError(
            "a cluster needs Ray, which is not installed: pip install 'tinkernet[cluster]'"
        )
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address == LOCAL:
        with _started(cores) as cluster:
            yield cluster
    else:
        with _joined(address) as cluster:
            yield cluster


@contextmanager
def _started(cores: int | None) -> Iterator[RayCluster]:
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    # Despite its name, this has Ray listen on loopback only, on every system.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    # By default Ray's workers give way to all other processes. Only sweeps are to: see `job_nice`.
    os.environ.setdefault("RAY_worker_niceness", "0")
    import ray  # noqa: PLC0415 - it is optional, and reads these variables as it is imported

    folder = tempfile.mkdtemp(prefix="tinkernet-ray-")  # its sockets' paths must be short
    try:
        with chdir(PACKAGES):
            ray.init(
                address=LOCAL,
                num_cpus=cores,
                include_dashboard=False,
                object_store_memory=OBJECT_STORE_BYTES,
                log_to_driver=False,
                logging_level="error",
                namespace="tinkernet",
                _node_ip_address="127.0.0.1",
                _temp_dir=folder,
            )
        try:
            context = ray.get_runtime_context()
            yield RayCluster(context.gcs_address, "127.0.0.1", is_local=True)
        finally:
            ray.shutdown()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _joined(address: str) -> Iterator[RayCluster]:
    host, port = _split(address)
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    if os.environ["RAY_AUTH_MODE"] != "token" or not (
        os.environ.get("RAY_AUTH_TOKEN")
        or Path(os.environ.get("RAY_AUTH_TOKEN_PATH", _TOKEN_FILE)).expanduser().is_file()
    ):
        raise ClusterRefusedError(
            "a cluster needs Ray's token authentication, as whoever reaches its ports can run code: set "
            "RAY_AUTH_MODE=token and RAY_AUTH_TOKEN on all its machines, also for ray start"
        )
    os.environ.setdefault("RAY_gcs_rpc_server_reconnect_timeout_s", str(HEAD_TIMEOUT))
    try:
        socket.create_connection((host, port), CONNECT_TIMEOUT).close()
    except OSError as problem:
        raise ClusterRefusedError(
            f"no Ray cluster answers at {host}:{port} ({problem.strerror or problem}): start it with "
            "ray start --head, or give its address: --cluster HOST:PORT"
        ) from None
    import ray  # noqa: PLC0415 - it is optional, and reads these variables as it is imported

    try:
        with chdir(PACKAGES):
            context = ray.init(
                address=f"{host}:{port}", log_to_driver=False, logging_level="error", namespace="tinkernet"
            )
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as problem:
        reason = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
        raise ClusterRefusedError(
            f"the Ray cluster at {host}:{port} does not accept this process: {reason}"
        ) from None
    try:
        here = context.address_info["raylet_socket_name"] if hasattr(socket, "AF_UNIX") else None
        yield RayCluster(f"{host}:{port}", ray.util.get_node_ip_address(), is_local=False, raylet=here)
    finally:
        ray.shutdown()


def _split(address: str) -> tuple[str, int]:
    """Return host and port of an address such as `10.0.0.1:6379`."""
    host, colon, port = address.rpartition(":")
    if not colon:
        host, port = address, str(DEFAULT_PORT)
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ClusterRefusedError(f"{address} is no address of a cluster, such as 10.0.0.1:6379 or {LOCAL}")
    return host.strip("[]"), int(port)
