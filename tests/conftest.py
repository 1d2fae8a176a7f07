"""No test touches the trainings of whoever runs it; what was compiled is shared with them all the same."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from platformdirs import user_data_path

from engine.kernels import compile_cache

# A busy machine is no failure; and what CI tries is the same each time, so that it tells of what changed.
settings.register_profile("tests", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.register_profile("quick", settings.get_profile("tests"), max_examples=20)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Let property tests try fewer examples in the inner loop."""
    if config.option.markexpr == "quick":
        settings.load_profile("quick")


WAITS = frozenset({"_compiled", "browser", "compiled", "kernels_loaded", "live", "process", "server"})
"""Fixtures that start a browser or a server, or wait until the kernels are compiled."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `quick` each test that is neither slow nor medium and needs no browser, server or kernel."""
    for item in items:
        waits = isinstance(item, pytest.Function) and (
            not WAITS.isdisjoint(item.fixturenames)
            or (hasattr(item, "callspec") and item.callspec.params.get("engine") == "kernels")
        )
        if not waits and not any(item.get_closest_marker(name) for name in ("slow", "medium")):
            item.add_marker("quick")


@pytest.fixture(scope="session")
def compiled(_own_data_folder: None) -> None:
    """Wait until trainings run in the compiled kernels."""
    assert compile_cache.wait(), compile_cache.status()


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Set the data folder of all servers that the tests start, in this process and in others."""
    with pytest.MonkeyPatch.context() as patch:
        if not os.environ.get("TINKERNET_CACHE"):
            patch.setenv("TINKERNET_CACHE", str(user_data_path("tinkernet", appauthor=False) / "kernels"))
        patch.setenv("TINKERNET_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.delenv("TINKERNET_DATABASE_URL", raising=False)
        yield
