"""The playground in a frame of a course page, which has another origin."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect

from tests.support.process import running_server

WITHOUT_COOKIES = "Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })"
"""Browsers keep no cookies in frames of other sites; the two origins here are one site, 127.0.0.1."""


@contextmanager
def site_of(folder: Path) -> Iterator[str]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


@pytest.mark.slow
def test_a_course_page_shows_the_playground_which_trains(browser: Browser, tmp_path: Path) -> None:
    with (
        site_of(tmp_path) as course,
        site_of(tmp_path) as other,
        running_server("--frame-ancestors", course) as server,
    ):
        (tmp_path / "index.html").write_text(
            f'<iframe src="{server.url}" width="1000" height="700"></iframe>'
        )
        context = browser.new_context()
        context.add_init_script(WITHOUT_COOKIES)
        page = context.new_page()
        page.goto(f"{course}/index.html")
        frame = page.frame_locator("iframe")
        frame.locator("[data-action=play]").click()
        expect(frame.locator("#epoch")).not_to_have_text("0")
        page.goto(f"{other}/index.html")
        expect(page.frame_locator("iframe").locator("[data-action=play]")).to_have_count(0)
        context.close()
