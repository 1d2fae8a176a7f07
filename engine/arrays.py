"""Types of the arrays that the engine passes around."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
AnyFloats: TypeAlias = NDArray[np.floating[Any]]
"""32-bit or 64-bit floats: heat maps have 8 bits a cell, so 32-bit floats may be precise enough."""
