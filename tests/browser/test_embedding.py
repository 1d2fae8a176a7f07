"""The playground in a frame of a course page, which has another origin."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.process import running_server

pytestmark = pytest.mark.slow

WITHOUT_COOKIES = "Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })"
"""As browsers do in frames of other sites that keep no cookies there."""


@contextmanager
def site_of(folder: Path, name: str = "127.0.0.1") -> Iterator[str]:
    """Serve a folder; with a name that ends in .test it is another site than the server, 127.0.0.1."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://{name}:{site.server_port}"
        site.shutdown()


def test_a_course_page_shows_the_playground_which_trains(browser: Browser, tmp_path: Path) -> None:
    with (
        site_of(tmp_path, "course.test") as course,
        site_of(tmp_path, "other.test") as other,
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


def shared_code(page: Page, address: str) -> str:
    """Return the code of a frame from the share dialog of a page, with some controls hidden."""
    page.goto(f"{address}#dataset=xor&networkShape=3&dataSeed=7&weightsSeed=8")
    page.wait_for_function("location.hash.includes('dataSeed=7&') && location.hash.includes('learningRate')")
    page.click("[data-action=share]")
    page.locator("#share-hide summary").click()
    page.locator("#share-choices label", has_text="Noise").locator("input").check()
    page.locator("#share-embed summary").click()
    page.fill("#share-width", "760")
    page.fill("#share-height", "500")
    code = page.locator("#share-code")
    expect(code).to_have_value(re.compile('noise_hide=true.*embed=true" width="760" height="500"'))
    return code.input_value()


def test_the_code_that_share_gives_shows_frames_with_trainings_of_their_own(
    browser: Browser, tmp_path: Path
) -> None:
    with site_of(tmp_path, "course.test") as course, running_server("--frame-ancestors", course) as server:
        context = browser.new_context(locale="en", bypass_csp=True)
        page = context.new_page()
        code = shared_code(page, server.url)
        expect(page.locator("#share-sites")).to_contain_text(course)
        (tmp_path / "index.html").write_text(f"<h1>Course</h1>{code}<p>and</p>{code}")
        page.goto(f"{course}/index.html")
        frames = [page.frame_locator("iframe").nth(number) for number in range(2)]
        for frame in frames:
            expect(frame.locator(".play")).to_be_visible()
            expect(frame.locator("[data-dataset=xor]")).to_have_attribute("aria-pressed", "true")
            for hidden in (".top", ".article-place", ".ways", "#noise"):
                expect(frame.locator(hidden)).to_be_hidden()
        frames[0].locator("[data-action=stepEpoch]").click()
        expect(frames[0].locator("#epoch")).to_have_text("1")
        expect(frames[1].locator("#epoch")).to_have_text("0")
        for epoch in ("1", "2"):
            frames[1].locator("[data-action=stepEpoch]").click()
            expect(frames[1].locator("#epoch")).to_have_text(epoch)
        page.reload()
        expect(frames[0].locator("#epoch")).to_have_text("1")
        expect(frames[1].locator("#epoch")).to_have_text("2")
        link = frames[0].locator(".embedded-link")
        with context.expect_page() as opened:
            link.click()
        expect(opened.value.locator(".top")).to_be_visible()
        expect(opened.value.locator("[data-dataset=xor]")).to_have_attribute("aria-pressed", "true")
        context.close()


def test_share_says_what_is_missing_where_no_other_site_may_show_the_page(browser: Browser) -> None:
    with running_server("--public-url", "http://school.example:8000") as server:
        context = browser.new_context(locale="en", bypass_csp=True)
        page = context.new_page()
        assert 'src="http://school.example:8000/#' in shared_code(page, server.url)
        expect(page.locator("#share-sites")).to_contain_text("--frame-ancestors")
        context.close()


def test_a_notebook_on_the_same_computer_shows_a_session_live(browser: Browser, tmp_path: Path) -> None:
    with site_of(tmp_path) as notebook, running_server() as server:
        client = ModuleType("tinkernet")
        exec(httpx.get(f"{server.url}api/client.py").text, client.__dict__)
        session = client.Tinkernet().session(dataset="circle", data_seed=1, weights_seed=1)
        (tmp_path / "index.html").write_text(session.show(width=900, height=600)._repr_html_())
        page = browser.new_page()
        page.goto(f"{notebook}/index.html")
        frame = page.frame_locator("iframe")
        expect(frame.locator("#epoch")).to_have_text("0")
        session.train(30)
        expect(frame.locator("#epoch")).to_have_text("30")
        expect(frame.locator(".top")).to_be_hidden()
        page.close()
