import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from engine.kernels import compile_cache
from server.settings import Settings
from tests.server.classroom.lesson import Lesson, lesson
from tests.server.live import Live, running
from tests.server.rest_client import api_client

ROOT = Path(__file__).parent.parent.parent

PAGE = """\
<!doctype html><html lang="{{ locale }}" data-theme="{{ theme }}"><title>{{ t('title') }}</title>
{% for module in modules %}<link rel="modulepreload" href="static/{{ module }}">{% endfor %}
<script type="application/json" id="bootstrap">{{ bootstrap | tojson }}</script>
{% for each in locales %}<a lang="{{ each.code }}">{{ each.name }}</a>{% endfor %}{{ version }}
"""


@pytest.fixture
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


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with minimal templates, scripts, styles and translations."""
    folder = tmp_path_factory.mktemp("assets")
    files = {
        "templates/index.html": PAGE,
        "templates/gate.html": (ROOT / "templates" / "gate.html").read_text("utf-8"),
        "static/js/app/main.js": 'import { a } from "../a.js";\nimport "../views/b.js";\n',
        "static/js/a.js": 'export { b } from "./views/b.js";\nexport const a = 1;\n',
        "static/js/views/b.js": 'import { a } from "../a.js";\nexport const b = a;\n',
        "static/js/unused.js": "export {};\n",
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


@pytest.fixture
async def school(assets: Path, tmp_path: Path) -> AsyncIterator[Lesson]:
    """Return an application of its own, whose teachers and learners use REST."""
    async with lesson(tmp_path, assets) as running:
        yield running
