"""Vectors and memory: pointers, loads, stores, and 8 x 8 blocks. See `simd`.

A pointer is the address of an array's first element. Kernels pass pointers instead of arrays, because
that takes much less time to compile. Indexes count elements and are not checked: the caller guarantees that a
whole vector is stored at an index. `pointer[i]` reads and writes single elements.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from engine.kernels.simd import DOUBLES, FLOATS, LANES, Vector, as_vector, broadcast

_I32 = ir.IntType(32)


@intrinsic
def pointer(_context: Any, array: Any) -> Any:
    """Return the address of the first element of a C-contiguous array; booleans are read as bytes."""
    element = types.uint8 if array.dtype == types.boolean else array.dtype

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        return builder.bitcast(data, context.get_value_type(sig.return_type))

    return types.CPointer(element)(array), generate


@intrinsic
def lanes(_context: Any, array: Any) -> Any:
    """Return how many elements of a pointer's type a vector holds: a constant at run time."""

    def generate(context: Any, _builder: Any, sig: Any, _args: Any) -> Any:
        return context.get_constant(types.intp, _of(sig.args[0]).lanes)

    return types.intp(array), generate


def _place(_context: Any, builder: Any, _sig: Any, args: Any, pointer_to: Any) -> Any:
    """Emit code for the address of an element, as a pointer to a type."""
    return builder.bitcast(builder.gep(args[0], [args[1]]), pointer_to.as_pointer())


def _of(array: Any) -> Vector:
    """Return the type of vectors of a pointer's elements."""
    return DOUBLES if array.dtype == types.float64 else FLOATS


@intrinsic
def load(_context: Any, array: Any, index: Any) -> Any:
    """Return the vector that begins at an index."""
    vector = _of(array)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        loaded = builder.load(_place(context, builder, sig, args, vector.llvm))
        loaded.align = vector.integer.width // 8
        return loaded

    return vector(array, types.intp), generate


@intrinsic
def store(_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Write a vector to an index."""
    vector = _of(array)
    if value != vector:
        return None

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(
            args[2], _place(context, builder, sig, args, vector.llvm), align=vector.integer.width // 8
        )
        return context.get_dummy_value()

    return types.void(array, types.intp, vector), generate


@intrinsic
def load_splat(_context: Any, array: Any, index: Any) -> Any:
    """Return a vector with the element at an index in every lane."""
    vector = _of(array)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return broadcast(builder, builder.load(_place(context, builder, sig, args, vector.float)), vector)

    return vector(array, types.intp), generate


@intrinsic
def splat(_context: Any, array: Any, value: Any) -> Any:
    """Return a vector of the pointer's element type with a scalar in every lane."""
    vector = _of(array)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return as_vector(context, builder, args[1], sig.args[1], vector)

    return vector(array, value), generate


@intrinsic
def store_bytes(_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Write a vector of integers from -128 to 255 as bytes to an index."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        numbers = builder.fptosi(args[2], ir.VectorType(_I32, value.lanes))
        small = ir.VectorType(ir.IntType(8), value.lanes)
        place = _place(context, builder, sig, args, small)
        builder.store(builder.trunc(numbers, small), place, align=1)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


_PAIRS = ([0, 8, 2, 10, 4, 12, 6, 14], [1, 9, 3, 11, 5, 13, 7, 15])
_FOURS = ([0, 1, 8, 9, 4, 5, 12, 13], [2, 3, 10, 11, 6, 7, 14, 15])
_EIGHTS = ([0, 1, 2, 3, 8, 9, 10, 11], [4, 5, 6, 7, 12, 13, 14, 15])


def _shuffled(builder: Any, x: Any, y: Any, lanes: list[int]) -> Any:
    return builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(_I32, LANES), lanes))


@intrinsic
def reduce_add_rows(_context: Any, array: Any, index: Any) -> Any:
    """Return the lane sums of eight consecutive vectors of 64-bit floats, as one vector."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        values = _eight(context, builder, sig, args, ir.Constant(args[1].type, LANES))
        for lanes in (_PAIRS, _FOURS, _EIGHTS):
            values = [
                builder.fadd(*(_shuffled(builder, x, y, chosen) for chosen in lanes))
                for x, y in zip(values[::2], values[1::2], strict=True)
            ]
        return values[0]

    return DOUBLES(array, types.intp), generate


def _row(context: Any, builder: Any, sig: Any, args: Any, step: Any, number: int) -> Any:
    """Emit code for the address of the vector `number` steps after the index."""
    offset = builder.mul(step, ir.Constant(step.type, number))
    return _place(context, builder, sig, (args[0], builder.add(args[1], offset)), DOUBLES.llvm)


def _eight(context: Any, builder: Any, sig: Any, args: Any, step: Any) -> list[Any]:
    values = [builder.load(_row(context, builder, sig, args, step, i)) for i in range(LANES)]
    for value in values:
        value.align = 8
    return values


@intrinsic
def transpose(_context: Any, array: Any, index: Any, step: Any, place: Any, stride: Any) -> Any:
    """Write the transpose of an 8 x 8 block of 64-bit floats to another position of the same memory.

    The block's rows begin at `index` and `step` elements apart; the rows of the transpose begin at `place`
    and `stride` elements apart.
    """

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        rows = _eight(context, builder, sig, args, args[2])
        # Exchange single lanes, then pairs, then halves of rows that are 1, 2, 4 apart.
        for apart, lanes in ((1, _PAIRS), (2, _FOURS), (4, _EIGHTS)):
            rows = [
                _shuffled(builder, rows[i & ~apart], rows[i | apart], lanes[bool(i & apart)])
                for i in range(LANES)
            ]
        for i, row in enumerate(rows):
            builder.store(row, _row(context, builder, sig, (args[0], args[3]), args[4], i), align=8)
        return context.get_dummy_value()

    return types.void(array, *[types.intp] * 4), generate
