"""How the kernels come into use, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.kernels import compile_cache
from tests.engine.compiled import loaded  # noqa: F401 - a fixture


def run(code: str, **environment: str) -> str:
    """Run a script in a fresh process; return what it prints and logs."""
    begin = "import logging, sys; logging.basicConfig(level=logging.INFO, stream=sys.stdout); "
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", begin + code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


WAIT = (
    "from engine.kernels import compile_cache as k, registry; k.wait(); print(k.status(), registry.ready())"
)


def test_a_second_process_finds_all_in_the_cache() -> None:
    assert compile_cache.status() == "ready"
    assert run(WAIT) == "ready True\n"


def test_without_numba_the_reference_is_told_to_do_it_in_one_line() -> None:
    printed = run("sys.modules['numba'] = None; " + WAIT).splitlines()
    assert printed[-1] == "absent False"
    assert len(printed) == 2
    assert "NumPy" in printed[0]


def test_what_fails_is_logged_and_the_reference_stays() -> None:
    printed = run("sys.modules['engine.kernels.metrics'] = None; " + WAIT)
    assert printed.endswith("failed False\n")
    assert "Traceback" in printed


def test_starting_does_not_wait() -> None:
    printed = run(
        "from engine.kernels import compile_cache as k; print(k.status()); k.start(); print(k.status()); "
        "k.start(); "
        "print(k.wait())"
    )
    assert printed == "idle\nloading\nTrue\n"


def test_each_state_of_the_sources_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = compile_cache.cache_folder(tmp_path)
    assert folder.parent == tmp_path
    assert compile_cache.cache_folder(tmp_path) == folder
    monkeypatch.setattr(sys, "version", "another")
    assert compile_cache.cache_folder(tmp_path) != folder
    monkeypatch.setenv("TINKERNET_CACHE", str(tmp_path / "named"))
    assert compile_cache.cache_folder().parent == tmp_path / "named"


def test_where_nothing_can_be_written_compiled_code_passes_with_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = compile_cache.cache_folder(tmp_path / "file")
    assert folder.is_dir()
    assert tmp_path not in folder.parents
