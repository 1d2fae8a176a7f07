"""The compiled entry that draws heat maps in 64-bit floats, for weights that are too large for 32 bits."""

from numba import types

from engine.kernels.drawing import paint, signature
from engine.kernels.jit import entry

paint_doubles = entry(signature(types.float64))(paint)
