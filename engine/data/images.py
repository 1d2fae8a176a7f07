"""Handwritten digits: 1,797 images of 8x8 pixels with their digit (Alpaydin and Kaynak 1998).

They travel with the package scikit-learn, which may be missing; nothing is fetched from elsewhere. Pixels are
numbers from 0, the paper, to 1, the ink.
"""

import gzip
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.arrays import Floats
from engine.data.image_shape import ImageShape
from engine.data.points import Points
from engine.errors import InvalidValue

DIGITS = "digits"
"""The name of the dataset."""

SHAPE = ImageShape(1, 8, 8)
"""The shape of the images."""

CLASSES = 10

COUNT = 1797
"""Number of images."""

MAX_INK = 16
"""Pixels are whole numbers from 0 to this, divided by it."""

INSTALL = "pip install 'tinkernet[digits]'"
"""The command that makes the digits available."""

NOT_INSTALLED = f"another dataset: the digits are not installed ({INSTALL})"
"""What is expected in place of the digits where they are missing."""


def _file() -> Path | None:
    # The package itself is not imported: that takes a second and much memory.
    package = find_spec("sklearn")
    for folder in (package and package.submodule_search_locations) or ():
        path = Path(folder) / "datasets" / "data" / "digits.csv.gz"
        if path.is_file():
            return path
    return None


def are_available() -> bool:
    """Return whether the digits can be loaded."""
    return _file() is not None


@lru_cache(maxsize=1)
def load_digits() -> Floats:
    """Return the digits as they are in the file: (1797, 65), pixels from 0 to 16 and last the digit.

    Raises `InvalidValue` if they are not installed.
    """
    path = _file()
    if path is None:
        raise InvalidValue("dataset", DIGITS, NOT_INSTALLED)
    with gzip.open(path, "rt", encoding="ascii") as lines:
        table = np.loadtxt(lines, delimiter=",")
    table.setflags(write=False)
    return table


def digits(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Return the first `count` digits: pixels (count, 64) and digits (count,).

    `noise` is the standard deviation of what is added to each pixel, which stays between 0 and 1. Raises
    `InvalidValue` if the digits are not installed.
    """
    table = load_digits()[:count]
    pixels = table[:, :-1] / MAX_INK
    if noise:
        # Another stream, so that the noise does not decide which images are for testing.
        pixels = np.clip(pixels + rng.spawn(1)[0].normal(0, noise, pixels.shape), 0, 1)
    return Points(pixels, table[:, -1])
