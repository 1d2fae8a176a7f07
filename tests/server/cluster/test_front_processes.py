"""Fronts as processes that share a listening socket: they are replaced if they die, hang or are outdated.

Times are those of a machine that does something else at the same time.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from server.cluster.front_directory import FrontDirectory
from server.storage.database import Database
from tests.server.live import TIMEOUT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="processes cannot share a port there"),
]

ROOT = Path(__file__).parents[3]

RUNS = """
import signal, sys
from pathlib import Path
from server import logs
from server.asgi.server import listen
from server.cluster.directory import Directory
from server.cluster.front_directory import FrontDirectory
from server.cluster.front_processes import FrontProcesses
from server.settings import Settings
from server.storage.database import Database, in_folder

def end(*_):
    raise SystemExit(0)

settings = Settings(data_dir=Path(sys.argv[1]))
logs.configure("warning", "text")
database = Database(in_folder(settings.data_dir), shared=True)
database.open()
Directory(database).open()
fronts = FrontDirectory(database)
fronts.open()
listener = listen("127.0.0.1", 0)
processes = FrontProcesses(
    settings, fronts, count=2, address="127.0.0.1", machine="here",
    on_started=lambda: print(listener.getsockname()[1], flush=True),
)
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGHUP, lambda *_: processes.replace_all())
processes.run([listener])
"""


class Fronts:
    """Two fronts, and the process that has started them."""

    def __init__(self, folder: Path) -> None:
        self.parent = subprocess.Popen(
            [sys.executable, "-c", RUNS, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self.parent.stdout is not None
        self.address = f"127.0.0.1:{int(self.parent.stdout.readline())}"
        self._directory = FrontDirectory(Database(f"sqlite:///{folder}/tinkernet.sqlite3", shared=True))

    def there(self) -> dict[str, int]:
        """Return the processes of the fronts by their names."""
        return {name: record.info.process for name, record in self._directory.read().items()}

    def until(self, reached: Callable[[dict[str, int]], bool]) -> dict[str, int]:
        """Wait for fronts that are as wanted; return them."""
        deadline = time.monotonic() + TIMEOUT
        while not reached(there := self.there()):
            assert time.monotonic() < deadline, there
            time.sleep(0.05)
        return there

    def get(self, path: str = "/api/health") -> httpx.Response:
        return httpx.get(f"http://{self.address}{path}", timeout=TIMEOUT)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.parent.send_signal(how)
        code = self.parent.wait(TIMEOUT)
        assert self.parent.stdout is not None
        self.parent.stdout.close()
        return code


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronts]:
    running = Fronts(tmp_path_factory.mktemp("fronts"))
    yield running
    running.end()


def has_ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_front_that_dies_or_hangs_is_replaced(fronts: Fronts, how: signal.Signals) -> None:
    before = fronts.until(lambda there: len(there) == 2)
    name, process = next(iter(before.items()))
    os.kill(process, how)
    for _ in range(5):
        assert fronts.get().status_code == 200  # the other one accepts
    after = fronts.until(lambda there: len(there) == 2 and name not in there)
    assert len(before.keys() & after.keys()) == 1
    assert has_ended(process)


def test_all_are_replaced_one_after_another_and_somebody_always_answers(fronts: Fronts) -> None:
    before = fronts.until(lambda there: len(there) == 2)
    fronts.parent.send_signal(signal.SIGHUP)

    def replaced(there: dict[str, int]) -> bool:
        health = fronts.get()
        assert health.status_code == 200
        return len(there) == 2 and not before.keys() & there.keys()

    fronts.until(replaced)
    assert all(map(has_ended, before.values()))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_fronts_end_with_the_process_that_has_started_them(tmp_path: Path, how: signal.Signals) -> None:
    running = Fronts(tmp_path)
    processes = list(running.until(lambda there: len(there) == 2).values())
    assert running.end(how) == (0 if how is signal.SIGTERM else -how)
    running.until(lambda there: not there)
    deadline = time.monotonic() + TIMEOUT
    while not all(map(has_ended, processes)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
