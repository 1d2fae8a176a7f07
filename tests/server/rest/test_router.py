import httpx
import pytest
from fastapi import FastAPI

from server.jobs.registry import JobRegistry
from server.rest import router
from server.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.mark.medium
def test_the_routes_of_all_resources_are_included() -> None:
    app = FastAPI()
    router.install(app, Settings())
    assert isinstance(app.state.jobs, JobRegistry)
    paths = set(app.openapi()["paths"])
    assert {"/api/sessions", "/api/sessions/{session}/train", "/api/train", "/api/runs/{runs}"} <= paths


@pytest.mark.parametrize("path", ["sessions/x/nothing", "sessions/", "jobs/x/y", "runs/x/y", "train/"])
async def test_other_paths_are_not_found(api: httpx.AsyncClient, path: str) -> None:
    assert (await api.get(path)).status_code == 404


async def test_other_methods_are_refused(api: httpx.AsyncClient) -> None:
    for method, path in (("GET", "train"), ("PUT", "sessions"), ("POST", "jobs/x"), ("DELETE", "runs")):
        answer = await api.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
