"""The compiled entry that draws heat maps of chains in 64-bit floats, for networks with large parameters."""

from numba import types

from engine.kernels.chain_drawing import paint
from engine.kernels.drawing import signature
from engine.kernels.jit import entry

paint_doubles = entry(signature(types.float64))(paint)
