import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.kernels import compile_cache
from server import engine_status


@pytest.mark.parametrize(
    ("status", "engine"),
    [
        ("idle", "plain"),
        ("loading", "compiling"),
        ("compiling", "compiling"),
        ("ready", "compiled"),
        ("absent", "plain"),
        ("failed", "plain"),
    ],
)
def test_what_trains_is_told(status: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_cache, "status", lambda: status)
    assert engine_status.engine() == engine


@pytest.mark.medium
def test_importing_the_server_does_not_wait_for_the_compiler() -> None:
    program = "import sys, server.app; print('numba' in sys.modules, 'llvmlite' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "False"]
