"""The modules of a page in one file do what they do one by one; what is not a page's has no bundle."""

import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.settings import Settings
from server.web.bundles import PAGES, Bundles
from server.web.renderer import PageRenderer
from tests.server.rest_client import rest_client

ROOT = Path(__file__).parents[3]
JS = ROOT / "static" / "js"
COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
UNDERSTOOD = re.compile(
    r'import (?:\{[^}]*\} from )?"\.{1,2}/[^"]+";$'
    r"|export (?:(?:async )?function\*?|class|const) [\w$\[]|export \{[^}]*\};$",
    re.MULTILINE,
)
MODULES = {
    "app/main.js": """\
import { count, Counter as Tally } from "../ui/count.js";
import { LOW } from "../ui/limits.js";
const { late } = await import("../views/late.js");
globalThis.result = { counted: count(new Tally()), low: LOW, late: late(), place: import.meta.url };
""",
    "ui/count.js": """\
import { HIGH, LOW } from "./limits.js";
let calls = 0;
export class Counter { size = HIGH - LOW; }
export const count = (counter) => counter.size + (calls += 1);
""",
    "ui/limits.js": "export const [LOW, HIGH] = [1, 10];\n",
    "views/late.js": """\
import {
	count,
	Counter,
} from "../ui/count.js";
import { own } from "./own.js";
export function late() { return own(count(new Counter())); }
""",
    "views/own.js": "const own = (value) => [value];\nexport { own };\n",
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with rest_client(create_app(Settings())) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in MODULES.items():
        path = tmp_path / "js" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def result_of(script: Path) -> str:
    """Run a module in Node and return what it leaves in `result`."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    code = f"await import({script.as_uri()!r}); console.log(JSON.stringify(globalThis.result))"
    told = subprocess.run(
        [node, "--input-type=module", "-e", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stderr == ""
    return told.stdout


@pytest.mark.medium
def test_a_bundle_does_what_its_modules_do(folder: Path) -> None:
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    apart = result_of(folder / "js" / "app" / "main.js")
    bundles = Bundles(folder)
    for name in ("app/main.js", "views/late.js"):
        path = folder / "bundles" / "index" / name
        path.parent.mkdir(parents=True)
        path.write_text(bundles.find(f"index/{name}", "v") or "", "utf-8")
    assert result_of(folder / "bundles" / "index" / "app" / "main.js") == apart
    assert '"counted":10,"low":1,"late":[11]' in apart


def test_what_the_page_has_is_in_no_later_bundle(folder: Path) -> None:
    late = Bundles(folder).find("index/views/late.js", "v") or ""
    assert "views/own.js" in late
    assert "class Counter" not in late


def test_a_change_of_a_file_is_a_change_of_its_bundle(folder: Path) -> None:
    bundles = Bundles(folder)
    before = bundles.find("index/views/late.js", "v-1")
    (folder / "js" / "views" / "own.js").write_text("export const own = (value) => value;\n", "utf-8")
    assert bundles.find("index/views/late.js", "v-2") != before


def test_modules_keep_to_what_bundles_understand() -> None:
    scripts = {JS / files.script for files in PAGES.values()}
    for path in JS.rglob("*.js"):
        text = path.read_text("utf-8")
        strange = list(re.finditer(r"^(?:import|export)\b(?!\()", text, re.MULTILINE))
        assert [
            text[found.start() :][:80] for found in strange if not UNDERSTOOD.match(text, found.start())
        ] == []
        assert path in scripts or not re.search(r"^(?:for )?await\b", text, re.MULTILINE), path
        assert not re.search(r"\b(?:pageModules|addressOf)\b", text), path


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_loads_on_first_use_is_loaded_as_a_bundle(page: str) -> None:
    bundles = Bundles(ROOT / "static")
    waiting = [PAGES[page].script]
    for module in waiting:
        code = COMMENT.sub("", bundles.find(f"{page}/{module}", "v") or "")
        assert code
        assert not re.search(r"\bimport\(\s*[\"']", code)
        waiting += sorted(set(re.findall(r'import\(addressOf\("([^"]+)"\)\)', code)) - set(waiting))
    assert len(waiting) > 20 or page not in {"index", "seat"}


@pytest.mark.anyio
async def test_every_page_opens_with_its_own_bundles(client: httpx.AsyncClient) -> None:
    pages = PageRenderer(ROOT)
    rendered = {
        "index": pages.render(locale="en", theme="auto"),
        "seat": pages.render(locale="en", theme="auto", room={"session": "x"}),
        "article": pages.render_article(locale="en", theme="auto", lessons={}),
        "lessons": pages.render_lessons(locale="en", theme="auto", lessons=[], faults={}),
        "join": pages.render_classroom_page("join", locale="en", theme="auto"),
        "classroom": pages.render_classroom_page("classroom", locale="en", theme="auto"),
        "projector": pages.render_classroom_page("projector", locale="en", theme="auto"),
    }
    assert rendered.keys() == PAGES.keys()
    for page, html in rendered.items():
        named = set(re.findall(r'"(static/[^"]+/bundles/[^"]+)"', html))
        assert {name.partition("/bundles/")[2] for name in named} == {
            f"{page}.css",
            f"{page}/{PAGES[page].script}",
        }
        for name in named:
            answer = await client.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
            assert answer.status_code == 200
            assert answer.headers["content-encoding"] == "gzip"
            assert "immutable" in answer.headers["cache-control"]


@pytest.mark.anyio
@pytest.mark.parametrize("version", ["", "v-0123456789abcdef/"])
@pytest.mark.parametrize(
    "path",
    ["index/ui/dom.js", "index/nowhere.js", "nowhere.css", "nowhere/app/main.js", "index", ""],
)
async def test_what_is_no_bundle_is_not_found(client: httpx.AsyncClient, version: str, path: str) -> None:
    assert (await client.get(f"/static/{version}bundles/{path}")).status_code == 404


@pytest.mark.anyio
async def test_a_bundle_of_another_version_is_checked_each_time(client: httpx.AsyncClient) -> None:
    for version in ("", "v-0123456789abcdef/"):
        answer = await client.get(f"/static/{version}bundles/index/views/editor.js")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        again = await client.get(
            f"/static/{version}bundles/index/views/editor.js",
            headers={"If-None-Match": answer.headers["etag"]},
        )
        assert again.status_code == 304
