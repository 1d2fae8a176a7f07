import csv

import httpx
import pytest

from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio


def lines(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(answer.text.splitlines()))


async def test_losses_are_returned_for_every_epoch(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    trained = (await api.post(f"{path}/train", json={"epochs": 20, "wait": 30})).json()["metrics"]
    losses = (await api.get(f"{path}/losses")).json()
    assert (losses["epoch"], losses["epochs_a_point"]) == (list(range(21)), 1)
    assert (losses["train_loss"][-1], losses["test_loss"][-1]) == (
        trained["train_loss"],
        trained["test_loss"],
    )
    table = lines(await api.get(f"{path}/losses?format=csv"))
    assert [int(row["epoch"]) for row in table] == losses["epoch"]
    assert [float(row["test_loss"]) for row in table] == losses["test_loss"]


async def test_metrics_as_a_table(api: httpx.AsyncClient) -> None:
    path = await create_session(api, config={"problem": "regression"})
    metrics = (await api.get(f"{path}/metrics")).json()
    (row,) = lines(await api.get(f"{path}/metrics?format=csv"))
    assert (float(row["train_loss"]), row["train_accuracy"]) == (metrics["train_loss"], "")
    assert metrics["train_accuracy"] is None


async def test_points_as_a_table(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    points = (await api.get(f"{path}/points")).json()
    table = lines(await api.get(f"{path}/points?format=csv"))
    for part in ("train", "test"):
        rows = [[float(row[name]) for name in ("x1", "x2", "target")] for row in table if row["part"] == part]
        assert rows == points[part]


@pytest.mark.parametrize("what", ["losses", "metrics", "points"])
async def test_an_unknown_format_is_refused(api: httpx.AsyncClient, what: str) -> None:
    problem = problem_of(await api.get(f"{await create_session(api)}/{what}?format=xml"))
    assert (problem["field"], problem["expected"]) == ("format", "'json' or 'csv'")
    assert problem_of(await api.get(f"sessions/nobody/{what}"))["status"] == 404


@pytest.mark.parametrize("name", ["losses", "metrics", "points"])
async def test_tables_have_routes_of_their_own(api: httpx.AsyncClient, name: str) -> None:
    path = await create_session(api)
    own, before = await api.get(f"{path}/{name}.csv"), await api.get(f"{path}/{name}?format=csv")
    assert own.headers["content-type"] == before.headers["content-type"] == "text/csv; charset=utf-8"
    assert own.text == before.text
    assert problem_of(await api.get(f"{path}/{name}.csv?format=json"))["field"] == "format"


async def test_datasets_and_runs_are_tables_at_routes_of_their_own(api: httpx.AsyncClient) -> None:
    query = "noise=20&seed=3&count=5"
    own, before = (
        await api.get(f"datasets/xor/points.csv?{query}"),
        await api.get(f"datasets/xor?{query}&format=csv"),
    )
    assert own.text == before.text
    assert len(lines(own)) == 5
    assert problem_of(await api.get("datasets/nothing/points.csv"))["status"] == 404
    runs = (await api.post("runs", json={"epochs": 1, "seeds": 2, "wait": 30})).json()["id"]
    for each in ("", "&each=true"):
        own = await api.get(f"runs/{runs}/results.csv?wait=1{each}")
        assert own.text == (await api.get(f"runs/{runs}?format=csv{each}")).text
