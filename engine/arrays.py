"""The kinds of array that the engine passes around."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
# Grids are drawn in 8 bits a cell, so they may be computed in 32-bit floats.
AnyFloats: TypeAlias = NDArray[np.floating[Any]]
