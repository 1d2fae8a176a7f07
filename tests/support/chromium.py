"""Finds a Chromium on this machine and runs it with Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# Neither the browser itself nor a page may reach another host.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # *.test: other sites
]
SHELL = "chromium-headless-shell"
"""A Chromium without windows, which opens a page with less than half the work."""

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)


def find_chromium(*, shell: bool = True) -> str | None:
    """Return the path of a Chromium, or None: `TINKERNET_CHROMIUM`, else the headless shell, else any other.

    `shell=False` excludes the headless shell, whose rendering differs from that of an ordinary browser.
    """
    named = os.environ.get("TINKERNET_CHROMIUM")
    names = (SHELL, *NAMES) if shell else NAMES
    return named or next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def open_chromium(*, shell: bool = True) -> Iterator[Browser]:
    """Run a headless Chromium during a `with` block. Raise `RuntimeError` if there is none."""
    path = find_chromium(shell=shell)
    if path is None:
        raise RuntimeError("no Chromium was found: install one, or name it with TINKERNET_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
