"""Compressed frames are drawn like plain ones."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import OpenPage, wait_for_epoch, wait_for_frame
from tests.support.process import ServerProcess, running_server

pytestmark = pytest.mark.slow  # two servers and two browsers side by side

SETUP = "#dataset=spiral&networkShape=8,8&learningRate=0.03&dataSeed=3&weightsSeed=5"
CLASSES = "#problem=multiclass&classDataset=blobs&classes=3&networkShape=4&dataSeed=1&weightsSeed=1"

# The pixels of the large heat map, the small ones and the loss chart.
PICTURES = "() => [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"


@pytest.fixture(scope="module")
def packing() -> Iterator[ServerProcess]:
    with running_server("--packing", "always") as running:
        yield running


def record_compression(page: Page) -> list[int]:
    """Collect the compression byte of every frame after the next load of the page."""
    seen: list[int] = []

    def note(payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            seen.append(payload[2])

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", note)

    page.on("websocket", follow)
    return seen


def train(page: Page) -> list[str]:
    """Train for a while, then for two epochs after a reset; return the drawn pixels."""
    page.click(".play")
    wait_for_epoch(page, 15)
    page.click('[data-action="reset"]')
    expect(page.locator("#epoch")).to_have_text(re.compile("^[0,]+$"))
    for epoch in (1, 2):
        page.click('[data-action="stepEpoch"]')
        wait_for_epoch(page, epoch)
    return list(page.evaluate(PICTURES))


@pytest.mark.parametrize("setup", [SETUP, CLASSES], ids=["spiral", "classes"])
def test_compressed_and_plain_frames_are_drawn_identically(
    open_page: OpenPage, packing: ServerProcess, setup: str
) -> None:
    plain, packed = open_page(setup), open_page(setup, at=packing)
    seen = record_compression(packed)
    packed.reload()
    wait_for_frame(packed)
    assert train(packed) == train(plain)
    assert 1 in seen


def test_a_browser_that_cannot_decompress_gets_plain_frames(
    open_page: OpenPage, packing: ServerProcess
) -> None:
    page = open_page("", at=packing)
    page.add_init_script("delete globalThis.DecompressionStream")
    seen = record_compression(page)
    page.reload()
    wait_for_frame(page)
    page.click(".play")
    wait_for_epoch(page, 5)
    assert set(seen) == {0}
