"""The state of the compiled engine, which is loaded in the background."""

import os
from pathlib import Path
from typing import Literal

from engine.kernels import compile_cache

Engine = Literal["compiled", "compiling", "plain"]


def start(folder: Path) -> None:
    """Start to load the compiled engine, with a folder for its compiled code.

    The environment variable `TINKERNET_CACHE` may name another folder, which several servers can share.
    """
    compile_cache.start(None if os.environ.get("TINKERNET_CACHE") else folder)


def engine() -> Engine:
    """Return "compiled" when all kernels are ready, "compiling" until then, "plain" if there are none.

    While it is "compiling", plain NumPy does the work of the kernels that are not ready yet.
    """
    status = compile_cache.status()
    if status == "ready":
        return "compiled"
    return "compiling" if status in {"loading", "compiling"} else "plain"
