"""A pool of scratch buffers, reused by kernel calls on any thread."""

from collections import deque

import numpy as np

from engine.arrays import Floats


class ScratchPool:
    """Buffers of 64-bit floats that calls acquire and release."""

    def __init__(self) -> None:
        self._free: deque[Floats] = deque()

    def acquire(self, size: int) -> Floats:
        """Return a buffer of at least `size` floats with arbitrary content."""
        try:
            buffer = self._free.pop()
        except IndexError:
            return np.empty(size)
        return buffer if len(buffer) >= size else np.empty(size)

    def release(self, buffer: Floats) -> None:
        """Make a buffer available again."""
        self._free.append(buffer)


pool = ScratchPool()
