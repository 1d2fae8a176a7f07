from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.storage.store_harness import StoreHarness


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sessions.sqlite3"


@pytest.fixture
def harness(file: Path) -> Iterator[StoreHarness]:
    harness = StoreHarness(f"sqlite:///{file}")
    yield harness
    harness.session_store.stop(1)
