"""The list of a client's jobs."""

import httpx
import pytest

from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio

MINE, OTHER = {"X-Client-Key": "a" * 16}, {"X-Client-Key": "b" * 16}


@pytest.mark.medium
async def test_a_client_lists_its_own_jobs(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    wanted = {"epochs": 100_000, "wait": 0}
    started = [
        await api.post(path, json=wanted, headers=MINE) for path in ("train", f"{session}/train", "runs")
    ]
    assert [answer.status_code for answer in started] == [202, 202, 202]
    await api.post("train", json=wanted, headers=OTHER)
    await api.post("train", json=wanted)
    jobs = (await api.get("jobs", headers=MINE)).json()
    assert [job["id"] for job in jobs] == [answer.json()["id"] for answer in started]
    assert [job["kind"] for job in jobs] == ["one_shot", "session", "runs"]
    assert [job["url"] for job in jobs] == [answer.headers["location"] for answer in started]
    assert [job["session"] for job in jobs] == [None, session.split("/")[1], None]
    assert [job["total"] for job in jobs] == [100_000, 100_000, 10]
    for job in jobs:
        assert (await api.delete(job["url"])).status_code == 204
        assert (await api.get(job["url"], params={"wait": 30})).json()["state"] == "cancelled"
    assert {job["state"] for job in (await api.get("jobs", headers=MINE)).json()} == {"cancelled"}
    assert (await api.get("jobs", headers={"X-Client-Key": "c" * 16})).json() == []


@pytest.mark.parametrize("key", [None, "", "short", "with spaces in its middle", "x" * 129])
async def test_a_key_that_may_be_anybodys_is_refused(api: httpx.AsyncClient, key: str | None) -> None:
    headers = {} if key is None else {"X-Client-Key": key}
    problem = problem_of(await api.get("jobs", headers=headers))
    assert (problem["status"], problem["code"]) == (422, "invalid_value")
    assert "X-Client-Key" in problem["field"]
    if key is not None:
        answer = await api.post("train", json={"epochs": 1}, headers=headers)
        assert answer.status_code == 422
