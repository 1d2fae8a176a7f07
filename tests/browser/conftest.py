"""A server, a Chromium, and pages that refuse every other host and every error on the console."""

import os
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebSocket, expect

from engine.kernels import compile_cache
from tests.browser.classroom_page import Room
from tests.browser.rest_teacher import Teacher
from tests.support.chromium import find_chromium, open_chromium
from tests.support.process import ServerProcess, running_server

OpenPage = Callable[..., Page]
Join = Callable[..., Page]
TIMEOUT = 30_000  # milliseconds; long enough for a busy machine
expect.set_options(timeout=TIMEOUT)
POLL_INTERVAL = 50  # milliseconds; polling at each frame would have the page painted for nothing
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# What the browser itself says when a socket drops is no fault of the page.
CONNECTION_ERRORS = re.compile(r"WebSocket connection to|net::ERR_CONNECTION_REFUSED|Failed to load resource")


LATENCY = float(os.environ.get("TINKERNET_LATENCY", "0"))
"""Milliseconds for which each request of a page waits: it finds tests that look too early."""

SHARED_SERVER = {
    "TINKERNET_PAUSE_AFTER": "0",  # what a test leaves training takes no time from the next
    "TINKERNET_FRAME_RATE": "20",
    # All tests come from one address.
    "TINKERNET_MAX_SESSIONS": "4000",
    "TINKERNET_MAX_SESSIONS_PER_ADDRESS": "4000",
    "TINKERNET_MAX_JOINS_PER_MINUTE": "10000",
    "TINKERNET_MAX_ROOMS_PER_ADDRESS": "1000",
    "TINKERNET_MAX_ROOMS": "1000",
}
"""Settings of the server that the tests of this folder share."""

OPEN_CONTEXTS = pytest.StashKey[list[BrowserContext]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Close a test's pages as it ends, before the servers, proxies and rooms of its fixtures go away.

    What a page still loads then would fail, and be taken for an error of the page.
    """
    try:
        return (yield)
    finally:
        for context in item.stash.get(OPEN_CONTEXTS, []):
            context.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder: its driver's event loop would be in the way of other tests' own.

    Without a Chromium, tests fail in CI and are skipped elsewhere.
    """
    if find_chromium() is None:
        message = "no Chromium was found: install one, or name it with TINKERNET_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with open_chromium() as opened:
        yield opened


@pytest.fixture(scope="package", autouse=True)
def _compiled() -> None:
    """Compile the engine before the first browser opens: both at once are too much for a small machine."""
    compile_cache.wait()


@pytest.fixture(scope="package")
def server() -> Iterator[ServerProcess]:
    """One server for all tests of this folder that neither stop it nor need settings of their own."""
    with running_server(**SHARED_SERVER) as running:
        yield running


def delay_requests(context: BrowserContext, page: Page) -> None:
    """Delay a page's requests by the latency, as a busy machine would."""
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    unlimited = {"downloadThroughput": -1, "uploadThroughput": -1, "offline": False}
    devtools.send("Network.emulateNetworkConditions", {**unlimited, "latency": LATENCY})


@pytest.fixture
def open_page(browser: Browser, server: ServerProcess, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open pages; afterwards no page may have asked another host for anything, or logged an error."""
    contexts = request.node.stash.setdefault(OPEN_CONTEXTS, [])
    foreign: list[str] = []
    errors: list[str] = []

    def note_foreign(asked: Request | WebSocket) -> None:
        """Note a request of another host."""
        address = urlsplit(asked.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname != "127.0.0.1":
            foreign.append(asked.url)

    def open_(
        hash_: str = "",
        *,
        at: ServerProcess = server,
        width: int = 1280,
        height: int = 720,
        locale: str = "en-US",
        ready: bool = True,
        bypass_csp: bool = True,  # Playwright's polling evaluates strings, which the page's policy forbids
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, bypass_csp=bypass_csp, **options
        )
        contexts.append(context)
        # Requests of other hosts fail, as this browser resolves none. Events of all would slow each opening.
        context.on("requestfailed", note_foreign)
        page = context.new_page()
        if LATENCY:
            delay_requests(context, page)
        page.on("websocket", note_foreign)
        page.set_default_timeout(TIMEOUT)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text)
                if message.type == "error" and not CONNECTION_ERRORS.search(message.text)
                else None
            ),
        )
        page.goto(at.url + hash_)
        if ready:
            wait_for_frame(page)
        return page

    yield open_
    for context in contexts:  # those of a test whose other fixtures failed
        context.close()
    assert foreign == []
    assert errors == []


@pytest.fixture
def room(open_page: OpenPage, server: ServerProcess) -> Iterator[Room]:
    """Open a room, and end it after the test."""
    page = open_page("classroom", ready=False)
    expect(page.locator(".entrance-form").last).to_contain_text("After 1 day the room is deleted")
    page.fill("#new-room", "Class 9b")
    page.get_by_role("button", name="Open room").click()
    expect(page.locator(".toolbar .room-name")).to_have_text("Class 9b")
    opened = Room(page, server)
    yield opened
    opened.end()


@pytest.fixture
def teacher(server: ServerProcess) -> Teacher:
    """Return a teacher with a room of their own."""
    return Teacher(server)


@pytest.fixture
def join(open_page: OpenPage) -> Join:
    """Join a class by its code and a nickname, each time in a browser of its own."""

    def join_(code: str, nickname: str = "Mei", *, ready: bool = True, **options: Any) -> Page:
        page = open_page(f"join/{code}", ready=False, **options)
        page.fill("#nickname", nickname)
        page.click("#join-form button")
        if ready:
            wait_for_seat(page)
        return page

    return join_


def wait_for_frame(page: Page) -> None:
    """Wait until the first losses are shown, and what is loaded with them: chart, help, announcements."""
    shown = "/[0-9]/.test(document.querySelector('#losses .value')?.textContent)"
    loaded = "document.getElementById('playground').dataset.views === 'loaded'"
    page.wait_for_function(f"{shown} && {loaded}", polling=POLL_INTERVAL)


def wait_for_seat(page: Page) -> None:
    """Wait until a learner's playground and its bar are shown."""
    page.wait_for_url(re.compile("/seat"))
    wait_for_frame(page)
    expect(page.locator(".room-name")).not_to_be_empty()


def resize(page: Page, width: int, height: int) -> None:
    """Give the window another size, and wait until the page has taken it in."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(TWO_FRAMES)


def epoch(page: Page) -> int:
    """The epoch that the page shows."""
    return int(re.sub(r"\D", "", page.inner_text("#epoch")))


def wait_for_epoch(page: Page, at_least: int) -> None:
    """Wait until the counter shows this epoch or a later one."""
    page.wait_for_function(
        "least => Number(document.getElementById('epoch').textContent.replace(/\\D/g, '')) >= least",
        arg=at_least,
        polling=POLL_INTERVAL,
    )


def wait_for_hash(page: Page, part: str) -> None:
    """Wait until the URL's hash contains `part`."""
    page.wait_for_function("part => location.hash.includes(part)", arg=part, polling=POLL_INTERVAL)


def pause(page: Page) -> None:
    """Stop the training, and wait until nothing of it is still to be shown."""
    page.click(".play")
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    page.click('[data-action="stepBatch"]')
    expect(page.locator("#epoch")).to_have_attribute("data-batch", "1")


def loss(page: Page, which: int = 1) -> float:
    """A loss that the page shows: 0 the training loss, 1 the test loss."""
    return float(page.locator("#losses .value").nth(which).inner_text())


def state(page: Page) -> dict[str, str]:
    """The page's address, as keys and values."""
    pairs = urlsplit(page.url).fragment.split("&")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
