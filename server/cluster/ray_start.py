"""Starts Ray on this machine, or joins a running Ray cluster; the only module that imports Ray to do so.

Whoever reaches Ray's ports can run code, so its token authentication is always on. A cluster that is started
here has a token of its own and listens on loopback only.
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
"""In place of an address: start a cluster of this machine alone."""

OBJECT_STORE_BYTES = 100_000_000
"""Bytes of memory for what Ray tasks exchange. Results are small, and large ones are streamed."""

CONNECT_TIMEOUT = 5.0
"""Seconds within which a cluster must accept a connection."""

DEFAULT_PORT = 6379
"""The port of a Ray cluster whose address names none."""

HEAD_TIMEOUT = 86_400
"""Seconds for which a machine runs on without Ray's head node; Ray's default is a minute."""

PACKAGES = Path(__file__).parents[2]
"""The folder of this program's packages. Ray's processes import from the folder in which Ray is started or
joined before any other, so that a copy of the repository there would run in place of what is installed."""

_TOKEN_FILE = Path("~/.ray/auth_token")


class ClusterRefusedError(Exception):
    """The cluster cannot be started or joined; the message is meant for people."""


class RayCluster(NamedTuple):
    """A Ray cluster that this process belongs to."""

    address: str
    """Host and port at which other processes join."""
    node_address: str
    """The address of this machine within the cluster."""
    is_local: bool
    """Whether this process has started it; then it ends with this process."""
    raylet: str | None = None
    """The Unix socket of Ray on this machine, if others have started it."""

    def is_gone(self) -> bool:
        """Return whether a Ray that others have started has ended on this machine."""
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
        """Return whether Ray's head node accepts connections."""
        try:
            socket.create_connection(_parse_address(self.address), CONNECT_TIMEOUT).close()
        except OSError:
            return False
        return True


@contextmanager
def ray_cluster(address: str = LOCAL, *, cores: int | None = None) -> Iterator[RayCluster]:
    """Start or join a Ray cluster, and yield it; end or leave it after the `with` block.

    Args:
        address: `LOCAL` starts one on loopback; otherwise host and port of a running one.
        cores: how many tasks a started one runs at a time; by default the machine's number of cores.

    Raises:
        ClusterRefusedError: Ray is not installed, or the cluster cannot be reached or refuses this process.
    """
    if util.find_spec("ray") is None:
        raise ClusterRefusedError(
            "a cluster needs Ray, which is not installed: pip install 'tinkernet[cluster]'"
        )
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address == LOCAL:
        with _start_local(cores) as cluster:
            yield cluster
    else:
        with _join(address) as cluster:
            yield cluster


@contextmanager
def _start_local(cores: int | None) -> Iterator[RayCluster]:
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    # Despite its name, this has Ray listen on loopback only, on every system.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    # By default Ray gives its workers a low priority. Only sweeps are to have one: see `job_nice`.
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
def _join(address: str) -> Iterator[RayCluster]:
    host, port = _parse_address(address)
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


def _parse_address(address: str) -> tuple[str, int]:
    """Return host and port of an address such as `10.0.0.1:6379`."""
    host, colon, port = address.rpartition(":")
    if not colon:
        host, port = address, str(DEFAULT_PORT)
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ClusterRefusedError(f"{address} is no address of a cluster, such as 10.0.0.1:6379 or {LOCAL}")
    return host.strip("[]"), int(port)
