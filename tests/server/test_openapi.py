"""REST against its own OpenAPI document: what the schema allows, or not, is answered as it promises."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from server.app import create_app
from server.settings import Settings
from tests.server.cluster.hosts_here import LiveCluster, running_cluster
from tests.support.process import ServerProcess, running_server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

TIMEOUT = 60.0
"""Seconds that an answer may take: a busy machine is no failure."""

READ = ("/api/health", "/api/ready", "/api/catalogue", "/api/datasets/{name}")
ROOM = "/api/rooms/{room}"
DRIVEN = [
    (path, method.upper())
    for path, operations in create_app(Settings()).openapi()["paths"].items()
    for method in operations
    if path not in READ
]
"""Every call but those of READ."""
PROMISES: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
FULLY = [
    *((path, GenerationMode.POSITIVE) for path in READ),
    ("/api/datasets/{name}", GenerationMode.NEGATIVE),  # the others take nothing that could be wrong
]
SMALL = (
    "--max-epochs-per-call",
    "20",
    "--max-parameters",
    "2000",
    "--max-points",
    "200",
    "--pause-after",
    "0",
    "--max-rooms",
    "10000",
    "--max-rooms-per-address",
    "10000",
    "--max-seats",
    "10000",
    "--max-joins-per-minute",
    "10000",
)
"""What is asked for at random is done in no time."""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with running_server(*SMALL) as running:
        yield running


@pytest.fixture(scope="module")
def described(server: ServerProcess) -> Any:
    return schemathesis.openapi.from_url(server.url + "api/openapi.json", timeout=TIMEOUT)


def trying(count: int) -> settings:
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.mark.parametrize(("path", "mode"), FULLY)
def test_a_call_keeps_to_its_description(described: Any, path: str, mode: GenerationMode) -> None:
    @given(case=described[path]["GET"].as_strategy(generation_mode=mode))
    @trying(30)
    def keeps_to_it(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(timeout=TIMEOUT)

    keeps_to_it()


CONFIGS: dict[str, dict[str, object]] = {
    "points": {},
    "images": {"problem": "images", "layers": [{"kind": "conv", "filters": 2}, {"kind": "max_pool"}]},
}
OF_SESSIONS = [each for each in DRIVEN if each[0].startswith("/api/sessions/{session}/")]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(
    ("path", "method", "takes"),
    [*((*each, "points") for each in DRIVEN), *((*each, "images") for each in OF_SESSIONS)],
)
def test_a_call_to_a_session_never_fails(
    server: ServerProcess,
    described: Any,
    path: str,
    method: str,
    takes: str,
    mode: GenerationMode,
) -> None:
    """Whatever is sent: no answer is a failure of the server's, and all are as described."""
    operation = described[path][method]
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
        pytest.skip("it takes nothing that could be wrong")
    call_at_random(server.url, operation, mode, takes, 10)


@pytest.fixture(scope="module")
def front() -> Iterator[LiveCluster]:
    named = zip(SMALL[::2], SMALL[1::2], strict=True)
    options: dict[str, Any] = {name[2:].replace("-", "_"): value for name, value in named}
    with running_cluster(Settings(**options), ROOT) as running:
        yield running


@pytest.mark.parametrize("path", sorted({path for path, _ in DRIVEN}))
def test_a_call_through_a_front_never_fails(front: LiveCluster, path: str) -> None:
    """Neither does the front, whichever host answers."""
    described = schemathesis.openapi.from_url(f"{front.url}/api/openapi.json", timeout=TIMEOUT)
    for method in (method for each, method in DRIVEN if each == path):
        operation = described[path][method]
        for mode in GenerationMode:
            if mode is GenerationMode.POSITIVE or operation.body or operation.query:
                call_at_random(f"{front.url}/", operation, mode, "points", 2)


def call_at_random(url: str, operation: Any, mode: GenerationMode, takes: str, count: int) -> None:
    """Make calls of an operation at random; their paths name a session, a room and a seat that are there."""
    path, method = operation.path, operation.method.upper()
    with httpx.Client(base_url=url, timeout=TIMEOUT) as client:
        session = client.post("api/sessions", json={"config": CONFIGS[takes]}).raise_for_status().json()["id"]
        room = client.post("api/rooms", json={"name": "7b"}).raise_for_status().json()
        seat = client.post("api/seats", json={"code": room["code"]}).raise_for_status().json()["seat"]
        cookies = dict(client.cookies)

    @given(case=operation.as_strategy(generation_mode=mode))
    @trying(count)
    def keeps_to_it(case: schemathesis.Case[Any]) -> None:
        if method != "DELETE":
            for name, there in {"session": session, "room": room["id"], "seat": seat}.items():
                if name in case.path_parameters:
                    case.path_parameters[name] = there
            if path.startswith(ROOM):
                case.headers["X-Room-Key"] = room["key"]
            if path.startswith("/api/seat"):
                case.cookies.update(cookies)
        case.validate_response(case.call(timeout=TIMEOUT), checks=PROMISES)

    keeps_to_it()
