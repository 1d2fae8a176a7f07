"""Numbers that overflow raise in tests of the engine, unless the engine itself says that they may."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("engine", deadline=None)
settings.load_profile("engine")


@pytest.fixture(scope="module", autouse=True)
def _numbers_that_overflow_raise() -> Iterator[None]:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield
