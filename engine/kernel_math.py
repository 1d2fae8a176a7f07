"""Exponential, hyperbolic tangent, logarithm and sine of whole vectors, without branches.

64-bit results are right to a few units of 1e-16, absolutely and (exp) relatively; 32-bit ones to 1e-7. The
polynomials are minimax fits by Remez' exchange (Muller, Elementary Functions, 2016, chapters 3 and 11) on the
intervals that each comment names. nan stays nan.
"""

from typing import Any

from numba import njit, types
from numba.extending import overload

from engine.kernel_vectors import (
    Vector,
    flip_if_second_bit,
    fma,
    if_less,
    if_odd,
    magnitude,
    times_power_of_two,
)

inlined = njit(forceinline=True, error_model="numpy", nogil=True)
"""Compile a function into each of its callers."""

LOG2_E = 1.4426950408889634
LN_2 = 0.6931471805599453
SHIFT = 1.5 * 2.0**52
SHIFT32 = 1.5 * 2.0**23

_inline = {"jit_options": {"forceinline": True, "error_model": "numpy", "nogil": True}}


def _is_double(x: Any) -> bool:
    return isinstance(x, Vector) and x.dtype == types.float64


def exp_unbounded(x: Any) -> Any:
    """Return e^x for |x| < 708 (87 in 32 bits): beyond that it is nonsense."""
    raise NotImplementedError


@overload(exp_unbounded, **_inline)
def _exp(x: Any) -> Any:
    # e^x = 2^k e^r with |r| <= ln 2 / 2. One product with ln 2 is enough: its error, k 2e-17, is relative.
    if _is_double(x):

        def exp64(x: Any) -> Any:
            shifted = fma(x, LOG2_E, SHIFT)
            r = fma(shifted - SHIFT, -LN_2, x)
            s = r * r
            # Even and odd powers side by side: half as long a chain.
            even = fma(s, 2.7635630837668572639e-7, 2.4801478049622347128e-5)
            odd = fma(s, 2.7635302567612597124e-6, 1.9841184480270813838e-4)
            even = fma(even, s, 1.3888888957795720838e-3)
            odd = fma(odd, s, 8.3333333714371677167e-3)
            even = fma(even, s, 4.1666666666480090728e-2)
            odd = fma(odd, s, 0.16666666666610286325)
            even = fma(even, s, 0.50000000000000154684)
            return times_power_of_two(fma(fma(odd, r, even), s, r + 1.0), shifted)

        return exp64

    def exp32(x: Any) -> Any:
        shifted = fma(x, LOG2_E, SHIFT32)
        r = fma(shifted - SHIFT32, -LN_2, x)
        s = r * r
        even = fma(s, 0.0418983217616, 0.499991466825)
        odd = fma(s, 0.00837465674401, 0.166664570652)
        return times_power_of_two(fma(fma(odd, r, even), s, r + 1.0), shifted)

    return exp32


@inlined
def between(x: Any, low: float, high: float) -> Any:
    """Return x, cut to low..high; nan stays nan."""
    return if_less(x, low, low, if_less(high, x, high, x))


@inlined
def tanh(x: Any) -> Any:
    """Return tanh x = 1 - 2 / (e^2x + 1). From 20 on it is 1 to the last bit."""
    return 1.0 - 2.0 / (exp_unbounded(between(x + x, -40.0, 40.0)) + 1.0)


def exp(x: Any) -> Any:
    """Return e^x, cut where the next step would be infinity or 0."""
    raise NotImplementedError


@overload(exp, **_inline)
def _bounded(x: Any) -> Any:
    limit = 708.0 if _is_double(x) else 87.0

    def bounded(x: Any) -> Any:
        return exp_unbounded(between(x, -limit, limit))

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
    return log1p(exp(0.0 - magnitude(x))) + if_less(x, 0.0, 0.0, x)


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
                flip_if_second_bit(shifted, if_odd(shifted, c, s)),
                flip_if_second_bit(shifted + 1.0, if_odd(shifted, s, c)),
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
            flip_if_second_bit(shifted, if_odd(shifted, c, s)),
            flip_if_second_bit(shifted + 1.0, if_odd(shifted, s, c)),
        )

    return both32
