"""What an open panel costs: frames painted with it, as a fraction of those without, in a real Chromium.

    python -m tests.benchmarks.panels [--seconds 4] [--rounds 3]

Each round measures the page without a panel before each panel, so that other work on the machine meets both.
"""

import argparse
import statistics

from playwright.sync_api import Browser, Page

from tests.benchmarks.page import CASES, Case, open_page
from tests.support.chromium import open_chromium
from tests.support.process import ServerProcess, running_server

PANELS = ("training", "point", "quality", "descent")
READ = "() => [performance.now(), window.__spy.painted]"


def painted(page: Page, seconds: float) -> float:
    """Return the frames painted a second."""
    start = page.evaluate(READ)
    page.wait_for_timeout(seconds * 1000)
    end = page.evaluate(READ)
    return 1000 * float(end[1] - start[1]) / float(end[0] - start[0])


def open_panel(page: Page, name: str) -> None:
    """Open a panel, or a part of the one that looks inside, with something to show."""
    if name == "descent":
        page.click('.lesson [data-action="descent"]')
        page.wait_for_selector("#descent-landscape")
        return
    page.click('[data-action="inside"]')
    page.click(f"#inside-{name}-tab")
    if name == "point":
        page.click("#picture canvas >> nth=0", position={"x": 100, "y": 100}, force=True)
        page.wait_for_selector("#inside math")


def close_panel(page: Page, name: str) -> None:
    """Close a panel again."""
    page.keyboard.press("Escape")
    page.wait_for_selector("#descent" if name == "descent" else "#inside", state="hidden")


def measure(browser: Browser, server: ServerProcess, case: Case, seconds: float, rounds: int) -> None:
    """Measure all panels over one network, and print."""
    page = open_page(browser, server, f"{case.hash}&speed=60")
    page.click(".play")
    shares: dict[str, list[float]] = {name: [] for name in PANELS}
    for _ in range(rounds):
        for name in PANELS:
            without = painted(page, seconds)
            open_panel(page, name)
            shares[name].append(painted(page, seconds) / without)
            close_panel(page, name)
    page.close()
    told = ", ".join(f"{name} {statistics.median(each):.2f}" for name, each in shares.items())
    print(f"{case.name}: {told}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each is watched")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is watched")
    arguments = parser.parse_args()
    with running_server() as server, open_chromium(shell=False) as browser:
        server.wait_for_kernels()
        print("painted frames a second with an open panel, as a share of those without:")
        for case in CASES:
            measure(browser, server, case, arguments.seconds, arguments.rounds)


if __name__ == "__main__":
    main()
