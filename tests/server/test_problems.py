from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from server import problems
from tests.server.rest import calling

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)

    @app.get("/api/broken")
    @app.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError

    @app.post("/api/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    problems.install(app, max_body=100)
    async with calling(app) as client:
        yield client


async def test_an_error_of_ours_is_a_problem_that_tells_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.json()["code"] == "internal"
    assert "Zero" not in answer.text


async def test_a_method_that_is_not_taken(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/size")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_outside_the_api_there_is_a_small_page(client: httpx.AsyncClient) -> None:
    for path, status in (("/nowhere", 404), ("/apis", 404), ("/broken", 500)):
        answer = await client.get(path)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert "To the playground" in answer.text


@pytest.mark.parametrize("told", [True, False])
async def test_too_large_a_body_is_refused(client: httpx.AsyncClient, told: bool) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 10

    content = b"x" * 110 if told else parts()
    answer = await client.post("/api/size", content=content)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert (answer.json()["code"], answer.json()["expected"]) == ("too_large", "at most 100 bytes")
    assert (await client.post("/api/size", content=b"x" * 100)).json() == 100


def test_empty_members_are_left_out() -> None:
    response = problems.problem_response(problems.problem(404, "not_found", "Nothing."))
    assert bytes(response.body) == (
        b'{"type":"about:blank","title":"Not Found","status":404,"detail":"Nothing.","code":"not_found"}'
    )
