"""How long a first start takes, in a fresh copy of the tree with an empty data folder, then a warm one.

    python -m tests.benchmarks.start [--install]

Prints the seconds from the start of the command to the first painted frame of the page in Chromium, to
compiled training and to everything compiled, and the processor time of the server and its compilers. Python,
the packages and Chromium are those of this installation; `--install` also measures `pip install .` into a
fresh environment, which needs a network or pip's cache.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.support.chromium import open_chromium
from tests.support.process import free_port

ROOT = Path(__file__).parents[2]
TIMEOUT = 600.0
COPIED = ("engine", "server", "static", "templates", "pyproject.toml", "README.md", "LICENSE")
PAINTED = "performance.getEntriesByName('first-contentful-paint').length > 0"


def copy_tree(target: Path) -> None:
    """Copy what a server needs, without what was compiled."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)


def until(condition: Any, interval: float = 0.05) -> None:
    """Ask a condition, which may fail while the server starts, until it is true."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        try:
            if condition():
                return
        except httpx.HTTPError:
            pass
        time.sleep(interval)
    raise TimeoutError("the server did not get there")


class Watch:
    """Notes when training and when everything is compiled, while the page is opened."""

    def __init__(self, url: str, began: float) -> None:
        self.url, self.began = url, began
        self.training = self.everything = 0.0
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=TIMEOUT) as client:
            until(lambda: client.get("api/health").status_code == 200)
            session = client.post("api/sessions", json={}).json()["id"]

            def trains_compiled() -> bool:
                client.post(f"api/sessions/{session}/train", json={"epochs": 1})
                return bool(client.get(f"api/sessions/{session}").json()["engine"] == "compiled")

            # Seldom, since training in NumPy and two requests take time from what is measured.
            until(trains_compiled, 0.25)
            self.training = time.perf_counter() - self.began
            until(lambda: client.get("api/health").json()["engine"] == "compiled")
            self.everything = time.perf_counter() - self.began


def measure(tree: Path, data: Path) -> str:
    """Start a server from a tree, open its page, and return the figures as a line."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    environment = {**os.environ, "PYTHONPATH": str(tree), "TINKERNET_DATA_DIR": str(data)}
    environment.pop("TINKERNET_CACHE", None)
    with open_chromium(shell=False) as browser:
        page = browser.new_page()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "server", "--host", "127.0.0.1", "--port", str(port), "--no-open"],
            cwd=tree,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            watch = Watch(url, began)
            until(lambda: httpx.get(url).status_code == 200)
            page.goto(url)
            page.wait_for_function(PAINTED)
            painted = time.perf_counter() - began
            watch.thread.join()
        finally:
            server.terminate()
            server.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        f"first painted frame {painted:5.1f} s   compiled training {watch.training:5.1f} s   "
        f"everything compiled {watch.everything:5.1f} s   processor time {cpu:5.1f} s"
    )


def install(tree: Path, environment: Path) -> float:
    """Return the seconds that `pip install .` takes in a fresh environment."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    pip = environment / ("Scripts" if os.name == "nt" else "bin") / "pip"
    subprocess.run([str(pip), "install", "-q", str(tree)], check=True)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--install", action="store_true", help="measure pip install too")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        tree, data = Path(folder) / "tree", Path(folder) / "data"
        tree.mkdir()
        copy_tree(tree)
        if arguments.install:
            print(f"pip install: {install(tree, Path(folder) / 'environment'):.1f} s")
        print(f"empty cache: {measure(tree, data)}")
        print(f"warm cache:  {measure(tree, data)}")


if __name__ == "__main__":
    main()
