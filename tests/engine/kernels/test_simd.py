"""SIMD vector types in small compiled functions."""

import numpy as np
import pytest
from numba import njit

from engine.kernels.simd import (
    absolute,
    fma,
    reduce_add,
    reduce_max,
    round_to_even,
    select_lt,
    select_nan,
    square_root,
)
from engine.kernels.simd_memory import (
    lanes,
    load,
    load_splat,
    pointer,
    reduce_add_rows,
    splat,
    store,
    store_bytes,
    transpose,
)

pytestmark = pytest.mark.medium

NUMBERS = np.array([-3.5, -2.5, -1.0, 0.0, 0.5, 2.0, 2.5, np.nan])


def test_arithmetic_with_vectors_and_scalars() -> None:
    @njit
    def run(xs, outs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        x, out = pointer(xs), pointer(outs)
        v = load(x, 0)
        store(out, 0, (2 - v) * v / (v + 0.5))
        store(out, 8, fma(v, 3.0, 1.0) - absolute(v))
        store(out, 16, square_root(absolute(v)) + round_to_even(v))
        store(out, 24, load_splat(x, 5) * 2 + splat(out, 1))

    out = np.zeros(32)
    run(NUMBERS, out)
    v = NUMBERS
    np.testing.assert_allclose(out[:8], (2 - v) * v / (v + 0.5))
    np.testing.assert_allclose(out[8:16], 3 * v + 1 - np.abs(v))
    np.testing.assert_allclose(out[16:24], np.sqrt(np.abs(v)) + np.rint(v))
    np.testing.assert_array_equal(out[24:], 5.0)


def test_select_by_comparison() -> None:
    @njit
    def run(xs, outs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        x, out = pointer(xs), pointer(outs)
        v = load(x, 0)
        store(out, 0, select_lt(v, 0.0, 0.0, v))
        store(out, 8, select_nan(v, 7.0))

    out = np.zeros(16)
    run(NUMBERS, out)
    np.testing.assert_array_equal(out[:8], np.maximum(NUMBERS, 0))
    np.testing.assert_array_equal(out[8:], np.where(np.isnan(NUMBERS), 7, NUMBERS))


def test_operations_across_lanes() -> None:
    @njit
    def run(xs, outs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        x, out = pointer(xs), pointer(outs)
        store(out, 0, reduce_add_rows(x, 0))
        transpose(x, 0, 8, 64, 8)
        return reduce_add(load(x, 8)), reduce_max(load(x, 16))

    numbers = np.random.default_rng(0).normal(size=128)
    square, out = numbers[:64].reshape(8, 8).copy(), np.zeros(8)
    added, most = run(numbers, out)
    np.testing.assert_allclose(out, square.sum(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(numbers[64:].reshape(8, 8), square.T)
    np.testing.assert_allclose(added, square[1].sum())
    assert most == square[2].max()


def test_conversion_to_bytes() -> None:
    @njit
    def run(xs, outs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        x, out = pointer(xs), pointer(outs)
        store_bytes(out, 1, load(x, 0))

    out = np.zeros(18, np.uint8)
    run(np.arange(-127, 255, 24, dtype=np.float32)[:16], out)
    np.testing.assert_array_equal(out[1:17], np.arange(-127, 255, 24)[:16].astype(np.uint8))
    assert out[0] == out[17] == 0


def test_a_vector_holds_twice_as_many_32_bit_floats() -> None:
    @njit
    def run(xs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return lanes(pointer(xs))

    assert run(np.zeros(1)) == 8
    assert run(np.zeros(1, np.float32)) == 16
