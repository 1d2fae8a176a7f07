"""The compiled engine: it is loaded in the background, and this tells how far that is."""

import os
from pathlib import Path
from typing import Literal

from engine.kernels import compile_cache

Engine = Literal["compiled", "compiling", "plain"]


def start(folder: Path) -> None:
    """Begin to load the compiled engine; what is compiled for it is kept in a folder.

    Where `TINKERNET_CACHE` names another, that is used: servers with data of their own can share it.
    """
    compile_cache.start(None if os.environ.get("TINKERNET_CACHE") else folder)


def engine() -> Engine:
    """Return what trains now: compiled code, plain NumPy, or plain NumPy until the code is compiled."""
    status = compile_cache.status()
    if status == "ready":
        return "compiled"
    return "compiling" if status in {"loading", "compiling"} else "plain"
