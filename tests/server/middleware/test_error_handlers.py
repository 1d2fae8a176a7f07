from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel

from server.errors import problems
from server.middleware import error_handlers
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


class Sent(BaseModel):
    x: int


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

    @app.get("/api/number")
    async def read() -> int:
        return 1

    @app.delete("/api/{name}")
    async def delete(name: str) -> str:
        return name

    @app.post("/api/number")
    async def number(sent: Sent) -> int:
        return sent.x

    error_handlers.install(app, max_body=100, max_body_memory=1000)
    async with rest_client(app) as client:
        yield client


async def test_an_exception_is_a_problem_without_details(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.json()["code"] == "internal"
    assert "Zero" not in answer.text


async def test_a_wrong_method_gets_405(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/size")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, POST"


async def test_allow_names_the_methods_of_all_routes_of_a_path(client: httpx.AsyncClient) -> None:
    for method in ("PUT", "PATCH", "OPTIONS"):
        answer = await client.request(method, "/api/number")
        assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, POST")


async def test_errors_outside_the_api_are_small_pages(client: httpx.AsyncClient) -> None:
    for path, status in (("/nowhere", 404), ("/apis", 404), ("/broken", 500)):
        answer = await client.get(path)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert "To the playground" in answer.text


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("path", ["/api/size", "/api/number"])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_refused(
    client: httpx.AsyncClient, path: str, chunked: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 10

    answer = await client.post(path, content=chunks() if chunked else b" " * 110, headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert (answer.json()["code"], answer.json()["expected"]) == ("too_large", "at most 100 bytes")


async def test_a_body_of_the_maximum_size_is_accepted(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/size", content=b"x" * 100)).json() == 100


@pytest.mark.parametrize(
    ("body", "headers", "code", "detail"),
    [
        (b'{"x": 1,}', JSON, "malformed_json", "The body is not valid JSON: "),
        (b"", {}, "invalid_value", "A body is needed, and there was none."),
        (b"[]", JSON, "invalid_value", "The body: expected an object."),
        (b'{"x": "one"}', JSON, "invalid_value", 'x: expected an integer, got "one".'),
    ],
)
async def test_an_invalid_body_is_refused_with_the_reason(
    client: httpx.AsyncClient, body: bytes, headers: dict[str, str], code: str, detail: str
) -> None:
    answer = await client.post("/api/number", content=body, headers=headers)
    assert answer.status_code == (400 if code == "malformed_json" else 422)
    assert answer.json()["code"] == code
    assert answer.json()["detail"].startswith(detail)
    assert set(answer.json()) >= {"type", "title", "status", "detail", "code", "expected"}
