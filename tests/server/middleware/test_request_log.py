import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from server import logs
from server.app import create_app
from server.middleware.request_log import request_id
from server.settings import Settings
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


@pytest.fixture
def app(assets: Path) -> FastAPI:
    app = create_app(Settings(), assets=assets)

    @app.get("/api/broken")
    @app.get("/broken")
    def broken() -> None:
        logging.getLogger("server.test").warning("about to fail")
        raise ZeroDivisionError

    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with rest_client(app) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/api/health", "/nowhere", "/api/nowhere", "/static/js/app/main.js"])
async def test_every_response_has_an_id(client: httpx.AsyncClient, path: str) -> None:
    one, two = await client.get(path), await client.get(path)
    assert re.fullmatch("[0-9a-f]{16}", one.headers["x-request-id"])
    assert one.headers["x-request-id"] != two.headers["x-request-id"]


async def test_an_id_sent_by_a_proxy_is_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/health", headers={"X-Request-ID": "proxy-1/2"})
    assert answer.headers["x-request-id"] == "proxy-1/2"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 101, 'a"}', "a\n", "\u00fc", None])
def test_an_id_that_is_unsafe_to_log_is_replaced(sent: str | None) -> None:
    assert re.fullmatch("[0-9a-f]{16}", request_id(sent))


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/broken", "application/problem+json"), ("/broken", "text/html")]
)
async def test_an_exception_is_logged_with_the_id_and_answered_with_500(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, path: str, kind: str
) -> None:
    caplog.set_level("INFO")
    caplog.handler.addFilter(logs.RequestIdFilter())
    answer = await client.get(path, headers={"X-Request-ID": "abc"})
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["x-request-id"] == "abc"
    ours = [record for record in caplog.records if record.name.startswith("server.")]
    assert [record.levelname for record in ours] == ["WARNING", "ERROR", "INFO"]
    assert {record.__dict__["request"] for record in ours} == {"abc"}
    assert ours[1].exc_info is not None


async def test_each_request_is_one_json_line_without_its_query(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "server.middleware.request_log")
    await client.get("/api/nowhere?secret=1")
    (record,) = (each for each in caplog.records if each.name == "server.middleware.request_log")
    entry = json.loads(logs.JsonFormatter().format(record))
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/api/nowhere", 404)
    assert entry["milliseconds"] >= 0
    assert "secret" not in json.dumps(entry)
