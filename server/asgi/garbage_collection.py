"""Keeps Python's garbage collector from looking through all that was loaded at the start, again and again.

Modules, compiled kernels and validators are 200,000 objects that live as long as the process. A full
collection looks at each of them and holds up all threads for 0.1 to 0.4 s, and requests with many numbers
trigger it every few seconds. Frozen objects are not looked at.
"""

import gc
import threading
from collections.abc import Callable


def freeze_after(loaded: Callable[[], object]) -> threading.Thread:
    """Freeze what is there now, and what is there when `loaded` returns; return the thread that does it."""

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
