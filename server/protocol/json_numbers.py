"""Numbers as JSON has them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def finite_or_none(values: NDArray[np.float64]) -> Any:
    """Return an array as nested lists. Infinities and nan become None, as JSON has no such numbers."""
    if np.isfinite(values).all():
        return values.tolist()
    objects = values.astype(object)
    objects[~np.isfinite(values)] = None
    return objects.tolist()
