"""REST against its own OpenAPI document: what the schema allows, or not, is answered as it promises."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.support.process import ServerProcess, running_server

OPERATIONS = ("/api/health", "/api/catalogue", "/api/datasets/{name}")
TRIED = [
    *((path, GenerationMode.POSITIVE) for path in OPERATIONS),
    ("/api/datasets/{name}", GenerationMode.NEGATIVE),  # the others take nothing that could be wrong
]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with running_server() as running:
        yield running


@pytest.mark.parametrize(("path", "mode"), TRIED)
def test_a_call_keeps_to_its_description(server: ServerProcess, path: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_url(server.url + "api/openapi.json")
    operation = described[path]["GET"]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    def keeps_to_it(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    keeps_to_it()


def test_every_call_is_tried(server: ServerProcess) -> None:
    described = schemathesis.openapi.from_url(server.url + "api/openapi.json")
    assert set(described) == set(OPERATIONS)
