"""The examples for those who run a server: what they name is there."""

import configparser
import re
from pathlib import Path

import pytest

from server.settings import ENVIRONMENT_PREFIX, Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "server" / "deploy"
PINNED = {"build.txt", "requirements.txt", "requirements-cluster.txt", "sbom.json", "sbom-cluster.json"}
FILES = {"Caddyfile", "Containerfile", "nginx.conf", "tinkernet.service", "cluster"} | PINNED


def test_they_are_all_there() -> None:
    assert {path.name for path in DEPLOY.iterdir()} == FILES


@pytest.mark.parametrize(
    "path",
    [*sorted(path for path in DEPLOY.rglob("*") if path.is_file()), ROOT / "README.md"],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_they_name_settings_that_there_are(path: Path) -> None:
    for name in re.findall(rf"{ENVIRONMENT_PREFIX}([A-Z_]+)", path.read_text("utf-8")):
        assert name.lower() in Settings.model_fields or name in {"CHROMIUM", "LATENCY", "TRACES"}, name


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxys_path_is_one_that_the_settings_take(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    found = re.search(r"TINKERNET_ROOT_PATH=(\S+)", text)
    assert found is not None
    assert Settings(root_path=found[1]).root_path == "/lab"
    assert text.count("{") == text.count("}")
    assert "/lab/" in text


def test_nginx_passes_on_what_the_server_wants_to_know() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for header in ("Host $http_host", "X-Forwarded-For", "X-Forwarded-Proto", "Upgrade", "Connection"):
        assert f"proxy_set_header {header}" in text


def test_the_unit_lets_the_engine_compile_and_the_server_say_goodbye() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "tinkernet.service", "utf-8")
    service = unit["Service"]
    assert "MemoryDenyWriteExecute" not in service
    assert int(service["TimeoutStopSec"]) > Settings().shutdown_timeout
    assert service["ExecStart"].endswith("/bin/tinkernet serve")


def test_the_container_takes_all_folders_of_the_wheel() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    for folder in ("engine", "server", "static", "templates"):
        assert f"COPY {folder} {folder}" in text
    assert "USER tinkernet" in text


def test_the_container_is_built_from_requirements_that_there_are() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    named = set(re.findall(r"REQUIREMENTS=(\S+?\.txt)", text))
    assert named == {"requirements.txt", "requirements-cluster.txt"}
    assert all((DEPLOY / name).exists() for name in named)
