import json
from collections.abc import AsyncIterator, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from engine.kernels import compile_cache
from server.classroom import setup
from server.rest import openapi_document, router
from server.settings import Settings
from tests.server.classroom.lesson import Lesson, lesson
from tests.server.live import Live, running
from tests.server.rest_client import api_client

ROOT = Path(__file__).parent.parent.parent

PAGE = """\
<!doctype html><html lang="{{ locale }}" data-theme="{{ theme }}"><title>{{ t('title') }}</title>
<script type="application/json" id="bootstrap">{{ bootstrap | tojson }}</script>
{% for each in locales %}<a lang="{{ each.code }}">{{ each.name }}</a>{% endfor %}{{ version }}
"""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the environment variables that would change the settings under test."""
    for name in (
        "HOST",
        "PORT",
        "MAX_SESSIONS",
        "THREADS",
        "LOG_LEVEL",
        "IDLE_AFTER",
        "CHECKPOINT_EVERY",
        "PUBLIC_URL",
        "OPEN",
    ):
        monkeypatch.delenv(f"TINKERNET_{name}", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _described_once() -> Iterator[None]:
    """Let FastAPI describe the routes that all applications share only once: it takes a second of a core."""
    described: dict[tuple[object, ...], tuple[Sequence[BaseRoute], dict[str, Any]]] = {}

    def describe(*, routes: Sequence[BaseRoute], **about: Any) -> dict[str, Any]:
        shared = {id(route) for route in (*router.routes(), *setup.rest_routes())}
        key = tuple(id(route) if id(route) in shared else type(route) for route in routes)
        if key not in described:  # beside the document its routes, so that no others get their ids
            described[key] = list(routes), get_openapi(routes=routes, **about)
        return deepcopy(described[key][1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openapi_document, "get_openapi", describe)
        yield


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with minimal templates, scripts, styles and translations."""
    folder = tmp_path_factory.mktemp("assets")
    files = {
        "templates/index.html": PAGE,
        "templates/gate.html": (ROOT / "templates" / "gate.html").read_text("utf-8"),
        "static/js/app/main.js": 'import { a } from "../a.js";\nconsole.log(a);\n',
        "static/js/a.js": "export const a = 1;\n",
        "static/css/base.css": "body { margin: 0 }\n",
        "static/img/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
        "static/i18n/en.json": json.dumps({"title": "Hello <you>"}),
        "static/i18n/zh-CN.json": json.dumps({"title": "你好"}, ensure_ascii=False),
        "static/i18n/zh-TW.json": json.dumps({"title": "哈囉"}, ensure_ascii=False),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def live(assets: Path) -> Iterator[Live]:
    """Return a server that the tests of one file share."""
    compile_cache.wait()
    with running(Settings(port=0), assets) as server:
        yield server


@pytest.fixture
async def api(assets: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Return a REST client whose paths are relative to `/api/`."""
    async with api_client(tmp_path, assets) as client:
        yield client


@pytest.fixture(scope="module")
async def shared_api(
    assets: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """Return such a client that the tests of one file share: each creates sessions of its own.

    A file whose tests change nothing else gives it the name `api`.
    """
    async with api_client(tmp_path_factory.mktemp("shared"), assets) as client:
        yield client


@pytest.fixture
async def school(assets: Path, tmp_path: Path) -> AsyncIterator[Lesson]:
    """Return an application of its own, whose teachers and learners use REST."""
    async with lesson(tmp_path, assets) as running:
        yield running
