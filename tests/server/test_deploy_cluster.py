"""The examples for large and several machines agree with each other, with the program and with Ray."""

import configparser
import re
import shlex
import tomllib
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from server.cli import make_parser
from server.cluster.ray_start import DEFAULT_PORT, HEAD_TIMEOUT, OBJECT_STORE_BYTES
from server.cluster.supervisor import LEAVE_TIMEOUT
from server.middleware.auth import ALWAYS_OPEN
from server.settings import Settings

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "server" / "deploy" / "cluster"
SERVERS = ("one-machine.service", "tinkernet.service")
RAYS = ("ray-head.service", "ray-worker.service")
PROXIES = ("nginx.conf", "Caddyfile")
MAX_SHUTDOWN = Settings().shutdown_timeout + LEAVE_TIMEOUT
"""Seconds that a server takes to end, at most."""


def text_of(name: str) -> str:
    return (CLUSTER / name).read_text("utf-8")


class Unit:
    """A unit of systemd, in which a key may stand several times."""

    def __init__(self, name: str) -> None:
        text = text_of(name).replace("\\\n", " ")
        plain = configparser.ConfigParser(strict=False, interpolation=None)
        plain.optionxform = str  # type: ignore[assignment, method-assign]
        plain.read_string(text)
        self.service = plain["Service"]
        self.environment = dict(
            each.split("=", 1) for each in re.findall(r"^Environment=(.+)$", text, re.MULTILINE)
        )
        self.command = shlex.split(self.service["ExecStart"])


def kubernetes() -> dict[str, Any]:
    return {each["kind"]: each for each in yaml.safe_load_all(text_of("kubernetes.yaml"))}


def containers() -> dict[str, Any]:
    spec = kubernetes()["RayCluster"]["spec"]
    return {
        name: group["template"]["spec"]["containers"][0]
        for name, group in (("head", spec["headGroupSpec"]), ("worker", spec["workerGroupSpecs"][0]))
    }


def ray_commands() -> dict[str, list[str]]:
    """Return every `ray start` of the examples."""
    commands = {name: Unit(name).command[1:] for name in RAYS}
    for name, container in containers().items():
        found = re.search(r"ray (start .*?)($|&&)", container["args"][0])
        assert found is not None
        commands[name] = shlex.split(found[1])
    return commands


def test_they_are_all_there() -> None:
    names = {*SERVERS, *RAYS, *PROXIES, "kubernetes.yaml", "README.md"}
    assert {path.name for path in CLUSTER.iterdir()} == names


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_started_reloaded_and_given_time_to_save(name: str) -> None:
    unit = Unit(name)
    assert unit.command[0].endswith("/bin/tinkernet")
    make_parser().parse_args(unit.command[2:])
    assert unit.service["KillMode"] == "mixed", "the processes that train must not be told to end"
    assert float(unit.service["TimeoutStopSec"]) > MAX_SHUTDOWN
    assert "-HUP" in unit.service["ExecReload"]
    assert "MemoryDenyWriteExecute" not in unit.service


@pytest.mark.parametrize("name", RAYS)
def test_ray_and_the_server_share_user_folders_and_token(name: str) -> None:
    ray, server = Unit(name), Unit("tinkernet.service")
    assert ray.service["User"] == server.service["User"]
    folder = f"/run/{ray.service['RuntimeDirectory']}"
    assert f"--temp-dir={folder}" in ray.command
    assert server.environment["TMPDIR"] == folder == server.service["ReadWritePaths"]
    assert ray.service["StateDirectory"] == server.service["StateDirectory"]
    assert ray.environment["RAY_AUTH_MODE"] == server.environment["RAY_AUTH_MODE"] == "token"
    assert ray.environment["RAY_worker_niceness"] == "0"
    assert ray.environment["RAY_gcs_rpc_server_reconnect_timeout_s"] == str(HEAD_TIMEOUT)
    for variable in re.findall(r"\$\{(\w+)\}", ray.service["ExecStart"]):
        assert f"#     {variable}=" in text_of(name)


@pytest.mark.skipif(util.find_spec("ray") is None, reason="Ray is not installed")
@pytest.mark.medium
def test_ray_knows_the_options() -> None:
    from ray.scripts.scripts import start  # noqa: PLC0415 - it is optional

    known = {option for parameter in start.params for option in parameter.opts}
    for name, words in ray_commands().items():
        options = {word.split("=")[0] for word in words[1:]}
        assert options <= known, name


def test_ray_has_a_token_one_port_and_little_memory_everywhere() -> None:
    for name, words in ray_commands().items():
        assert f"--object-store-memory={OBJECT_STORE_BYTES}" in words, name
        assert "--disable-usage-stats" in words
        assert any(word.startswith("--node-ip-address=") for word in words)
        if "--head" in words:
            assert f"--port={DEFAULT_PORT}" in words
            assert "--include-dashboard=false" in words
    for container in containers().values():
        environment = {each["name"]: each for each in container["env"]}
        assert environment["RAY_AUTH_MODE"]["value"] == "token"
        assert environment["RAY_worker_niceness"]["value"] == "0"
        assert environment["RAY_gcs_rpc_server_reconnect_timeout_s"]["value"] == str(HEAD_TIMEOUT)
        assert environment["RAY_AUTH_TOKEN"]["valueFrom"]["secretKeyRef"]["name"] == "tinkernet"
    for text in map(text_of, ("ray-worker.service", "tinkernet.service")):
        assert f"=10.0.0.1:{DEFAULT_PORT}" in text


@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_sends_to_the_servers_port(name: str) -> None:
    text = text_of(name)
    assert set(re.findall(r"10\.0\.0\.[123]:(\d+)", text)) == {str(Settings().port)}
    assert text.count("{") == text.count("}")


def test_health_is_asked_for_where_no_password_is_needed() -> None:
    asked = re.findall(r"health_uri (\S+)", text_of("Caddyfile"))
    worker = containers()["worker"]
    asked += [worker[name]["httpGet"]["path"] for name in ("readinessProbe", "livenessProbe", "startupProbe")]
    assert set(asked) == ALWAYS_OPEN


def test_the_pods_start_the_server_with_options_that_it_knows() -> None:
    found = re.search(r"exec tinkernet (.*)", containers()["worker"]["args"][0])
    assert found is not None
    words = shlex.split(found[1])
    assert words[0] == "serve"
    make_parser().parse_args([word.replace("$CORES", "4") for word in words[1:]])


def test_a_pod_has_time_to_save() -> None:
    worker = kubernetes()["RayCluster"]["spec"]["workerGroupSpecs"][0]["template"]["spec"]
    (pause,) = (int(word) for word in worker["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1:])
    assert worker["terminationGracePeriodSeconds"] > pause + MAX_SHUTDOWN


def test_the_version_of_ray_is_that_of_the_package() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    version = kubernetes()["RayCluster"]["spec"]["rayVersion"]
    assert extras["cluster"] == [f"ray=={version}"]
    pinned = (ROOT / "server" / "deploy" / "requirements-cluster.txt").read_text("utf-8")
    assert f"\nray=={version} " in pinned


def test_service_policy_and_budget_mean_the_pods_of_the_cluster() -> None:
    parts = kubernetes()
    cluster = parts["RayCluster"]
    group = cluster["spec"]["workerGroupSpecs"][0]
    pods = {"ray.io/cluster": cluster["metadata"]["name"], "ray.io/group": group["groupName"]}
    assert parts["Service"]["spec"]["selector"] == pods
    assert parts["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == pods
    policy = parts["NetworkPolicy"]["spec"]
    everybody = {"ray.io/cluster": pods["ray.io/cluster"]}
    assert policy["podSelector"]["matchLabels"] == everybody
    inside, outside = policy["ingress"]
    assert inside == {"from": [{"podSelector": {"matchLabels": everybody}}]}
    assert [port["port"] for port in outside["ports"]] == [Settings().port]
    (port,) = containers()["worker"]["ports"]
    assert port == {
        "name": parts["Service"]["spec"]["ports"][0]["targetPort"],
        "containerPort": Settings().port,
    }
    backend = parts["Ingress"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": parts["Service"]["metadata"]["name"], "port": {"name": "http"}}


def test_the_secret_has_what_the_pods_read() -> None:
    text = text_of("kubernetes.yaml")
    made = set(re.findall(r"--from-literal=([\w-]+)=", text))
    read = {
        each["valueFrom"]["secretKeyRef"]["key"]
        for container in containers().values()
        for each in container["env"]
        if "secretKeyRef" in each.get("valueFrom", {})
    }
    assert made == read
