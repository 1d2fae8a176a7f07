"""Exponential, hyperbolic tangent, logarithm and sine of whole vectors, without branches.

Errors are a few units of 1e-16 in 64 bits and 1e-7 in 32 bits: relative for exp, absolute for the others. The
polynomials are minimax fits by the Remez algorithm (Muller, Elementary Functions, 2016, chapters 3 and 11) on
the intervals given in the comments. nan stays nan.
"""

from typing import Any

from numba import types
from numba.extending import overload

from engine.kernels.jit import INLINED_OPTIONS, inlined
from engine.kernels.simd import (
    Vector,
    absolute,
    flip_sign_by_second_bit,
    fma,
    scale_by_power_of_two,
    select_lt,
    select_odd,
)

LOG2_E = 1.4426950408889634
LN_2 = 0.6931471805599453
SHIFT = 1.5 * 2.0**52
SHIFT32 = 1.5 * 2.0**23

# e^r = 1 + r + c2 r^2 + ... for |r| <= ln 2 / 2, with relative errors of 3e-16 and 1e-7.
_EXP64 = (
    0.50000000000000154684,
    0.16666666666610286325,
    4.1666666666480090728e-2,
    8.3333333714371677167e-3,
    1.3888888957795720838e-3,
    1.9841184480270813838e-4,
    2.4801478049622347128e-5,
    2.7635302567612597124e-6,
    2.7635630837668572639e-7,
)
_EXP32 = (0.499991466825, 0.166664570652, 0.0418983217616, 0.00837465674401)

_inline = {"jit_options": INLINED_OPTIONS}


def _is_double(x: Any) -> bool:
    return isinstance(x, Vector) and x.dtype == types.float64


def exp_unbounded(x: Any) -> Any:
    """Return e^x for |x| < 708 (87 in 32 bits): the result is undefined beyond."""
    raise NotImplementedError


def exp_of_double(x: Any) -> Any:
    """Return e^2x for |2x| < 708 (87 in 32 bits): the result is undefined beyond."""
    raise NotImplementedError


@overload(exp_unbounded, **_inline)
def _exp_unbounded(x: Any) -> Any:
    return _power(x, 1.0)


@overload(exp_of_double, **_inline)
def _exp_of_double(x: Any) -> Any:
    return _power(x, 2.0)


def _power(x: Any, twice: float) -> Any:
    """Return a function that computes e^(twice x), `twice` being 1 or 2, for a type of vector."""
    # e^x = 2^k e^r with |r| <= ln 2 / 2. One product with ln 2 is enough: its error, k 2e-17, is relative.
    # For a doubled exponent all constants are scaled by powers of two, which is exact.
    scale, unit = LOG2_E * twice, -LN_2 / twice
    if _is_double(x):
        c2, c3, c4, c5, c6, c7, c8, c9, c10 = (c * twice**n for n, c in enumerate(_EXP64, 2))

        def power64(x: Any) -> Any:
            shifted = fma(x, scale, SHIFT)
            r = fma(shifted - SHIFT, unit, x)
            s = r * r
            # Even and odd powers are summed separately: half as long a chain of operations.
            even, odd = fma(s, c10, c8), fma(s, c9, c7)
            even, odd = fma(even, s, c6), fma(odd, s, c5)
            even, odd = fma(even, s, c4), fma(odd, s, c3)
            even = fma(even, s, c2)
            return scale_by_power_of_two(fma(fma(odd, r, even), s, fma(r, twice, 1.0)), shifted)

        return power64
    d2, d3, d4, d5 = (c * twice**n for n, c in enumerate(_EXP32, 2))

    def power32(x: Any) -> Any:
        shifted = fma(x, scale, SHIFT32)
        r = fma(shifted - SHIFT32, unit, x)
        s = r * r
        return scale_by_power_of_two(
            fma(fma(fma(s, d5, d3), r, fma(s, d4, d2)), s, fma(r, twice, 1.0)), shifted
        )

    return power32


@inlined
def clamp(x: Any, low: float, high: float) -> Any:
    """Return x limited to low..high; nan stays nan."""
    return select_lt(x, low, low, select_lt(high, x, high, x))


def tanh(x: Any) -> Any:
    """Return tanh x; in 32 bits with a relative error below 1e-6, near 0 too."""
    raise NotImplementedError


@overload(tanh, **_inline)
def _tanh(x: Any) -> Any:
    if _is_double(x):

        def tanh64(x: Any) -> Any:
            # 1 - 2 / (e^2x + 1), which is 1 to the last bit for x >= 20.
            return 1.0 - 2.0 / (exp_of_double(clamp(x, -20.0, 20.0)) + 1.0)

        return tanh64

    def tanh32(x: Any) -> Any:
        # x P(x^2) / Q(x^2) for |x| <= 8, a minimax fit that is accurate in faint heat maps, too.
        x = clamp(x, -8.0, 8.0)
        y = x * x
        p = fma(y, -6.01998347e-09, 7.08344689e-06)
        p = fma(p, y, 2.68449532e-03)
        p = fma(p, y, 1.26997822e-01)
        p = fma(p, y, 9.99999065e-01)
        q = fma(y, 1.95299058e-04, 2.27973918e-02)
        q = fma(q, y, 4.60327751e-01)
        q = fma(q, y, 1.0)
        return x * p / q

    return tanh32


def exp(x: Any) -> Any:
    """Return e^x, with x limited so that the result is neither infinite nor 0."""
    raise NotImplementedError


@overload(exp, **_inline)
def _bounded(x: Any) -> Any:
    limit = 708.0 if _is_double(x) else 87.0

    def bounded(x: Any) -> Any:
        return exp_unbounded(clamp(x, -limit, limit))

    return bounded


@inlined
def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + e^-x)."""
    return 1.0 / (exp(0.0 - x) + 1.0)


def log1p(x: Any) -> Any:
    """Return log(1 + x) for 0 <= x <= 1."""
    raise NotImplementedError


@overload(log1p, **_inline)
def _log1p(x: Any) -> Any:
    # 2 artanh s with s = x / (2 + x) in 0..1/3.
    if _is_double(x):

        def log64(x: Any) -> Any:
            s = x / (x + 2.0)
            y = s * s
            p = fma(y, 0.18120912759629513121, 0.097054534969044733025)
            p = fma(p, y, 0.13629134316223099827)
            p = fma(p, y, 0.15359251083318448288)
            p = fma(p, y, 0.18183163418445660947)
            p = fma(p, y, 0.22222178540336651503)
            p = fma(p, y, 0.28571429393877204315)
            p = fma(p, y, 0.39999999992081802291)
            p = fma(p, y, 0.66666666666695011468)
            return fma(p * y, s, s + s)

        return log64

    def log32(x: Any) -> Any:
        s = x / (x + 2.0)
        y = s * s
        p = fma(y, 0.2842921825183520454, 0.27906540218908601059)
        p = fma(p, y, 0.40028295364967427787)
        p = fma(p, y, 0.66666271316586504925)
        return fma(p * y, s, s + s)

    return log32


@inlined
def softplus(x: Any) -> Any:
    """Return log(1 + e^x), without overflow: log(1 + e^-|x|) + max(x, 0)."""
    return log1p(exp(0.0 - absolute(x))) + select_lt(x, 0.0, 0.0, x)


def sine_and_cosine(x: Any) -> Any:
    """Return sin x and cos x for |x| up to 1e5 (1e3 in 32 bits); from there on the error grows with x."""
    raise NotImplementedError


@overload(sine_and_cosine, **_inline)
def _sine_and_cosine(x: Any) -> Any:
    # x = q pi/2 + r with |r| <= pi/4, pi/2 in three parts (Cody and Waite 1980).
    if _is_double(x):

        def both64(x: Any) -> Any:
            shifted = fma(x, 0.6366197723675814, SHIFT)
            q = shifted - SHIFT
            r = fma(q, -1.5707963267341256, x)
            r = fma(q, -6.0771005063039660e-11, r)
            r = fma(q, -2.0222662487959506e-21, r)
            y = r * r
            p = fma(y, 1.5888247235403732216e-10, -2.5050594229869768987e-8)
            p = fma(p, y, 2.7557312504786675624e-6)
            p = fma(p, y, -1.9841269825811511737e-4)
            p = fma(p, y, 8.3333333333163130234e-3)
            p = fma(p, y, -0.16666666666666599574)
            s = fma(p * y, r, r)
            p = fma(y, -1.1359448926482871863e-11, 2.0875719563733499255e-9)
            p = fma(p, y, -2.755731432607080695e-7)
            p = fma(p, y, 2.48015872893950828e-5)
            p = fma(p, y, -1.3888888888873991028e-3)
            p = fma(p, y, 4.166666666666659875e-2)
            c = fma(p * y, y, fma(y, -0.5, 1.0))
            return (
                flip_sign_by_second_bit(shifted, select_odd(shifted, c, s)),
                flip_sign_by_second_bit(shifted + 1.0, select_odd(shifted, s, c)),
            )

        return both64

    def both32(x: Any) -> Any:
        shifted = fma(x, 0.6366197723675814, SHIFT32)
        q = shifted - SHIFT32
        r = fma(q, -1.5703125, x)
        r = fma(q, -4.837512969970703125e-4, r)
        r = fma(q, -7.549789948768648e-8, r)
        y = r * r
        p = fma(y, -1.949495029345000153e-4, 8.3319732662374313123e-3)
        p = fma(p, y, -0.16666650573460840908)
        s = fma(p * y, r, r)
        p = fma(y, 2.4437730969877649391e-5, -1.3887361461089037925e-3)
        p = fma(p, y, 4.1666646748106048131e-2)
        c = fma(p * y, y, fma(y, -0.5, 1.0))
        return (
            flip_sign_by_second_bit(shifted, select_odd(shifted, c, s)),
            flip_sign_by_second_bit(shifted + 1.0, select_odd(shifted, s, c)),
        )

    return both32
