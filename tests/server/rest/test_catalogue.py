"""What tells about the server and the engine: health, the catalogue, datasets."""

import json
from typing import Any

import httpx
import pytest

from engine.catalogue import catalogue
from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from server.catalogue import generated_datasets
from server.rest.catalogue import Catalogue
from server.version import VERSION

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def test_health_reports_version_sessions_and_storage(api: httpx.AsyncClient) -> None:
    health = (await api.get("health")).json()
    assert (health["status"], health["version"], health["sessions"]) == ("ok", VERSION, 0)
    assert health["uptime_seconds"] >= 0
    assert health["storage"] == "ok"
    assert health["engine"] in {"compiled", "compiling", "plain"}


@pytest.mark.medium
@pytest.mark.parametrize("path", ["health", "catalogue", "datasets/xor", "openapi.json", "docs", "nothing"])
async def test_head_has_the_headers_of_get_and_no_body(api: httpx.AsyncClient, path: str) -> None:
    got, head = await api.get(f"{path}"), await api.head(f"{path}")
    assert head.status_code == got.status_code
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.content == b""


async def test_the_catalogue_is_that_of_the_engine(api: httpx.AsyncClient) -> None:
    answer = (await api.get("catalogue")).json()
    assert set(answer["fields"]) == set(TrainingConfig.model_fields)
    assert answer["datasets"] == catalogue()["datasets"]
    assert answer["plane"] == [-6, 6]


def test_the_catalogue_matches_its_schema() -> None:
    Catalogue.model_validate_json(json.dumps(catalogue()))


@pytest.mark.parametrize("name", generated_datasets())
async def test_points_of_a_dataset_are_those_that_a_training_draws(api: httpx.AsyncClient, name: str) -> None:
    params = {"noise": 20, "seed": 3, "classes": 5}
    answer = (await api.get(f"datasets/{name}", params=params)).json()
    (problem,) = catalogue()["datasets"][name]["problems"]
    assert (answer["name"], answer["problem"], answer["noise"], answer["seed"]) == (name, problem, 20, 3)
    config = {"problem": problem, "dataset": name, "noise": 20, "data_seed": 3, "classes": 5}
    train = Trainer(TrainingConfig().changed(config)).dataset.train
    rows = [
        [*point, target] for point, target in zip(train.inputs.tolist(), train.targets.tolist(), strict=True)
    ]
    assert answer["points"][: len(rows)] == rows
    assert len(answer["points"]) == catalogue()["datasets"][name]["points"]


@pytest.mark.medium
@pytest.mark.parametrize("count", [1, 2, 3, 10_000])
async def test_count_sets_the_number_of_points(api: httpx.AsyncClient, count: int) -> None:
    for name in generated_datasets():
        answer = await api.get(f"datasets/{name}", params={"count": count})
        there = {"digits": 1797, "iris": 100, "iris-3": 150, "elnino": 732}.get(name, count)
        assert len(answer.json()["points"]) == min(count, there)


@pytest.mark.parametrize(
    ("path", "status", "details"),
    [
        ("datasets/own", 404, {"code": "not_found", "field": "name", "value": "own"}),
        ("datasets/stars", 404, {"code": "not_found", "field": "name", "value": "stars"}),
        ("datasets/blobs?classes=9", 422, {"field": "classes", "expected": "at most 8"}),
        ("datasets/" + "m" * 500, 422, {"field": "name", "expected": "at most 64 characters"}),
        ("datasets/xor?noise=81", 422, {"field": "noise", "value": "81", "expected": "at most 80"}),
        ("datasets/xor?noise=nan", 422, {"field": "noise", "expected": "a finite number"}),
        ("datasets/xor?noise=lots", 422, {"field": "noise", "expected": "a number"}),
        ("datasets/xor?seed=-1", 422, {"field": "seed", "expected": "at least 0"}),
        ("datasets/xor?seed=4294967296", 422, {"field": "seed"}),
        ("datasets/xor?seed=1.5", 422, {"field": "seed", "expected": "an integer"}),
        ("datasets/xor?count=0", 422, {"field": "count", "expected": "at least 1"}),
        ("datasets/xor?count=10001", 422, {"field": "count", "expected": "at most 10000"}),
        (
            "datasets/xor?noize=10",
            422,
            {
                "code": "invalid_value",
                "field": "noize",
                "value": "10",
                "expected": "one of noise, seed, count, classes",
            },
        ),
        ("docs-assets/nope", 404, {"code": "not_found"}),
        ("health/", 404, {"code": "not_found"}),
        ("nothing?x=%00", 404, {"code": "not_found"}),
    ],
)
async def test_wrong_paths_and_parameters_are_answered_with_problems(
    api: httpx.AsyncClient, path: str, status: int, details: dict[str, Any]
) -> None:
    answer = await api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert {name: problem[name] for name in details} == details
    assert len(answer.content) < 1500


@pytest.mark.medium
async def test_the_openapi_document_names_all_datasets_and_catalogue_entries(
    api: httpx.AsyncClient,
) -> None:
    schema = (await api.get("openapi.json")).json()
    parameters = schema["paths"]["/api/datasets/{name}"]["get"]["parameters"]
    (name,) = (each for each in parameters if each["name"] == "name")
    assert name["schema"]["enum"] == generated_datasets()
    described = schema["components"]["schemas"]["Catalogue"]["properties"]
    assert set(described) == set(catalogue())
    assert all(each["description"] and each["examples"] for each in described.values())


async def test_points_of_a_dataset_as_csv(api: httpx.AsyncClient) -> None:
    asked = {"noise": 5, "seed": 9, "count": 7}
    points = (await api.get("datasets/spiral", params=asked)).json()["points"]
    answer = await api.get("datasets/spiral", params=asked | {"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    first, *rows = answer.text.splitlines()
    assert first == "x1,x2,target"
    assert [[float(value) for value in row.split(",")] for row in rows] == points
