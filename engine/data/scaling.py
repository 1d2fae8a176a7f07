"""Scaling of the inputs, so that each is about as large as the others."""

from typing import NamedTuple

import numpy as np

from engine.arrays import Floats

SCALINGS: tuple[str, ...] = ("none", "standardized")


class Scaling(NamedTuple):
    """For each input what is subtracted, and by what the rest is divided: both (inputs,)."""

    mean: Floats
    deviation: Floats

    def __call__(self, features: Floats) -> Floats:
        """Return features (n, inputs) scaled."""
        with np.errstate(all="ignore"):  # a point given far out may overflow: training diverges, and says so
            return np.asarray((features - self.mean) / self.deviation)


def unscaled(inputs: int) -> Scaling:
    """Return the scaling that leaves everything as it is."""
    return Scaling(np.zeros(inputs), np.ones(inputs))


def fit(scaling: str, features: Floats) -> Scaling:
    """Return the scaling of a kind for the features (n, inputs) of the points that train.

    Standardized, they have mean 0 and standard deviation 1 (LeCun and others 1998, 4.3). A feature that is
    the same at all points is only moved.
    """
    if scaling == "none":
        return unscaled(features.shape[1])
    with np.errstate(all="ignore"):
        deviation = features.std(axis=0)
        usable = np.isfinite(deviation) & (deviation > 1e-12)
        return Scaling(features.mean(axis=0), np.where(usable, deviation, 1.0))
