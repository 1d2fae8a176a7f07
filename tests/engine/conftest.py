"""Numbers that overflow raise in tests of the engine, unless the engine itself says that they may."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine.kernels import compile_cache, registry


@pytest.fixture(scope="module", autouse=True)
def _numbers_that_overflow_raise() -> Iterator[None]:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


@pytest.fixture(scope="module", params=["reference", "kernels"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run what uses it twice: in plain NumPy, and with the compiled kernels."""
    if request.param == "reference":
        with registry.without():
            yield request.param
    else:
        assert compile_cache.wait(), compile_cache.status()
        yield request.param
