from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.classroom.lesson import Lesson, lesson


@pytest.fixture
async def school(assets: Path, tmp_path: Path) -> AsyncIterator[Lesson]:
    """Return an application of its own."""
    async with lesson(tmp_path, assets) as running:
        yield running
