"""The limits in force: what `/api/limits` tells, the OpenAPI document states, and the calls hold to."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.rest.limits import Limits, limits_of
from server.settings import Settings
from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = pytest.mark.anyio

SMALL = {"max_parameters": 300, "max_points": 40, "max_epochs_per_call": 50, "max_runs_per_call": 6}


def test_every_limit_follows_its_setting() -> None:
    names = [name for name in Limits.model_fields if name in Settings.model_fields]
    changed = {name: getattr(Settings(), name) - 1 for name in names}
    told = limits_of(Settings(**changed)).model_dump()
    assert {name: told[name] for name in names} == changed


@pytest.mark.medium
async def test_limits_schema_and_calls_agree(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, **SMALL) as api:
        limits = (await api.get("limits")).json()
        assert {name: limits[name] for name in SMALL} == SMALL
        document = (await api.get("openapi.json")).json()["components"]["schemas"]
        session = await create_session(api)
        epochs = document["SessionTrainingRequest"]["properties"]["epochs"]["anyOf"][0]["maximum"]
        seeds = document["NewRuns"]["properties"]["seeds"]["maximum"]
        rows = document["CustomData"]["properties"]["train"]["maxItems"]
        points = document["TrainingConfig"]["properties"]["points"]["maxItems"]
        parameters = document["NewSession"]["properties"]["parameters"]["anyOf"][0]["maxItems"]
        assert (epochs, seeds, rows, points, parameters) == (50, 6, 40, 40, 300)
        bodies: list[tuple[str, Any, Any]] = [
            (f"{session}/train", {"epochs": epochs, "wait": 30}, {"epochs": epochs + 1}),
            ("runs", {"epochs": 1, "seeds": seeds, "wait": 30}, {"epochs": 1, "seeds": seeds + 1}),
            ("sessions", {"data": given(rows - 1, 1)}, {"data": given(rows, 1)}),
            ("sessions", {"config": own(points)}, {"config": own(points + 1)}),
            ("sessions", {"config": {"hidden_layers": [64]}}, {"config": {"hidden_layers": [64, 64]}}),
        ]
        for path, within, beyond in bodies:
            answer = await api.post(path, json=within)
            assert answer.is_success, answer.text
            problem = problem_of(await api.post(path, json=beyond))
            assert (problem["status"], problem["code"]) == (422, "too_large"), path


def rows_of(count: int) -> list[list[int]]:
    return [[0, 0, 1 if number % 2 else -1] for number in range(count)]


def given(train: int, test: int) -> dict[str, Any]:
    return {"train": rows_of(train), "test": rows_of(test)}


def own(count: int) -> dict[str, Any]:
    return {"dataset": "own", "points": rows_of(count)}


@pytest.mark.medium
def test_limits_beyond_what_any_call_takes_are_not_told() -> None:
    settings = Settings(max_epochs_per_call=10**9, max_parameters=10**6, max_points=10**5)
    limits = limits_of(settings)
    assert (limits.max_epochs_per_call, limits.max_parameters, limits.max_points) == (10**6, 10**5, 10**4)
    schemas = create_app(settings).openapi()["components"]["schemas"]
    assert schemas["NewRuns"]["properties"]["epochs"]["maximum"] == limits.max_epochs_per_call


@pytest.mark.medium
def test_no_mark_is_left_in_the_document() -> None:
    assert "x-limited-by" not in str(create_app(Settings()).openapi())


async def test_the_limits_are_those_of_the_default_settings(api: httpx.AsyncClient) -> None:
    assert (await api.get("limits")).json() == limits_of(Settings()).model_dump()
