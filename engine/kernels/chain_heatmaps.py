"""The compiled entry that draws heat maps of chains of any kinds of layers, in 32-bit floats."""

from numba import types

from engine.kernels.chain_drawing import paint
from engine.kernels.drawing import signature
from engine.kernels.jit import entry

paint_floats = entry(signature(types.float32))(paint)
