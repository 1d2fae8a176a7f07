import re
from pathlib import Path

import httpx
import pytest

from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own

LONG = {"epochs": 100_000, "wait": 0}
HEAVY = {"hidden_layers": [8] * 6}


@pytest.mark.medium
async def test_a_long_training_continues_as_a_job(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config=HEAVY)
    answer = await api.post(f"{session}/train", json=LONG)
    assert answer.status_code == 202
    assert answer.json()["state"] == "running"
    job = answer.headers["location"]
    before = -1
    for _ in range(3):
        told = (await api.get(job, params={"wait": 0.1})).json()
        assert (told["state"], told["ending"]) == ("running", None)
        assert before <= told["progress"]["done"] < told["progress"]["total"]
        before = told["progress"]["done"]
    assert (await api.get(session)).json()["training"]["total"] == 100_000
    assert (await api.delete(job)).status_code == 204
    told = (await api.get(job, params={"wait": 30})).json()
    assert (told["state"], told["ending"]) == ("cancelled", "interrupted")
    assert (await api.get(session)).json()["training"] is None
    assert (await api.delete(job)).status_code == 204, "a second time is no harm"


async def test_a_job_ends_by_itself(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    answer = await api.post(f"{session}/train", json={"epochs": 200, "wait": 0})
    told = (await api.get(f"jobs/{answer.json()['id']}", params={"wait": 30})).json()
    assert (told["state"], told["ending"], told["metrics"]["epoch"]) == ("ended", "done", 200)


@pytest.mark.parametrize("what", ["pause", "play", "reset", "train"])
async def test_another_command_ends_a_job(api: httpx.AsyncClient, what: str) -> None:
    session = await create_session(api, config=HEAVY)
    job = (await api.post(f"{session}/train", json=LONG)).headers["location"]
    wanted = {"epochs": 1, "replace": True} if what == "train" else None
    assert (await api.post(f"{session}/{what}", json=wanted)).status_code == 200
    assert (await api.get(job)).json()["ending"] == "interrupted"


async def test_a_job_ends_with_its_session(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config=HEAVY)
    job = (await api.post(f"{session}/train", json=LONG)).headers["location"]
    await api.delete(session)
    told = (await api.get(job, params={"wait": 30})).json()
    assert (told["state"], told["metrics"]) == ("cancelled", None)


async def test_a_one_shot_can_be_waited_for_and_cancelled(api: httpx.AsyncClient) -> None:
    answer = await api.post("train", json={"config": HEAVY, "epochs": 200, "wait": 0})
    assert answer.status_code == 202
    told = (await api.get(answer.headers["location"], params={"wait": 30})).json()
    assert (told["state"], told["result"]["metrics"]["epoch"]) == ("ended", 200)
    job = (await api.post("train", json={"config": HEAVY, **LONG})).headers["location"]
    assert (await api.get(job)).json()["result"] is None
    await api.delete(job)
    told = (await api.get(job, params={"wait": 30})).json()
    assert (told["state"], told["ending"], told["result"]) == ("cancelled", "interrupted", None)


async def test_a_training_continues_without_requests(tmp_path: Path, assets: Path) -> None:
    """Without attention a session pauses at once here; a job is attention."""
    async with api_client(tmp_path, assets, pause_after=0) as api:
        session = await create_session(api)
        answer = await api.post(f"{session}/train", json={"epochs": 500, "wait": 30})
        assert answer.json()["ending"] == "done"


async def test_the_number_of_jobs_is_limited(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, max_jobs=1) as api:
        session = await create_session(api, config=HEAVY)
        await api.post(f"{session}/train", json=LONG)
        for answer in (
            await api.post("train", json={"epochs": 1}),
            await api.post("runs", json={"epochs": 1}),
            await api.post(f"{await create_session(api)}/train", json={"epochs": 1}),
        ):
            problem = problem_of(answer)
            assert (problem["status"], problem["code"]) == (503, "server_full")
            assert problem["expected"] == "fewer than 1 jobs"
            assert int(answer.headers["retry-after"]) > 0


async def test_results_are_kept_for_the_time_that_is_set(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, max_jobs_kept=1) as api:
        ids = [
            (await api.post("runs", json={"epochs": 1, "seeds": 1, "wait": 20})).json()["id"]
            for _ in range(3)
        ]
        assert [(await api.get(f"runs/{each}")).status_code for each in ids] == [404, 404, 200]
    async with api_client(tmp_path, assets, job_lifetime=0) as api:
        runs = (await api.post("runs", json={"epochs": 1, "seeds": 1, "wait": 20})).json()
        assert runs["state"] == "ended"
        assert (await api.get(f"runs/{runs['id']}")).status_code == 404


async def test_unknown_jobs_are_not_found(api: httpx.AsyncClient) -> None:
    assert problem_of(await api.get("jobs/nothing"))["status"] == 404
    assert problem_of(await api.delete("jobs/nothing"))["status"] == 404
    runs = (await api.post("runs", json={"epochs": 1, "seeds": 1})).json()["id"]
    assert problem_of(await api.get(f"jobs/{runs}"))["status"] == 404


@pytest.mark.medium
@pytest.mark.parametrize("path", ["train", "session", "runs"])
async def test_a_job_ends_when_its_processor_time_is_used_up(assets: Path, tmp_path: Path, path: str) -> None:
    async with api_client(tmp_path, assets, max_job_seconds=0.05) as client:
        wanted = {"epochs": 100_000, "wait": 20}
        if path == "session":
            path = f"{await create_session(client)}/train"
        state = (await client.post(path, json=wanted)).raise_for_status().json()
        assert state["state"] == "cancelled"
        assert state.get("ending") in {None, "interrupted"}


async def test_many_jobs_are_cancelled_by_one_call(api: httpx.AsyncClient) -> None:
    wanted = {"epochs": 100_000, "wait": 0}
    ids = [(await api.post(path, json=wanted)).json()["id"] for path in ("train", "train", "runs")]
    answer = await api.delete("jobs", params={"job": [*ids, "nobody"]})
    assert answer.json() == {"cancelled": 3}
    assert (await api.get(f"jobs/{ids[0]}?wait=10")).json()["state"] == "cancelled"
    assert (await api.get(f"runs/{ids[2]}?wait=10")).json()["state"] == "cancelled"


async def test_one_address_cannot_take_all_places_of_jobs(assets: Path, tmp_path: Path) -> None:
    async with api_client(tmp_path, assets, max_jobs=3, max_jobs_per_address=2) as client:
        wanted = {"epochs": 100_000, "wait": 0}
        ids = [(await client.post("train", json=wanted)).json()["id"] for _ in range(2)]
        problem = problem_of(await client.post("train", json=wanted))
        assert (problem["code"], problem["status"]) == ("address_full", 503)
        await client.delete("jobs", params={"job": ids})


LARGE_CONFIG = {"hidden_layers": [64] * 16, "batch_size": 1}


@pytest.mark.medium
@pytest.mark.parametrize("path", ["train", "runs"])
async def test_jobs_that_wait_take_no_memory_and_others_are_not_held_up(
    assets: Path, tmp_path: Path, path: str
) -> None:
    """Whatever is posted, what trains at a time stays within the size that is set."""
    async with api_client(tmp_path, assets, max_job_memory=40_000_000) as client:
        wanted = {"config": LARGE_CONFIG, "epochs": 100_000, "wait": 0}
        ids = [(await client.post(path, json=wanted)).raise_for_status().json()["id"] for _ in range(12)]
        told = (await client.post("train", json={"epochs": 2, "wait": 30})).json()
        assert told["ending"] == "done"
        figures = (await client.get(client.base_url.join("/metrics"))).text
        memory = re.search(r"^tinkernet_job_memory_bytes (\S+)", figures, re.MULTILINE)
        assert memory is not None
        assert 5_000_000 < float(memory[1]) <= 20_000_000
        assert (await client.delete("jobs", params={"job": ids})).json() == {"cancelled": 12}


async def test_a_one_shot_whose_parameters_or_points_do_not_fit_starts_no_job(api: httpx.AsyncClient) -> None:
    problem = problem_of(await api.post("train", json={"epochs": 1, "parameters": [1, 2, 3], "wait": 0}))
    assert (problem["status"], problem["field"]) == (422, "parameters")
    data = {"train": [[1, 1, 5]], "test": [[1, 1, 1]]}
    problem = problem_of(await api.post("train", json={"epochs": 1, "data": data, "wait": 0}))
    assert (problem["status"], problem["field"]) == (422, "data.train")
    figures = (await api.get(api.base_url.join("/metrics"))).text
    assert "tinkernet_jobs 0" in figures
