"""SIMD vectors as Numba values: eight 64-bit or sixteen 32-bit floats at a time.

Numba relies on LLVM to turn loops into vector instructions, and LLVM rarely does so for loops as short as
those of a small network. Here a vector is a type of its own: `+ - * /` work lane by lane, a scalar operand
has the same value in every lane, and the functions below compute, select and reduce. A processor with
narrower registers gets the same code as several instructions. `simd_memory` loads and stores vectors.
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
"""64-bit floats in a vector; a vector holds twice as many 32-bit floats."""

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


def broadcast(builder: Any, value: Any, vector: Vector) -> Any:
    """Emit code that puts a scalar into every lane."""
    one = builder.insert_element(ir.Constant(vector.llvm, ir.Undefined), value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(
        one, one, ir.Constant(ir.VectorType(_I32, vector.lanes), [0] * vector.lanes)
    )


def as_vector(context: Any, builder: Any, value: Any, given: Any, vector: Vector) -> Any:
    """Emit code that turns a value of the type `given` into a vector, if it is a scalar."""
    if isinstance(given, Vector):
        return value
    return broadcast(builder, context.cast(builder, value, given, vector.dtype), vector)


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
            *(as_vector(context, builder, a, t, vector) for a, t in zip(args, sig.args, strict=True)),
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
    """Return the typing of an intrinsic that takes vectors, and scalars among them, and returns a vector."""

    def typing(_context: Any, *given: Any) -> Any:
        vector = next(each for each in given if isinstance(each, Vector))

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            values = [as_vector(context, builder, a, t, vector) for a, t in zip(args, sig.args, strict=True)]
            return emit(builder, vector, *values)

        return vector(*given), generate

    return typing


@intrinsic
def fma(context: Any, x: Any, y: Any, z: Any) -> Any:
    """Return x y + z, with one rounding if the processor supports it."""
    return _pure(lambda builder, vector, *v: _call(builder, "llvm.fmuladd", vector, v))(context, x, y, z)


@intrinsic
def absolute(context: Any, x: Any) -> Any:
    """Return |x|."""
    return _pure(lambda builder, vector, v: _call(builder, "llvm.fabs", vector, [v]))(context, x)


@intrinsic
def square_root(context: Any, x: Any) -> Any:
    """Return the square root."""
    return _pure(lambda builder, vector, v: _call(builder, "llvm.sqrt", vector, [v]))(context, x)


@intrinsic
def round_to_even(context: Any, x: Any) -> Any:
    """Return the nearest integer; of two equally near ones, the even one."""
    return _pure(lambda builder, vector, v: _call(builder, "llvm.rint", vector, [v]))(context, x)


@intrinsic
def select_lt(context: Any, x: Any, y: Any, yes: Any, no: Any) -> Any:
    """Return `yes` where x < y and `no` elsewhere, also where either is nan."""
    return _pure(lambda builder, _vector, a, b, c, d: builder.select(builder.fcmp_ordered("<", a, b), c, d))(
        context, x, y, yes, no
    )


@intrinsic
def select_eq(context: Any, x: Any, y: Any, yes: Any, no: Any) -> Any:
    """Return `yes` where x = y and `no` elsewhere, also where either is nan."""
    return _pure(lambda builder, _vector, a, b, c, d: builder.select(builder.fcmp_ordered("==", a, b), c, d))(
        context, x, y, yes, no
    )


@intrinsic
def select_nan(context: Any, x: Any, yes: Any) -> Any:
    """Return x, with nan replaced by `yes`."""
    return _pure(lambda builder, _vector, a, b: builder.select(builder.fcmp_unordered("uno", a, a), b, a))(
        context, x, yes
    )


@intrinsic
def select_odd(context: Any, x: Any, yes: Any, no: Any) -> Any:
    """Return `yes` where the last bit of x's representation is 1, and `no` elsewhere."""

    def emit(builder: Any, vector: Vector, a: Any, b: Any, c: Any) -> Any:
        odd = builder.trunc(builder.bitcast(a, vector.integers), ir.VectorType(ir.IntType(1), vector.lanes))
        return builder.select(odd, b, c)

    return _pure(emit)(context, x, yes, no)


@intrinsic
def flip_sign_by_second_bit(context: Any, x: Any, y: Any) -> Any:
    """Return y, negated where the second last bit of x's representation is 1."""

    def emit(builder: Any, vector: Vector, a: Any, b: Any) -> Any:
        def constant(value: int) -> Any:
            return ir.Constant(vector.integers, [value] * vector.lanes)

        bit = builder.and_(builder.bitcast(a, vector.integers), constant(2))
        sign = builder.shl(bit, constant(vector.integer.width - 2))
        return builder.bitcast(builder.xor(builder.bitcast(b, vector.integers), sign), vector.llvm)

    return _pure(emit)(context, x, y)


@intrinsic
def scale_by_power_of_two(context: Any, x: Any, shifted: Any) -> Any:
    """Return x 2^k, where `shifted` is k + 1.5 2^52 (32-bit: k + 1.5 2^23), whose last bits are k."""

    def emit(builder: Any, vector: Vector, a: Any, k: Any) -> Any:
        fraction = 52 if vector.integer.width == 64 else 23
        by = ir.Constant(vector.integers, [fraction] * vector.lanes)
        exponent = builder.shl(builder.bitcast(k, vector.integers), by)
        return builder.bitcast(builder.add(builder.bitcast(a, vector.integers), exponent), vector.llvm)

    return _pure(emit)(context, x, shifted)


def _folded(x: Vector, join: Callable[..., Any]) -> Any:
    """Return the typing and code of an intrinsic that reduces the lanes of a vector to one value."""

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
def reduce_add(_context: Any, x: Any) -> Any:
    """Return the sum of the lanes."""
    return _folded(x, lambda builder, a, b: builder.fadd(a, b))


@intrinsic
def reduce_max(_context: Any, x: Any) -> Any:
    """Return the maximum of the lanes; if a lane is nan, any lane."""
    return _folded(x, lambda builder, a, b: builder.select(builder.fcmp_ordered("<", a, b), b, a))
