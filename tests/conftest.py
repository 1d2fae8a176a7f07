"""No test touches the trainings of whoever runs it; what was compiled is shared with them all the same."""

import gc
import math
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from inspect import signature
from pathlib import Path
from zlib import crc32

import httpx
import pytest
from hypothesis import settings
from platformdirs import user_data_path

from engine.kernels import compile_cache
from tests.support.examples import DEFAULT_EXAMPLES

# Python keeps what it has compiled of tests and program, even where the environment says otherwise, as many
# containers do: dozens of tests start servers, and each would compile the whole program again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _memory_for_temporary_files(folder: Path = Path("/dev/shm"), needed: int = 2**30) -> None:
    """Keep temporary files in memory, where Linux offers it: hundreds of databases wait for no disk.

    A folder that the environment names is kept.
    """
    if "TMPDIR" in os.environ or not os.access(folder, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(folder).free >= needed and not os.statvfs(folder).f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


_memory_for_temporary_files()

# A busy machine is no failure: by default httpx waits 5 seconds for an answer.
_patience: httpx.Timeout = signature(httpx.Client).parameters["timeout"].default
_patience.connect = _patience.read = _patience.write = _patience.pool = 60.0

# Nor is it one for property tests; and what CI tries is the same each time, so that it tells of what changed.
settings.register_profile(
    "tests", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=DEFAULT_EXAMPLES
)
settings.register_profile("not slow", settings.get_profile("tests"), max_examples=30)
settings.register_profile("quick", settings.get_profile("tests"), max_examples=20)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Let property tests try fewer examples outside of the slow stage, and the inner loop load no kernels."""
    if config.option.markexpr in ("quick", "not slow"):
        settings.load_profile(config.option.markexpr)
    if config.option.markexpr == "quick":
        compile_cache.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Compile no kernels on demand, in this process and in servers, where no slow test is to run."""
    if not any(item.get_closest_marker("slow") for item in session.items):
        os.environ[compile_cache.NONE_ON_DEMAND] = "1"


WAITING_FIXTURES = frozenset(
    {"_compiled", "browser", "compiled", "kernels_loaded", "live", "process", "server"}
)
"""Fixtures that start a browser or a server, or wait until the kernels are compiled."""


NOT_IMPORTED = {
    "quick": (
        "browser",
        "server/test_openapi.py",
        *(f"engine/kernels/test_{name}.py" for name in ("jit", "simd", "simd_math")),
    ),
    "not slow": ("server/test_openapi.py",),
}
"""By an expression of markers: folders and files in which it selects nothing, and whose imports take long."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what the expression of markers selects nothing of."""
    unneeded = NOT_IMPORTED.get(config.option.markexpr, ())
    return any(collection_path == Path(__file__).parent / each for each in unneeded) or None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from going through all modules and tests again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


MAX_QUICK_CASES = 24
"""Of a test with more cases, about so many are quick: not the first, which are alike, but by chance."""


def _test_of(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `quick` each test that is neither slow nor medium and needs no browser, server or kernel."""
    cases = Counter(map(_test_of, items))
    for item in items:
        if crc32(item.nodeid.encode()) % math.ceil(cases[_test_of(item)] / MAX_QUICK_CASES):
            continue
        waits = isinstance(item, pytest.Function) and (
            not WAITING_FIXTURES.isdisjoint(item.fixturenames)
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
