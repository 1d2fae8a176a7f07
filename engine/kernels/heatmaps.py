"""The compiled entry that draws heat maps in 32-bit floats."""

from numba import types

from engine.kernels.drawing import paint, signature
from engine.kernels.jit import entry, joining_vectors

# This makes heat maps 5 to 9 % quicker; those in 64-bit floats it would make 10 % slower.
with joining_vectors():
    paint_floats = entry(signature(types.float32))(paint)
