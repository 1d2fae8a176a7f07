import gc
from collections.abc import Iterator

import pytest

from server.asgi.garbage_collection import freeze_after


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.medium
def test_what_was_there_at_the_start_and_what_was_loaded_later_is_not_looked_through_again() -> None:
    late: list[list[int]] = []
    counts = []

    def load() -> None:
        counts.append(gc.get_freeze_count())
        late.extend([number] for number in range(10_000))

    freeze_after(load).join()
    assert counts[0] > 0
    assert gc.get_freeze_count() > counts[0] + 0.9 * len(late)
