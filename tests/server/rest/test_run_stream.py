"""The results of repeated runs as a stream and in pages, while they run."""

import json
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from engine.config import TrainingConfig
from server.app import create_app
from server.jobs import run_log
from server.jobs.finished_runs import RECORD, Records
from server.jobs.registry import JobRegistry
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan
from server.jobs.sweeps import Sweep
from server.jobs.work_state import SweepFailed
from server.rest import run_stream
from server.sessions.training_run import StopCriterion
from server.settings import Settings
from tests.server.rest_client import api_client, problem_of, rest_client

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own

RUNS: dict[str, Any] = {"config": {"dataset": "xor", "hidden_layers": [2]}, "epochs": 3, "wait": 30}


def lines_of(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines() if line]


async def test_a_stream_has_what_the_pages_have(api: httpx.AsyncClient) -> None:
    asked = {**RUNS, "grid": {"learning_rate": [0.03, 0.3]}, "seeds": 30, "keep": ["losses", "weights"]}
    path = f"runs/{(await api.post('runs', json=asked)).json()['id']}"
    lines = lines_of(await api.get(f"{path}/results.ndjson"))
    assert [line["number"] for line in lines] == list(range(60))
    assert {(line["setting"], line["seed"]) for line in lines} == {(s, n) for s in (0, 1) for n in range(30)}
    pages: list[dict[str, Any]] = []
    first: int | None = 0
    while first is not None:
        page = (await api.get(f"{path}/each", params={"first": first, "limit": 25})).json()
        assert len(page["runs"]) <= 25
        pages, first = pages + page["runs"], page["next"]
    assert pages == lines
    rest = lines_of(await api.get(f"{path}/results.ndjson", params={"first": 50}))
    assert rest == lines[50:]
    assert lines_of(await api.get(f"{path}/results.ndjson", params={"first": 60})) == []


async def test_unknown_runs_and_wrong_places_are_refused(api: httpx.AsyncClient) -> None:
    assert problem_of(await api.get("runs/nobody/results.ndjson"))["status"] == 404
    path = f"runs/{(await api.post('runs', json={**RUNS, 'seeds': 1})).json()['id']}"
    for parameters, field in ({"first": -1}, "first"), ({"limit": 0}, "limit"), ({"limit": 10**6}, "limit"):
        problem = problem_of(await api.get(f"{path}/each", params=parameters))
        assert (problem["status"], problem["field"]) == (422, field)


def records(first: int, count: int) -> Records:
    made = np.zeros(count, RECORD)
    made["number"] = np.arange(first, first + count)
    return made


def sweep(runs: int, folder: Path | None = None) -> Sweep:
    plan = SweepPlan(TrainingConfig(), [{}], ConsecutiveSeeds(0, runs), "weights", 1, StopCriterion())
    return Sweep(plan, folder)


def registered(app: FastAPI, job: Sweep) -> str:
    jobs: JobRegistry = app.state.jobs
    return jobs.register(job)


async def test_a_stream_follows_the_runs_until_their_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_stream, "POLL_INTERVAL", 0.01)
    monkeypatch.setattr(run_stream, "HEARTBEAT_INTERVAL", 0.02)
    runs = sweep(1200)
    runs.add_results(records(0, 700), [])
    pieces, text, told = run_stream.result_lines(runs, 0, lambda: False, follow=True), b"", 0
    async for piece in pieces:
        text += piece
        if piece == b"\n" and told < 2:
            told += 1
            if told == 1:
                assert text.count(b'"number"') == 700
                runs.add_results(records(700, 500), [])
            else:
                runs.task_group.finish()
    numbers = [json.loads(line)["number"] for line in text.split(b"\n") if line]
    assert numbers == list(range(1200))


async def test_a_stream_ends_when_the_server_stops_or_when_it_is_not_to_follow() -> None:
    runs, closing = sweep(10), Future[None]()
    runs.add_results(records(0, 3), [])
    assert len([piece async for piece in run_stream.result_lines(runs, 0, lambda: False, follow=False)]) == 1
    async for piece in run_stream.result_lines(runs, 0, closing.done, follow=True):
        assert piece.count(b"\n") == 3
        closing.set_result(None)


async def test_a_million_runs_are_streamed_in_bounded_memory(tmp_path: Path, assets: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/tinkernet.db"), assets=assets)
    async with rest_client(app) as api:
        runs = sweep(1_000_000, tmp_path)
        job_id = registered(app, runs)
        assert runs.kept_disk == 1_000_000 * RECORD.itemsize
        for first in range(0, 1_000_000, 50_000):
            runs.add_results(records(first, 50_000), [])
        runs.task_group.finish()
        assert runs.kept_memory < 2_000_000
        assert runs.number_finished == 1_000_000
        path = f"/api/runs/{job_id}"
        problem = problem_of(await api.get(path, params={"each": True}))
        assert (problem["code"], problem["field"]) == ("too_large", "each")
        state = (await api.get(path)).json()
        assert (state["state"], state["done"], state["results"][0]["runs"]) == ("ended", 1_000_000, 1_000_000)
        last = lines_of(await api.get(f"{path}/results.ndjson", params={"first": 999_990}))
        assert [line["number"] for line in last] == list(range(999_990, 1_000_000))


async def test_results_that_need_too_much_of_the_disk_are_refused(tmp_path: Path, assets: Path) -> None:
    most = 2 * (run_log.MAX_IN_MEMORY + 5) * RECORD.itemsize
    limits = {"max_runs_per_call": 1_000_000, "max_job_disk": most}
    async with api_client(tmp_path, assets, **limits) as api:
        problem = problem_of(await api.post("runs", json={**RUNS, "seeds": run_log.MAX_IN_MEMORY + 6}))
        assert (problem["code"], problem["field"]) == ("too_large", "seeds")
        assert f"{run_log.MAX_IN_MEMORY + 5} runs" in problem["expected"]
        large = {**RUNS, "seeds": run_log.MAX_IN_MEMORY + 5, "epochs": 100_000, "wait": 0}
        assert (await api.post("runs", json=large)).status_code == 202
        assert problem_of(await api.post("runs", json=large))["code"] == "address_full"
        assert (await api.post("runs", json={**RUNS, "seeds": 2})).status_code == 200


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SweepFailed("Run 7 ended its process."), "Run 7 ended its process."),
        (OSError(28, "No space left on device"), "No space left on device"),
        (RuntimeError("secret"), "log"),
    ],
)
async def test_why_runs_failed_is_told(tmp_path: Path, assets: Path, error: Exception, told: str) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/tinkernet.db"), assets=assets)
    async with rest_client(app) as api:
        runs = sweep(10)
        runs.task_group.fail(error)
        state = (await api.get(f"/api/runs/{registered(app, runs)}")).json()
        assert state["state"] == "failed"
        assert told in state["failure"]
        assert "secret" not in state["failure"]
