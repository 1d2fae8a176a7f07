"""Independent streams of random numbers, each from a seed and a purpose.

The purpose is part of the stream, so that data and weights drawn from the same seed have nothing in common,
and a new purpose leaves what the others draw unchanged.
"""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream is drawn for. The numbers are part of what a seed means: never change them."""

    DATA = 0
    WEIGHTS = 1
    DROPOUT = 2


def stream(seed: int, purpose: Purpose) -> np.random.Generator:
    """Return the generator of one purpose. The same seed (0 or more) gives the same numbers, bit for bit."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(purpose,)))
