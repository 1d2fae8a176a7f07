"""Independent streams of random numbers, each derived from a seed and a purpose.

Data and weights drawn from the same seed are independent of each other. Adding a purpose does not change the
numbers drawn for the others.
"""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream is used for. The values determine the numbers that each seed draws: never change them."""

    DATA = 0
    WEIGHTS = 1
    DROPOUT = 2


def stream(seed: int, purpose: Purpose) -> np.random.Generator:
    """Return the generator for a purpose. The same seed (>= 0) always gives the same numbers, bit for bit."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(purpose,)))
