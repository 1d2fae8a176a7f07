"""How fast the page is in a real Chromium against a running server.

    python -m tests.benchmarks.page [--seconds 6] [--json]

Prints painted frames and epochs a second for three networks, beside what TensorFlow Playground does in
the same browser on a 2-core machine (one epoch a frame), the time from a change of a control to the first
frame that shows it, the time until the page can be used, and what it weighs.
"""

import argparse
import json
import statistics
from dataclasses import asdict, dataclass
from functools import partial

from playwright.sync_api import Browser, Page, Response

from tests.support.chromium import open_chromium
from tests.support.process import ServerProcess, running_server

POLL_INTERVAL = 100  # milliseconds between looks at the page, which takes them from what is measured
SEVEN = "x=true&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"


@dataclass(frozen=True)
class Case:
    """A network, and the original's frames (and epochs) a second with it."""

    name: str
    hash: str
    original: int


CASES = (
    Case(
        "A circle, 2 inputs, [4,2] tanh", "#activation=tanh&dataset=circle&networkShape=4,2&batchSize=10", 60
    ),
    Case(
        "B spiral, 7 inputs, [8,8,8] relu", f"#activation=relu&dataset=spiral&networkShape=8,8,8&{SEVEN}", 28
    ),
    Case(
        "C spiral, 7 inputs, [8]x6 tanh",
        f"#activation=tanh&dataset=spiral&networkShape=8,8,8,8,8,8&{SEVEN}",
        14,
    ),
)

# A page acknowledges what it has painted: counting that counts painted frames, without a hook in the page.
SPY = """
(() => {
  const Real = window.WebSocket;
  const spy = (window.__spy = { painted: 0, epochs: 0, revisions: new Map(), shown: 0, at: 0, first: 0 });
  window.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        const view = new DataView(data);
        spy.epochs = view.getFloat64(16, true);
        spy.revisions.set(view.getUint32(4, true), view.getUint32(8, true));
      });
    }
    send(data) {
      super.send(data);
      if (typeof data !== "string" || !data.includes('"ack"')) return;
      spy.painted += 1;
      spy.at = performance.now();
      spy.first ||= spy.at;
      spy.shown = spy.revisions.get(JSON.parse(data).frame) ?? spy.shown;
    }
  };
})();
"""

CHANGE = """
async ([id, value]) => {
  const spy = window.__spy;
  const before = spy.shown;
  const select = document.getElementById(id);
  const start = performance.now();
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  while (spy.shown <= before) await new Promise((done) => setTimeout(done, 1));
  return spy.at - start;
}
"""


@dataclass
class Rate:
    """What was measured of one network."""

    case: str
    painted_per_second: float
    epochs_per_second: float
    original_per_second: int


def open_page(browser: Browser, server: ServerProcess, hash_: str) -> Page:
    """A page of its own, with the spy in place and its first frame painted."""
    page = browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)
    page.add_init_script(SPY)
    page.goto(server.url + hash_)
    page.wait_for_function("window.__spy.painted > 0")
    return page


def measure_rate(browser: Browser, server: ServerProcess, case: Case, speed: str, seconds: float) -> Rate:
    """Frames painted and epochs trained a second at a speed, after a second to warm up."""
    page = open_page(browser, server, f"{case.hash}&speed={speed}")
    page.click(".play")
    page.wait_for_timeout(1000)
    read = "() => [performance.now(), window.__spy.painted, window.__spy.epochs]"
    start = page.evaluate(read)
    page.wait_for_timeout(seconds * 1000)
    end = page.evaluate(read)
    stop_training(page)
    passed = (end[0] - start[0]) / 1000
    return Rate(case.name, (end[1] - start[1]) / passed, (end[2] - start[2]) / passed, case.original)


def measure_changes(browser: Browser, server: ServerProcess, count: int) -> list[float]:
    """Milliseconds from each change of a control, in training, to the first painted frame that shows it."""
    page = open_page(browser, server, CASES[0].hash)
    page.click(".play")
    page.wait_for_timeout(500)
    choices = ("relu", "sigmoid", "linear", "tanh")
    times = []
    for turn in range(count):
        times.append(float(page.evaluate(CHANGE, ["activation", choices[turn % len(choices)]])))
        page.wait_for_timeout(50 + 7 * (turn % 5))
    stop_training(page)
    return times


def stop_training(page: Page) -> None:
    """Pause and close a page, so that its training takes nothing from what is measured next."""
    page.click(".play")
    page.wait_for_selector(".play[aria-pressed=false]")
    page.close()


def note_size(sizes: list[int], response: Response) -> None:
    """Add the bytes of a response's body."""
    sizes.append(len(response.body()))


def measure_opening(browser: Browser, server: ServerProcess, count: int) -> tuple[list[float], int]:
    """Milliseconds until the first frame is painted (controls work then), and the bytes of all files.

    The files are weighed in an opening of their own, since reading each of them takes time.
    """
    times = []
    sizes: list[int] = []
    for index in range(count + 1):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True)
        page = context.new_page()
        page.add_init_script(SPY)
        if index == 0:
            page.on("response", partial(note_size, sizes))
        page.goto(server.url, wait_until="commit")
        page.wait_for_function("window.__spy.first > 0", polling=POLL_INTERVAL)
        if index > 0:
            times.append(float(page.evaluate("window.__spy.first")))
        context.close()
    return times, sum(sizes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=6.0, help="how long each network is watched")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    arguments = parser.parse_args()
    with running_server() as server, open_chromium(shell=False) as browser:
        server.wait_for_kernels()
        rates = {
            speed: [measure_rate(browser, server, case, speed, arguments.seconds) for case in CASES]
            for speed in ("60", "max")
        }
        changes = measure_changes(browser, server, 40)
        opening, weight = measure_opening(browser, server, 5)
    if arguments.json:
        figures = {speed: [asdict(rate) for rate in each] for speed, each in rates.items()}
        print(
            json.dumps(
                {"rates": figures, "change_ms": changes, "opening_ms": opening, "page_bytes": weight},
                indent=2,
            )
        )
        return
    for speed, each in rates.items():
        print(
            f"\nspeed {speed}: {'network':<36}{'painted/s':>10}{'epochs/s':>10}{'original':>10}{'ratio':>8}"
        )
        for rate in each:
            ratio = rate.epochs_per_second / rate.original_per_second
            print(
                f"{'':>10} {rate.case:<36}{rate.painted_per_second:>10.1f}{rate.epochs_per_second:>10.0f}"
                f"{rate.original_per_second:>10}{ratio:>7.1f}x"
            )
    quantiles = statistics.quantiles(changes, n=20)
    print(
        f"\nchange of a control to its first frame: median {statistics.median(changes):.0f} ms, "
        f"95 % {quantiles[18]:.0f} ms"
    )
    print(f"page opened to first painted frame: median {statistics.median(opening):.0f} ms")
    print(f"page, all files together: {weight / 1000:.0f} kB")


if __name__ == "__main__":
    main()
