"""Whole vectors of a processor as Numba values: eight 64-bit or sixteen 32-bit floats at a time.

Numba leaves it to LLVM to find vectors in loops, and in loops as short as those of a small network LLVM finds
few. Here a vector is a type of its own: `+ - * /` work lane by lane, scalars count as the same value in every
lane, and the functions below load, store, choose and add up. A machine with narrower registers gets the same
code as several instructions. Nothing here looks at bounds: an index counts elements of a flat, C-contiguous
array, and the caller sees to it that a whole vector stands there.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

LANES = 8
"""Floats in a vector of 64-bit floats; there are twice as many 32-bit floats in one."""

_I32 = ir.IntType(32)
_FUSE = ("contract",)


class Vector(types.Type):
    """Numba's type of a vector of floats."""

    def __init__(self, dtype: Any, lanes: int) -> None:
        self.dtype, self.lanes = dtype, lanes
        super().__init__(name=f"Vector({dtype}, {lanes})")

    @property
    def float(self) -> Any:
        """LLVM's type of a lane."""
        return ir.DoubleType() if self.dtype == types.float64 else ir.FloatType()

    @property
    def integer(self) -> Any:
        """LLVM's type of an integer as wide as a lane."""
        return ir.IntType(self.dtype.bitwidth)

    @property
    def llvm(self) -> Any:
        """LLVM's type of the vector."""
        return ir.VectorType(self.float, self.lanes)

    @property
    def integers(self) -> Any:
        """LLVM's type of as many integers."""
        return ir.VectorType(self.integer, self.lanes)


DOUBLES = Vector(types.float64, LANES)
FLOATS = Vector(types.float32, 2 * LANES)


@register_model(Vector)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Vector) -> None:
        super().__init__(manager, fe_type, fe_type.llvm)


# --- arithmetic


def _splat(builder: Any, value: Any, vector: Vector) -> Any:
    one = builder.insert_element(ir.Constant(vector.llvm, ir.Undefined), value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(
        one, one, ir.Constant(ir.VectorType(_I32, vector.lanes), [0] * vector.lanes)
    )


def _as_vector(context: Any, builder: Any, value: Any, given: Any, vector: Vector) -> Any:
    if isinstance(given, Vector):
        return value
    return _splat(builder, context.cast(builder, value, given, vector.dtype), vector)


class _Arithmetic(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        assert not kws
        vectors = {given for given in args if isinstance(given, Vector)}
        if len(vectors) == 1 and all(isinstance(given, Vector | types.Number) for given in args):
            return signature(vectors.pop(), *args)
        return None


def _define(operation: Any, emit: Callable[..., Any]) -> None:
    infer_global(operation)(type(operation.__name__, (_Arithmetic,), {"key": operation}))

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        vector = sig.return_type
        return emit(
            builder,
            *(_as_vector(context, builder, a, t, vector) for a, t in zip(args, sig.args, strict=True)),
        )

    for other in (Vector, types.Number):
        lower_builtin(operation, Vector, other)(lower)
        lower_builtin(operation, other, Vector)(lower) if other is not Vector else None


_define(operator.add, lambda builder, x, y: builder.fadd(x, y, flags=_FUSE))
_define(operator.sub, lambda builder, x, y: builder.fsub(x, y, flags=_FUSE))
_define(operator.mul, lambda builder, x, y: builder.fmul(x, y, flags=_FUSE))
_define(operator.truediv, lambda builder, x, y: builder.fdiv(x, y))


def _call(builder: Any, name: str, vector: Vector, values: Any) -> Any:
    kind = ir.FunctionType(vector.llvm, [vector.llvm] * len(values))
    name = f"{name}.v{vector.lanes}f{vector.integer.width}"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), values)


def _pure(emit: Callable[..., Any]) -> Any:
    """Make a function of vectors, and scalars among them, that returns such a vector."""

    def typing(_context: Any, *given: Any) -> Any:
        vector = next(each for each in given if isinstance(each, Vector))

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            values = [_as_vector(context, builder, a, t, vector) for a, t in zip(args, sig.args, strict=True)]
            return emit(builder, vector, *values)

        return vector(*given), generate

    return typing


@intrinsic
def fma(context: Any, x: Any, y: Any, z: Any) -> Any:
    """Return x y + z, in one rounding where the machine can."""
    return _pure(lambda builder, vector, *v: _call(builder, "llvm.fmuladd", vector, v))(context, x, y, z)


@intrinsic
def magnitude(context: Any, x: Any) -> Any:
    """Return |x|."""
    return _pure(lambda builder, vector, v: _call(builder, "llvm.fabs", vector, [v]))(context, x)


@intrinsic
def root(context: Any, x: Any) -> Any:
    """Return the square root."""
    return _pure(lambda builder, vector, v: _call(builder, "llvm.sqrt", vector, [v]))(context, x)


@intrinsic
def rounded(context: Any, x: Any) -> Any:
    """Return the nearest whole number, of two the even one."""
    return _pure(lambda builder, vector, v: _call(builder, "llvm.rint", vector, [v]))(context, x)


@intrinsic
def if_less(context: Any, x: Any, y: Any, yes: Any, no: Any) -> Any:
    """Return `yes` where x < y, elsewhere, and so where either is nan, `no`."""
    return _pure(lambda builder, _vector, a, b, c, d: builder.select(builder.fcmp_ordered("<", a, b), c, d))(
        context, x, y, yes, no
    )


@intrinsic
def if_nan(context: Any, x: Any, yes: Any) -> Any:
    """Return x, but `yes` where x is nan."""
    return _pure(lambda builder, _vector, a, b: builder.select(builder.fcmp_unordered("uno", a, a), b, a))(
        context, x, yes
    )


@intrinsic
def if_odd(context: Any, x: Any, yes: Any, no: Any) -> Any:
    """Return `yes` where the last bit of x's representation is 1, elsewhere `no`."""

    def emit(builder: Any, vector: Vector, a: Any, b: Any, c: Any) -> Any:
        odd = builder.trunc(builder.bitcast(a, vector.integers), ir.VectorType(ir.IntType(1), vector.lanes))
        return builder.select(odd, b, c)

    return _pure(emit)(context, x, yes, no)


@intrinsic
def flip_if_second_bit(context: Any, x: Any, y: Any) -> Any:
    """Return y, with its sign turned where the second last bit of x's representation is 1."""

    def emit(builder: Any, vector: Vector, a: Any, b: Any) -> Any:
        def constant(value: int) -> Any:
            return ir.Constant(vector.integers, [value] * vector.lanes)

        bit = builder.and_(builder.bitcast(a, vector.integers), constant(2))
        sign = builder.shl(bit, constant(vector.integer.width - 2))
        return builder.bitcast(builder.xor(builder.bitcast(b, vector.integers), sign), vector.llvm)

    return _pure(emit)(context, x, y)


@intrinsic
def times_power_of_two(context: Any, x: Any, shifted: Any) -> Any:
    """Return x 2^k, where `shifted` is k + 1.5 2^52 (in 32 bits 2^23), so that its last bits are k."""

    def emit(builder: Any, vector: Vector, a: Any, k: Any) -> Any:
        fraction = 52 if vector.integer.width == 64 else 23
        by = ir.Constant(vector.integers, [fraction] * vector.lanes)
        exponent = builder.shl(builder.bitcast(k, vector.integers), by)
        return builder.bitcast(builder.add(builder.bitcast(a, vector.integers), exponent), vector.llvm)

    return _pure(emit)(context, x, shifted)


# --- memory


def _place(context: Any, builder: Any, sig: Any, args: Any, pointer_to: Any) -> Any:
    array = context.make_array(sig.args[0])(context, builder, args[0])
    return builder.bitcast(builder.gep(array.data, [args[1]]), pointer_to.as_pointer())


def _of(array: Any) -> Vector:
    return DOUBLES if array.dtype == types.float64 else FLOATS


@intrinsic
def load(_context: Any, array: Any, index: Any) -> Any:
    """Return the vector that begins at an index of a flat array."""
    vector = _of(array)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        loaded = builder.load(_place(context, builder, sig, args, vector.llvm))
        loaded.align = vector.integer.width // 8
        return loaded

    return vector(array, types.intp), generate


@intrinsic
def store(_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Put a vector at an index of a flat array."""
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
def spread(_context: Any, array: Any, index: Any) -> Any:
    """Return a vector with one element of a flat array in every lane."""
    vector = _of(array)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _splat(builder, builder.load(_place(context, builder, sig, args, vector.float)), vector)

    return vector(array, types.intp), generate


@intrinsic
def everywhere(_context: Any, array: Any, value: Any) -> Any:
    """Return a vector of the array's kind with a scalar in every lane."""
    vector = _of(array)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _as_vector(context, builder, args[1], sig.args[1], vector)

    return vector(array, value), generate


@intrinsic
def store_bytes(_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Put a vector of whole numbers from -128 to 255 as bytes at an index of a flat array of bytes."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        numbers = builder.fptosi(args[2], ir.VectorType(_I32, value.lanes))
        small = ir.VectorType(ir.IntType(8), value.lanes)
        place = _place(context, builder, sig, args, small)
        builder.store(builder.trunc(numbers, small), place, align=1)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


# --- across lanes


def _folded(x: Vector, join: Callable[..., Any]) -> Any:
    """Make a function that joins a vector's lanes into one, halving it again and again."""

    def generate(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        value, lanes = args[0], x.lanes
        while lanes > 1:
            lanes //= 2
            halves = [
                builder.shuffle_vector(
                    value, value, ir.Constant(ir.VectorType(_I32, lanes), list(range(first, first + lanes)))
                )
                for first in (0, lanes)
            ]
            value = join(builder, *halves)
        return builder.extract_element(value, ir.Constant(_I32, 0))

    return x.dtype(x), generate


@intrinsic
def total(_context: Any, x: Any) -> Any:
    """Return the sum of a vector's lanes."""
    return _folded(x, lambda builder, a, b: builder.fadd(a, b))


@intrinsic
def largest(_context: Any, x: Any) -> Any:
    """Return the largest of a vector's lanes; where there is a nan, any of them."""
    return _folded(x, lambda builder, a, b: builder.select(builder.fcmp_ordered("<", a, b), b, a))


_PAIRS = ([0, 8, 2, 10, 4, 12, 6, 14], [1, 9, 3, 11, 5, 13, 7, 15])
_FOURS = ([0, 1, 8, 9, 4, 5, 12, 13], [2, 3, 10, 11, 6, 7, 14, 15])
_EIGHTS = ([0, 1, 2, 3, 8, 9, 10, 11], [4, 5, 6, 7, 12, 13, 14, 15])


def _shuffled(builder: Any, x: Any, y: Any, lanes: list[int]) -> Any:
    return builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(_I32, LANES), lanes))


@intrinsic
def totals(_context: Any, array: Any, index: Any) -> Any:
    """Return the sums of eight vectors of 64-bit floats, one after the other from an index on."""

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
    """Return a pointer to the vector `number` steps after the index."""
    offset = builder.mul(step, ir.Constant(step.type, number))
    return _place(context, builder, sig, (args[0], builder.add(args[1], offset)), DOUBLES.llvm)


def _eight(context: Any, builder: Any, sig: Any, args: Any, step: Any) -> list[Any]:
    values = [builder.load(_row(context, builder, sig, args, step, i)) for i in range(LANES)]
    for value in values:
        value.align = 8
    return values


@intrinsic
def transpose(_context: Any, array: Any, index: Any, step: Any, place: Any, stride: Any) -> Any:
    """Copy a matrix of 8 x 8 64-bit floats within an array, its rows turned into columns.

    Its rows begin every `step` elements from `index` on, the new ones every `stride` from `place` on.
    """

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        rows = _eight(context, builder, sig, args, args[2])
        # Exchange single lanes, then pairs, then halves between rows that stand 1, 2, 4 apart.
        for apart, lanes in ((1, _PAIRS), (2, _FOURS), (4, _EIGHTS)):
            rows = [
                _shuffled(builder, rows[i & ~apart], rows[i | apart], lanes[bool(i & apart)])
                for i in range(LANES)
            ]
        for i, row in enumerate(rows):
            builder.store(row, _row(context, builder, sig, (args[0], args[3]), args[4], i), align=8)
        return context.get_dummy_value()

    return types.void(array, *[types.intp] * 4), generate
