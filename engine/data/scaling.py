"""Scaling of the inputs, so that all have a similar range."""

from typing import NamedTuple

import numpy as np

from engine.arrays import Floats

SCALINGS: tuple[str, ...] = ("none", "standardized")


class Scaling(NamedTuple):
    """For each input the mean to subtract and the deviation to divide by: both (inputs,)."""

    mean: Floats
    deviation: Floats

    def __call__(self, features: Floats) -> Floats:
        """Return scaled features (n, inputs)."""
        with np.errstate(all="ignore"):  # custom points may overflow; training then diverges
            return np.asarray((features - self.mean) / self.deviation)


def unscaled(inputs: int) -> Scaling:
    """Return the scaling that changes nothing."""
    return Scaling(np.zeros(inputs), np.ones(inputs))


def fit(scaling: str, features: Floats) -> Scaling:
    """Return the named scaling, fitted to the features (n, inputs) of the training points.

    "standardized" gives them mean 0 and standard deviation 1 (LeCun and others 1998, 4.3). A feature that is
    the same at all points is only centred.
    """
    if scaling == "none":
        return unscaled(features.shape[1])
    with np.errstate(all="ignore"):
        deviation = features.std(axis=0)
        usable = np.isfinite(deviation) & (deviation > 1e-12)
        return Scaling(features.mean(axis=0), np.where(usable, deviation, 1.0))
