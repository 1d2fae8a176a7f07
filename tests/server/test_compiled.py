import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import kernel_loading
from server import compiled


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
    monkeypatch.setattr(kernel_loading, "status", lambda: status)
    assert compiled.engine() == engine


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
