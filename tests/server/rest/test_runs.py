import csv
import statistics
from typing import Any

import httpx
import pytest

from server.settings import Settings
from tests.server.rest_client import create_session, problem_of

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own

SMALL = {"hidden_layers": [3], "dataset": "xor"}
OWN_POINTS = {"train": [[1, 1, 1], [-1, -1, -1]], "test": [[2, 2, 1]]}
DRAWN_BY_HAND = {"dataset": "own", "points": [[0, 0, 1], [1, 1, -1], [2, 2, 1]]}
LONG = {"epochs": 100_000, "seeds": 50, "config": {"hidden_layers": [8] * 6}}


async def test_runs_over_a_grid_are_summarized(api: httpx.AsyncClient) -> None:
    asked = {
        "config": SMALL,
        "grid": {"learning_rate": [0.03, 0.3], "activation": ["tanh", "relu"]},
        "seeds": 4,
        "epochs": 30,
        "until": {"train_loss": 0.2},
        "wait": 30,
    }
    answer = await api.post("runs", json=asked)
    told = answer.json()
    assert (answer.status_code, told["state"], told["done"], told["total"]) == (200, "ended", 16, 16)
    settings = [tuple(result["settings"].values()) for result in told["results"]]
    assert settings == [(0.03, "tanh"), (0.03, "relu"), (0.3, "tanh"), (0.3, "relu")]
    each = (await api.get(f"runs/{told['id']}?each=true")).json()["each"]
    assert [(run["setting"], run["seed"]) for run in each] == [(s, n) for s in range(4) for n in range(4)]
    for number, result in enumerate(told["results"]):
        runs = [run for run in each if run["setting"] == number]
        reached = [run for run in runs if run["ending"] == "reached"]
        assert result["success_rate"] == len(reached) / 4
        losses = [run["test_loss"] for run in runs]
        assert result["test_loss"]["median"] == pytest.approx(statistics.median(losses))
        assert (result["test_loss"]["least"], result["test_loss"]["most"]) == (min(losses), max(losses))
        assert all(run["train_loss"] <= 0.2 for run in reached)
        for name in ("train_accuracy", "test_accuracy"):
            values = [run[name] for run in runs]
            assert result[name]["median"] == pytest.approx(statistics.median(values))
            assert (result[name]["least"], result[name]["most"], result[name]["runs"]) == (
                min(values),
                max(values),
                4,
            )


async def test_a_run_trains_exactly_like_a_session(api: httpx.AsyncClient) -> None:
    asked = {"config": SMALL, "seeds": 2, "first_seed": 5, "vary": "both", "epochs": 10, "wait": 30}
    told = (await api.post("runs", json=asked)).json()
    each = (await api.get(f"runs/{told['id']}?each=true")).json()["each"]
    for run in each:
        seeds = {"weights_seed": run["seed"], "data_seed": run["seed"]}
        session = await create_session(api, config=SMALL | seeds)
        trained = await api.post(f"{session}/train", json={"epochs": 10, "wait": 30})
        metrics = trained.json()["metrics"]
        assert (run["train_loss"], run["test_loss"]) == (metrics["train_loss"], metrics["test_loss"])
    assert [run["seed"] for run in each] == [5, 6]


async def test_all_runs_train_on_the_same_custom_points(api: httpx.AsyncClient) -> None:
    points = {"train": [[1, 1, 1], [-1, -1, -1]], "test": [[2, 2, 1]]}
    asked = {"config": {"hidden_layers": []}, "data": points, "epochs": 50, "seeds": 3, "wait": 30}
    (result,) = (await api.post("runs", json=asked)).json()["results"]
    assert result["test_loss"]["most"] < 0.5
    assert (result["success_rate"], result["epochs_to_goal"]) == (None, None)


async def test_runs_as_tables(api: httpx.AsyncClient) -> None:
    asked = {"config": SMALL, "grid": {"hidden_layers": [[2], [3, 2]]}, "seeds": 2, "epochs": 2, "wait": 30}
    told = (await api.post("runs", json=asked)).json()
    answer = await api.get(f"runs/{told['id']}?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["hidden_layers"] for row in rows] == ["2", "3 2"]
    assert [float(row["test_loss_median"]) for row in rows] == [
        result["test_loss"]["median"] for result in told["results"]
    ]
    assert rows[0]["epochs_to_goal_median"] == rows[0]["success_rate"] == ""
    assert float(rows[0]["test_accuracy_least"]) == told["results"][0]["test_accuracy"]["least"]
    answer = await api.get(f"runs/{told['id']}?format=csv&each=true")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [(row["hidden_layers"], row["seed"]) for row in rows] == [
        ("2", "0"),
        ("2", "1"),
        ("3 2", "0"),
        ("3 2", "1"),
    ]


async def test_diverged_runs_have_no_loss_in_summaries_and_tables(api: httpx.AsyncClient) -> None:
    config = {"problem": "regression", "activation": "linear", "hidden_layers": [4, 2]}
    asked = {"config": config, "grid": {"learning_rate": [100, 0.01]}, "seeds": 3, "epochs": 20, "wait": 30}
    told = (await api.post("runs", json=asked)).json()
    bad, good = told["results"]
    assert (bad["diverged"], bad["train_loss"], bad["test_loss"]) == (3, None, None)
    assert (good["diverged"], good["train_loss"]["runs"], good["test_loss"]["runs"]) == (0, 3, 3)
    assert good["test_accuracy"] is None, "regression has none"
    each = (await api.get(f"runs/{told['id']}?each=true")).json()["each"]
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    assert {run[name] for run in each if run["setting"] == 0 for name in names} == {None}
    table = (await api.get(f"runs/{told['id']}?format=csv")).text
    rows = list(csv.DictReader(table.splitlines()))
    assert [(row["test_loss_median"] == "", row["test_loss_runs"]) for row in rows] == [
        (True, "0"),
        (False, "3"),
    ]


@pytest.mark.medium
async def test_long_runs_continue_as_a_job_that_can_be_cancelled(api: httpx.AsyncClient) -> None:
    answer = await api.post("runs", json=LONG)
    assert (answer.status_code, answer.json()["state"]) == (202, "running")
    place = answer.headers["location"]
    session = await create_session(api)
    trained = await api.post(f"{session}/train", json={"epochs": 5, "wait": 30})
    assert trained.status_code == 200, "a session trains beside the runs"
    told = (await api.get(place, params={"wait": 0.1})).json()
    assert (told["state"], told["total"]) == ("running", 50)
    assert (await api.delete(place)).status_code == 204
    told = (await api.get(place, params={"wait": 30})).json()
    assert (told["state"], told["results"][0]["runs"]) == ("cancelled", told["done"])
    assert (await api.get(place, params={"format": "csv"})).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "epochs"),
        ({"epochs": 1, "seeds": 0}, "seeds"),
        ({"epochs": 1, "seeds": Settings().max_runs_per_call, "grid": {"noise": [1, 2]}}, "seeds"),
        ({"epochs": 1, "grid": {"noise": [1, 100]}}, "grid.noise"),
        ({"epochs": 1, "grid": {"nose": [1]}}, "grid.nose"),
        ({"epochs": 1, "grid": {"noise": []}}, "grid.noise"),
        ({"epochs": 1, "grid": {"weights_seed": [1]}}, "grid.weights_seed"),
        ({"epochs": 1, "vary": "noise"}, "vary"),
        ({"epochs": 10**6}, "epochs"),
        (
            {"epochs": 1, "grid": {"hidden_layers": [[2], [64] * 16]}, "config": {"features": ["x3"]}},
            "config.features",
        ),
        ({"epochs": 1, "data": {"train": [[0, 0, 2]], "test": [[0, 0, 1]]}}, "data.train"),
        ({"epochs": 1, "data": OWN_POINTS, "vary": "data"}, "vary"),
        ({"epochs": 1, "data": OWN_POINTS, "vary": "both"}, "vary"),
        ({"epochs": 1, "data": OWN_POINTS, "grid": {"dataset": ["circle", "xor"]}}, "grid.dataset"),
        ({"epochs": 1, "data": OWN_POINTS, "grid": {"noise": [0, 50]}}, "grid.noise"),
        ({"epochs": 1, "data": OWN_POINTS, "grid": {"train_percent": [20, 80]}}, "grid.train_percent"),
        ({"epochs": 1, "data": OWN_POINTS, "grid": {"points": [[], []]}}, "grid.points"),
        ({"epochs": 1, "config": DRAWN_BY_HAND, "grid": {"noise": [0, 50]}}, "grid.noise"),
        ({"epochs": 1, "grid": {"points_noise": [0, 50]}}, "grid.points_noise"),
        ({"epochs": 1, "data": OWN_POINTS, "grid": {"points_noise": [0, 50]}}, "grid.points_noise"),
        ({"epochs": 1, "config": DRAWN_BY_HAND, "grid": {"classes": [2, 3]}}, "grid.classes"),
        (
            {
                "epochs": 1,
                "config": DRAWN_BY_HAND,
                "grid": {"dataset": ["circle", "own"], "noise": [0, 50]},
            },
            "grid.noise",
        ),
        (
            {"epochs": 1, "grid": {"points": [[[0, 0, 1], [1, 1, -1]], [[0, 0, -1], [1, 1, 1]]]}},
            "grid.points",
        ),
        ({"epochs": 1, "grid": {"classes": [2, 3]}}, "grid.classes"),
    ],
)
async def test_invalid_runs_are_refused(api: httpx.AsyncClient, body: object, field: str) -> None:
    problem = problem_of(await api.post("runs", json=body))
    assert (problem["status"], problem["field"]) == (422, field)


async def test_unknown_runs_are_not_found(api: httpx.AsyncClient) -> None:
    for answer in (await api.get("runs/nothing"), await api.delete("runs/nothing")):
        assert problem_of(answer)["code"] == "not_found"


async def test_configs_are_trained_beside_a_grid(api: httpx.AsyncClient) -> None:
    configs: list[dict[str, Any]] = [{"hidden_layers": [3]}, {"activation": "relu", "hidden_layers": []}, {}]
    wanted = {
        "config": {"dataset": "xor"},
        "configs": configs,
        "grid": {"learning_rate": [0.03, 0.3]},
        "seeds": 2,
        "epochs": 2,
        "wait": 30,
    }
    told = (await api.post("runs", json=wanted)).json()
    rates = [{"learning_rate": rate} for rate in (0.03, 0.3)]
    assert [result["settings"] for result in told["results"]] == [
        {**changes, **rate} for changes in configs for rate in rates
    ]
    assert (told["total"], told["done"]) == (12, 12)
    alone = {"config": {"dataset": "xor", **configs[1]}, "grid": wanted["grid"], "seeds": 2, "epochs": 2}
    results = (await api.post("runs", json={**alone, "wait": 30})).json()["results"]
    assert [result["train_loss"] for result in told["results"][2:4]] == [
        result["train_loss"] for result in results
    ]
    table = (await api.get(f"runs/{told['id']}/results.csv")).text.splitlines()
    assert table[0].startswith("hidden_layers,learning_rate,activation,runs,")
    assert [row.split(",")[:3] for row in table[1:]] == [
        ["3", "0.03", ""], ["3", "0.3", ""], ["", "0.03", "relu"], ["", "0.3", "relu"], ["", "0.03", ""],
        ["", "0.3", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"configs": [{}, {"noise": 200}]}, "configs.1.noise"),
        ({"configs": [{"nose": 2}]}, "configs.0.nose"),
        ({"configs": [{}, {"data_seed": 2}]}, "configs.1.data_seed"),
        ({"configs": [{"noise": 2}], "grid": {"noise": [1, 2]}}, "configs.0.noise"),
        ({"configs": [{"noise": 2}], "data": OWN_POINTS}, "configs.0.noise"),
        ({"configs": [{}] * 300, "seeds": 100}, "seeds"),
        ({"configs": [{}] * 301}, "configs"),
        ({"configs": [3]}, "configs"),
    ],
)
async def test_invalid_configs_are_refused(api: httpx.AsyncClient, body: Any, field: str) -> None:
    problem = problem_of(await api.post("runs", json={"epochs": 1, **body}))
    assert (problem["status"], problem["field"]) == (422, field)
