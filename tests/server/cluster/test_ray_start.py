"""A Ray cluster is started on loopback with a token, or refused with one sentence."""

import os
import socket
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from server.cluster.host_actor import warn_if_low_priority
from server.cluster.ray_start import ClusterRefusedError, RayCluster, ray_cluster
from server.settings import Settings

needs_ray = pytest.mark.skipif(util.find_spec("ray") is None, reason="Ray is not installed")

# In a process of its own: Ray changes the environment and the signals of the process that starts it.
STARTED = """
import os, socket
from pathlib import Path
from server.cluster.ray_start import ray_cluster

with ray_cluster(cores=1) as cluster:
    import ray

    @ray.remote
    def who():
        return os.getpid()

    assert ray.get(who.remote()) != os.getpid()
    assert cluster.is_local and cluster.address.startswith("127.0.0.1:")
    folder = ray._private.worker._global_node.get_session_dir_path()
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if "tinkernet-ray-" in (process / "cmdline").read_text() or process.name == str(os.getpid()):
                inodes |= {os.readlink(each) for each in (process / "fd").iterdir()}
        except OSError:
            pass
    tables = [Path("/proc/net", name).read_text().splitlines() for name in ("tcp", "tcp6")]
    heard = [line.split() for table in tables for line in table]
    listening = [line[1] for line in heard if line[3] == "0A" and f"socket:[{line[9]}]" in inodes]
    assert len(listening) >= 3, listening
    for address in listening:
        assert address.split(":")[0] in {"0100007F", "0000000000000000FFFF00000100007F"}, address
assert not Path(folder).exists()
print("fine")
"""


@needs_ray
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_started_cluster_runs_tasks_and_listens_on_loopback_only() -> None:
    command = [sys.executable, "-c", STARTED]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.stdout == "fine\n", ended.stderr


IMPORTED = """
import server
from server.cluster.ray_start import ray_cluster
with ray_cluster(cores=1):
    import ray
    found = ray.get(ray.remote(lambda: __import__("server").__file__).remote())
assert found == server.__file__, found
print("fine")
"""


@needs_ray
@pytest.mark.slow
def test_its_processes_run_this_program_whatever_the_current_folder_has(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "__init__.py").write_text("raise ImportError('another server')")
    command = [sys.executable, "-P", "-c", IMPORTED]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path)
    assert ended.stdout == "fine\n", ended.stderr


@needs_ray
def test_a_cluster_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", "0" * 64)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ClusterRefusedError, match=f"no Ray cluster answers at {address}"):
            _enter(address)


@needs_ray
def test_a_cluster_without_a_token_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with pytest.raises(ClusterRefusedError, match="token"):
        _enter("127.0.0.1:6379")


@needs_ray
@pytest.mark.parametrize("address", ["", "host:", ":1", "host:port", "host:99999"])
def test_what_is_no_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with pytest.raises(ClusterRefusedError, match="no address of a cluster"):
        _enter(address)


def test_without_ray_the_refusal_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "ray" else object())
    with pytest.raises(ClusterRefusedError, match=r"tinkernet\[cluster\]"):
        _enter("local")


def _enter(address: str) -> None:
    with ray_cluster(address):
        pass


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs sockets with a path")
def test_it_is_noticed_that_ray_has_ended_on_this_machine(tmp_path: Path) -> None:
    path = str(tmp_path / "raylet")
    cluster = RayCluster("127.0.0.1:1", "127.0.0.1", is_local=False, raylet=path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        assert not cluster.is_gone()
    assert cluster.is_gone(), "its file is still there"
    Path(path).unlink()
    assert cluster.is_gone()
    assert not cluster.is_reachable()
    assert not RayCluster("127.0.0.1:1", "127.0.0.1", is_local=True).is_gone()


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="there is no niceness")
def test_a_host_that_gives_way_to_all_else_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    joined = Settings(cluster="10.0.0.1:6379")
    monkeypatch.setattr(os, "getpriority", lambda *_: 0)
    warn_if_low_priority(joined)
    monkeypatch.setattr(os, "getpriority", lambda *_: 15)
    warn_if_low_priority(Settings(cluster="local"))
    assert not caplog.messages
    warn_if_low_priority(joined)
    assert "RAY_worker_niceness=0" in caplog.text
