"""Types of the arrays that the engine passes around."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
AnyFloats: TypeAlias = NDArray[np.floating[Any]]
"""32-bit or 64-bit floats; for heat maps, with 8 bits per cell, 32-bit floats are usually precise enough."""
