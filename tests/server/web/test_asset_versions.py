"""Addresses of static files that have a version in them: browsers keep what they give."""

import os
import re
import shutil
from pathlib import Path

import pytest

from server.app import create_app
from server.settings import Settings
from server.web.asset_versions import AssetVersions
from server.web.renderer import PageRenderer
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]


@pytest.fixture
def own(assets: Path, tmp_path: Path) -> Path:
    """Return a copy of the assets that a test may change."""
    return shutil.copytree(assets, tmp_path / "own")


def test_the_version_follows_what_the_files_hold(own: Path) -> None:
    versions = AssetVersions(own / "static")
    first = versions.current()
    assert versions.current() == first
    path = own / "static/js/a.js"
    content = path.read_text("utf-8")
    path.write_text(content + "// more\n", "utf-8")
    second = versions.current()
    assert second != first
    path.write_text(content, "utf-8")
    os.utime(path, (1, 1))
    assert versions.current() == first
    (own / "static/js/new.js").write_text("", "utf-8")
    assert versions.current() not in {first, second}


async def test_a_versioned_address_is_kept_for_good_while_it_is_true(own: Path) -> None:
    app = create_app(Settings(), assets=own)
    version = app.state.pages.versions.current()
    async with rest_client(app) as client:

        async def cached(folder: str) -> str:
            """Return what browsers are told of a file in a folder."""
            answer = await client.get(f"/static/{folder}js/a.js")
            assert answer.status_code == 200
            return str(answer.headers["cache-control"])

        assert await cached("") == "no-cache"
        assert await cached(f"{version}/") == "max-age=31536000, immutable"
        assert await cached("v-0123456789abcdef/") == "no-cache"  # today's file in place of an earlier one
        (own / "static/js/a.js").write_text("export const another = 1;\n", "utf-8")
        assert await cached(f"{version}/") == "no-cache"
        newer = app.state.pages.versions.current()
        assert await cached(f"{newer}/") == "max-age=31536000, immutable"
        assert await cached(f"{version}/") == "no-cache"


@pytest.mark.parametrize("path", ["../templates/index.html", "%2e%2e/templates/index.html", "", "js", "a.js"])
async def test_a_version_opens_no_other_files(assets: Path, path: str) -> None:
    async with rest_client(create_app(Settings(), assets=assets)) as client:
        assert (await client.get(f"/static/v-0123456789abcdef/{path}")).status_code == 404


def test_all_that_pages_load_is_in_one_versioned_folder() -> None:
    pages = PageRenderer(ROOT)
    folder = f"static/{pages.versions.current()}/"
    playground = pages.render(locale="en", theme="auto")
    projector = pages.render_classroom_page("projector", locale="en", theme="auto")
    for page in (playground, projector):
        named = re.findall(r'(?:href|src)="(static/[^"]+)"', page)
        assert len(named) > 3
        assert all(name.startswith(folder) for name in named)
