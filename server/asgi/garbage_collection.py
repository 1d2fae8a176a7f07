"""Excludes the objects that are loaded at the start from garbage collection (`gc.freeze`).

Modules, compiled kernels and validators are 200,000 objects that live as long as the process. A full
collection traverses all of them and blocks all threads for 0.1 to 0.4 s, and requests with many numbers
trigger one every few seconds. Frozen objects are skipped.
"""

import gc
import threading
from collections.abc import Callable


def freeze_after(loaded: Callable[[], object]) -> threading.Thread:
    """Freeze all objects now, and again on a thread once `loaded` returns; return that thread."""

    def freeze() -> None:
        _freeze()
        loaded()
        _freeze()

    thread = threading.Thread(target=freeze, name="freeze", daemon=True)
    thread.start()
    return thread


def _freeze() -> None:
    gc.collect()
    gc.freeze()
