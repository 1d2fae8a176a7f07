import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.catalogue import catalogue
from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from server.app import create_app
from server.catalogue import drawable
from server.rest.health import Catalogue
from server.settings import Settings
from server.version import VERSION
from tests.server.rest_client import calling

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(assets: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(Settings(), assets=assets)) as client:
        yield client


async def test_health(client: httpx.AsyncClient) -> None:
    health = (await client.get("/api/health")).json()
    assert (health["status"], health["version"], health["sessions"]) == ("ok", VERSION, 0)
    assert health["uptime_seconds"] >= 0
    assert health["storage"] == "ok"
    assert health["engine"] in {"compiled", "compiling", "plain"}


async def test_the_catalogue_is_the_engines(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/catalogue")).json()
    assert set(answer["fields"]) == set(TrainingConfig.model_fields)
    assert answer["datasets"] == catalogue()["datasets"]
    assert answer["plane"] == [-6, 6]


@pytest.mark.parametrize("name", drawable())
async def test_a_datasets_points_are_those_that_a_training_has(client: httpx.AsyncClient, name: str) -> None:
    params = {"noise": 20, "seed": 3, "classes": 5}
    answer = (await client.get(f"/api/datasets/{name}", params=params)).json()
    (problem,) = catalogue()["datasets"][name]["problems"]
    assert (answer["name"], answer["problem"], answer["noise"], answer["seed"]) == (name, problem, 20, 3)
    config = {"problem": problem, "dataset": name, "noise": 20, "data_seed": 3, "classes": 5}
    train = Trainer(TrainingConfig().changed(config)).dataset.train
    rows = [
        [*point, target] for point, target in zip(train.inputs.tolist(), train.targets.tolist(), strict=True)
    ]
    assert answer["points"][: len(rows)] == rows
    assert len(answer["points"]) == catalogue()["datasets"][name]["points"]


@pytest.mark.parametrize("count", [1, 2, 3, 10_000])
async def test_as_many_points_as_asked_for(client: httpx.AsyncClient, count: int) -> None:
    for name in drawable():
        answer = await client.get(f"/api/datasets/{name}", params={"count": count})
        assert len(answer.json()["points"]) == count


@pytest.mark.parametrize(
    ("path", "status", "details"),
    [
        ("/api/datasets/own", 404, {"code": "not_found", "field": "name", "value": "own"}),
        ("/api/datasets/stars", 404, {"code": "not_found", "field": "name", "value": "stars"}),
        ("/api/datasets/blobs?classes=9", 422, {"field": "classes", "expected": "at most 8"}),
        ("/api/datasets/" + "m" * 500, 422, {"field": "name", "expected": "at most 64 characters"}),
        ("/api/datasets/xor?noise=81", 422, {"field": "noise", "value": "81", "expected": "at most 80"}),
        ("/api/datasets/xor?noise=nan", 422, {"field": "noise", "expected": "a finite number"}),
        ("/api/datasets/xor?noise=lots", 422, {"field": "noise", "expected": "a number"}),
        ("/api/datasets/xor?seed=-1", 422, {"field": "seed", "expected": "at least 0"}),
        ("/api/datasets/xor?seed=4294967296", 422, {"field": "seed"}),
        ("/api/datasets/xor?seed=1.5", 422, {"field": "seed", "expected": "an integer"}),
        ("/api/datasets/xor?count=0", 422, {"field": "count", "expected": "at least 1"}),
        ("/api/datasets/xor?count=10001", 422, {"field": "count", "expected": "at most 10000"}),
        (
            "/api/datasets/xor?noize=10",
            422,
            {
                "code": "invalid_value",
                "field": "noize",
                "value": "10",
                "expected": "one of noise, seed, count, classes, format",
            },
        ),
        ("/api/docs-assets/nope", 404, {"code": "not_found"}),
        ("/api/health/", 404, {"code": "not_found"}),
        ("/api/nothing?x=%00", 404, {"code": "not_found"}),
    ],
)
async def test_refusals_are_problems(
    client: httpx.AsyncClient, path: str, status: int, details: dict[str, Any]
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert {name: problem[name] for name in details} == details
    assert len(answer.content) < 1500


@pytest.mark.parametrize("path", ["health", "catalogue", "datasets/xor", "openapi.json", "docs", "nothing"])
async def test_head_tells_what_get_would(client: httpx.AsyncClient, path: str) -> None:
    got, head = await client.get(f"/api/{path}"), await client.head(f"/api/{path}")
    assert head.status_code == got.status_code
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.content == b""


def test_the_catalogue_is_as_described() -> None:
    Catalogue.model_validate_json(json.dumps(catalogue()))


async def test_the_description_names_the_datasets_and_all_of_the_catalogue(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()
    parameters = schema["paths"]["/api/datasets/{name}"]["get"]["parameters"]
    (name,) = (each for each in parameters if each["name"] == "name")
    assert name["schema"]["enum"] == drawable()
    described = schema["components"]["schemas"]["Catalogue"]["properties"]
    assert set(described) == set(catalogue())
    assert all(each["description"] and each["examples"] for each in described.values())


async def test_a_dataset_as_a_table(client: httpx.AsyncClient) -> None:
    asked = {"noise": 5, "seed": 9, "count": 7}
    points = (await client.get("/api/datasets/spiral", params=asked)).json()["points"]
    answer = await client.get("/api/datasets/spiral", params=asked | {"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    first, *rows = answer.text.splitlines()
    assert first == "x1,x2,target"
    assert [[float(value) for value in row.split(",")] for row in rows] == points
