"""The packages that CI, container and service pin fit the ranges of pyproject.toml; `.ci/lock` pins them."""

import json
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DEPLOY = ROOT / "server" / "deploy"


def pinned(path: Path) -> dict[str, set[str]]:
    """Return the versions of each package in a requirements file; some differ between Pythons."""
    versions: dict[str, set[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.removesuffix("\\"))
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", line
            versions.setdefault(canonicalize_name(requirement.name), set()).add(specifier.version)
    return versions


def assert_within_ranges(versions: dict[str, set[str]], extras: list[str]) -> None:
    wanted = PROJECT["dependencies"] + [
        each for extra in extras for each in PROJECT["optional-dependencies"][extra]
    ]
    for requirement in map(Requirement, wanted):
        found = versions[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in found), requirement


def test_ci_installs_what_the_ranges_allow() -> None:
    extras = ["test", "client", "lint", "cluster", "postgresql"]
    assert_within_ranges(pinned(ROOT / ".ci" / "constraints.txt"), extras)


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.txt", []), ("requirements-cluster.txt", ["cluster", "postgresql"])]
)
def test_container_and_service_install_what_ci_tests(name: str, extras: list[str]) -> None:
    deployed, tested = pinned(DEPLOY / name), pinned(ROOT / ".ci" / "constraints.txt")
    assert_within_ranges(deployed, extras)
    assert deployed.items() <= tested.items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-cluster.txt", "build.txt"])
def test_every_deployed_file_has_a_hash(name: str) -> None:
    for block in (DEPLOY / name).read_text("utf-8").replace("\\\n", "").splitlines():
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize(
    ("name", "requirements"),
    [("sbom.json", "requirements.txt"), ("sbom-cluster.json", "requirements-cluster.txt")],
)
def test_the_sbom_lists_what_is_deployed(name: str, requirements: str) -> None:
    sbom = json.loads((DEPLOY / name).read_text("utf-8"))
    listed: dict[str, set[str]] = {}
    for component in sbom["components"]:
        listed.setdefault(canonicalize_name(component["name"]), set()).add(component["version"])
    assert listed == pinned(DEPLOY / requirements)
