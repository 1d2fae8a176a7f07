"""The losses and weights of each of repeated runs."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own

RUNS: dict[str, Any] = {
    "config": {"dataset": "xor", "hidden_layers": [3]},
    "grid": {"learning_rate": [0.03, 0.3]},
    "seeds": 2,
    "epochs": 6,
    "keep": ["losses", "weights"],
    "wait": 30,
}


async def ended_runs(api: httpx.AsyncClient, **changes: Any) -> str:
    told = (await api.post("runs", json={**RUNS, **changes})).raise_for_status().json()
    assert told["state"] == "ended"
    return f"runs/{told['id']}"


async def test_each_run_has_the_losses_and_weights_of_a_session_with_its_seed(api: httpx.AsyncClient) -> None:
    page = (await api.get(f"{await ended_runs(api)}/each")).json()
    assert page["next"] is None
    assert len(page["runs"]) == 4
    for run in page["runs"]:
        session = await create_session(
            api, config={**RUNS["config"], **run["settings"], "weights_seed": run["seed"]}
        )
        await api.post(f"{session}/train", json={"epochs": 6, "wait": 30})
        assert run["losses"] == (await api.get(f"{session}/losses")).json()
        assert run["parameters"] == (await api.get(f"{session}/parameters")).json()


async def test_losses_are_a_table_too(api: httpx.AsyncClient) -> None:
    answer = await api.get(f"{await ended_runs(api)}/losses.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert list(rows[0]) == ["learning_rate", "seed", "epoch", "train_loss", "test_loss"]
    assert len(rows) == 4 * 7
    assert {(row["learning_rate"], row["seed"]) for row in rows} == {
        (rate, seed) for rate in ("0.03", "0.3") for seed in ("0", "1")
    }


async def test_nothing_is_kept_unasked(api: httpx.AsyncClient) -> None:
    path = await ended_runs(api, keep=[])
    runs = (await api.get(f"{path}/each")).json()["runs"]
    assert all(run["losses"] is None and run["parameters"] is None for run in runs)
    problem = problem_of(await api.get(f"{path}/losses.csv"))
    assert (problem["status"], problem["field"]) == (404, "keep")


async def test_long_losses_are_averaged_and_their_ends_are_exact(api: httpx.AsyncClient) -> None:
    path = await ended_runs(api, grid={}, seeds=1, epochs=3000, keep=["losses"])
    run = (await api.get(f"{path}/each")).json()["runs"][0]
    losses = run["losses"]
    assert 150 < len(losses["epoch"]) <= 500
    assert losses["epochs_a_point"] >= 8
    assert (losses["epoch"][0], losses["epoch"][-1]) == (0, 3000)
    assert losses["test_loss"][-1] == run["test_loss"]
    assert losses["epoch"] == sorted(set(losses["epoch"]))


async def test_a_run_that_diverges_keeps_its_losses_and_no_weights(api: httpx.AsyncClient) -> None:
    path = await ended_runs(
        api, config={"problem": "regression", "activation": "linear"}, grid={"learning_rate": [10]}, epochs=50
    )
    for run in (await api.get(f"{path}/each")).json()["runs"]:
        assert run["ending"] == "diverged"
        assert run["losses"]["epoch"][0] == 0
        assert run["parameters"] is None


async def test_many_runs_come_in_several_answers(api: httpx.AsyncClient) -> None:
    config = {"hidden_layers": [64, 64, 64], "dataset": "xor"}
    path = await ended_runs(api, config=config, grid={}, seeds=12, epochs=1, keep=["weights"])
    first: int | None = 0
    runs: list[dict[str, Any]] = []
    answers = 0
    while first is not None:
        page = (await api.get(f"{path}/each", params={"first": first})).json()
        runs += page["runs"]
        first, answers = page["next"], answers + 1
    assert answers == 2
    assert sorted(run["seed"] for run in runs) == list(range(12))
    assert (await api.get(f"{path}/each", params={"first": 12})).json() == {"runs": [], "next": None}


async def test_more_than_fits_is_refused(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, max_job_memory=1_000_000) as api:
        problem = problem_of(await api.post("runs", json={**RUNS, "epochs": 1000, "seeds": 20}))
        assert (problem["code"], problem["field"]) == ("too_large", "keep")
        assert "at most 125000 bytes" in problem["expected"]
        assert (await api.post("runs", json={**RUNS, "epochs": 1000, "seeds": 2})).status_code == 200


async def test_jobs_that_would_keep_more_together_than_fits_wait_for_room(
    tmp_path: Path, assets: Path
) -> None:
    async with api_client(tmp_path, assets, max_job_memory=1_000_000) as api:
        long = {
            **RUNS,
            "config": {"hidden_layers": [8] * 6},
            "epochs": 100_000,
            "grid": {},
            "seeds": 5,
            "wait": 0,
        }
        answers = [await api.post("runs", json=long) for _ in range(8)]
        codes = [problem_of(answer)["code"] for answer in answers if answer.status_code != 202]
        assert codes
        assert set(codes) <= {"address_full", "server_full"}


@pytest.mark.parametrize("path", ["runs", "train"])
async def test_an_answer_says_until_when_it_is_kept(api: httpx.AsyncClient, path: str) -> None:
    started = (await api.post(path, json={"epochs": 20_000, "wait": 0})).raise_for_status().json()
    assert started["kept_until"] is None
    at = f"{'runs' if path == 'runs' else 'jobs'}/{started['id']}"
    await api.delete(at)
    kept_until = datetime.fromisoformat((await api.get(at, params={"wait": 30})).json()["kept_until"])
    left = kept_until - datetime.now(UTC)
    assert timedelta(hours=23, minutes=50) < left <= timedelta(days=1)


async def test_a_one_shot_that_is_answered_at_once_is_not_kept(api: httpx.AsyncClient) -> None:
    told = (await api.post("train", json={"epochs": 1, "wait": 30})).json()
    assert told["result"]
    assert told["kept_until"] is None
