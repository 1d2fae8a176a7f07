from collections.abc import Iterator
from pathlib import Path

import pytest

from server.runtime.scheduler import Scheduler
from server.runtime.session_manager import SessionManager
from tests.server.runtime.manager_client import start_manager
from tests.server.runtime.restarts import Restarts


@pytest.fixture
def session_manager() -> Iterator[SessionManager]:
    """Return a running session manager that stores nothing."""
    session_manager = start_manager(threads=2)
    yield session_manager
    session_manager.stop()


@pytest.fixture
def restarts(tmp_path: Path) -> Iterator[Restarts]:
    """Return session managers over one database; the last one is stopped at the end."""
    restarts = Restarts(tmp_path / "sessions.sqlite3")
    yield restarts
    restarts.stop()


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    """Return a scheduler with two threads."""
    scheduler = Scheduler(2)
    scheduler.start()
    yield scheduler
    scheduler.stop()


@pytest.fixture
def single_threaded() -> Iterator[Scheduler]:
    """Return a scheduler with one thread, so that turns never overlap."""
    scheduler = Scheduler(1)
    scheduler.start()
    yield scheduler
    scheduler.stop()
