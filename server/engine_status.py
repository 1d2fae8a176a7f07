"""Loads the compiled engine in the background, and reports its state."""

import os
from pathlib import Path
from typing import Literal

from engine.kernels import compile_cache

Engine = Literal["compiled", "compiling", "plain"]


def start(folder: Path) -> None:
    """Start to load the compiled engine, whose machine code is cached in a folder.

    The environment variable `TINKERNET_CACHE` overrides the folder, so that several servers can share one.
    """
    compile_cache.start(None if os.environ.get("TINKERNET_CACHE") else folder)


def engine() -> Engine:
    """Return "compiled" once all kernels are ready, "compiling" until then, "plain" if compiling failed.

    Until a kernel is ready, the NumPy implementation does its work.
    """
    status = compile_cache.status()
    if status == "ready":
        return "compiled"
    return "compiling" if status in {"loading", "compiling"} else "plain"
