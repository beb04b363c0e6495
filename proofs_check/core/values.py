"""The two kinds of numbers and the arithmetic that Python does not do for both.

float mode   int and float
exact mode   `flint.fmpq`, and `flint.arb` balls that contain the true value where it is irrational
"""

import math
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, fmpq


class Undefined(ZeroDivisionError):
    """An expression without a real value: division by zero, the root of a negative number, log 0."""


class Unclear(Undefined):
    """What is divided by may be zero or merely too small for the precision: nothing is known of the value."""


class Inexact(TypeError):
    """A float stands where an exact value was asked for: the expression can only be evaluated in floats."""


def exact(value: Any) -> Any:
    """An exact value as fmpq or arb, at any depth; floats, callables and strings stay as they are."""
    if isinstance(value, bool | str | float | arb | fmpq) or callable(value):
        return value
    if isinstance(value, int | sp.Integer):
        return fmpq(int(value))
    if isinstance(value, Fraction | sp.Rational):
        return fmpq(int(value.numerator), int(value.denominator))
    if isinstance(value, sp.Expr):
        from proofs_check.core.evaluate import evaluate  # a SymPy number is evaluated as an expression

        return evaluate(value, {}, True)
    if hasattr(value, "tolist"):
        value = value.tolist()
        return exact(tuple(value) if isinstance(value, list) else value)
    if isinstance(value, tuple | list):
        return tuple(exact(v) for v in value)
    return value


def rough(value: Any) -> Any:
    """A value for float mode, at any depth: integers stay integers, everything else becomes float."""
    if isinstance(value, bool | int | float | str) or callable(value):
        return value
    if type(value) is tuple and set(map(type, value)) <= {float, int}:
        return value  # long vectors of floats are many
    if isinstance(value, tuple | list):
        return tuple(rough(v) for v in value)
    if hasattr(value, "tolist"):
        return rough(value.tolist())
    return float(value)


def approx(value: Any) -> float:
    """The nearest float of one number; beyond the largest float, infinity with its sign."""
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, 1 if value > 0 else -1)


def has_float(value: Any) -> bool:
    """Whether a float stands in the value, at any depth."""
    kind = type(value)
    if kind is fmpq or kind is arb:
        return False
    return isinstance(value, float) or (isinstance(value, tuple) and any(map(has_float, value)))


def int_of(value: Any) -> int:
    """The value as an int; anything that is not a whole number is an error."""
    whole = int(value.p) if isinstance(value, fmpq) and value.q == 1 else value
    if isinstance(whole, float) and whole == int(whole):
        whole = int(whole)
    if not isinstance(whole, int):
        raise ValueError(f"{value!r}, expected a whole number")
    return whole


def plain(value: Any) -> Any:
    """An fmpq as int or Fraction, for the claims' own functions."""
    if isinstance(value, fmpq):
        return int(value.p) if value.q == 1 else Fraction(int(value.p), int(value.q))
    return value


def total(values: Any) -> Any:
    """The sum of the values, started with the first so that every kind of number works."""
    values = list(values)
    result = values[0] if values else 0
    for value in values[1:]:
        result = result + value
    return result


def inner(a: tuple, b: tuple) -> Any:
    """The inner product of two tuples of equal length."""
    return total([x * y for x, y in zip(a, b, strict=True)])


def entry(values: Any, places: list[int], name: Any) -> Any:
    """The entry of a nested tuple at 1-based places; `name` is what messages call it."""
    for place in places:
        if not 1 <= place <= len(values):
            raise IndexError(f"{name}: index {place}, expected 1 to {len(values)}")
        values = values[place - 1]
    return values


def extreme(values: list, largest: bool) -> Any:
    """The maximum or minimum, as an enclosure where one of the values is one."""
    best = values[0]
    for value in values[1:]:
        if isinstance(best, arb) or isinstance(value, arb):
            best = arb(best).max(arb(value)) if largest else arb(best).min(arb(value))
        else:
            best = max(best, value) if largest else min(best, value)
    return best


def int_power(base: Any, n: int) -> Any:
    """base**n; a base that may be zero with n < 0 is a ZeroDivisionError, `Unclear` if it is not surely 0."""
    if n < 0 and base == 0:
        raise Undefined("division by zero")
    if n < 0 and isinstance(base, arb) and base.contains(0):
        raise Unclear(f"division by {base}: not known to be zero")
    if isinstance(base, arb) and base.contains(0):  # FLINT's own power of such a ball is nan
        return _repeated(base, n)
    return base**n


def _repeated(base: arb, n: int) -> Any:
    """base**n for n >= 0 by squaring."""
    if n == 0:
        return fmpq(1)
    half = _repeated(base, n // 2)
    return half * half * base if n % 2 else half * half


def any_power(base: Any, power: Any) -> Any:
    """base**power for any real power; exact where the result is rational; `Undefined` if not real."""
    if isinstance(power, fmpq) and power.q == 1:
        return int_power(base, int(power.p))
    if isinstance(base, float | int) and isinstance(power, float | int):
        if base < 0 and power != int(power):
            raise Undefined(f"{base} to the power {power}: not a real number")
        return int_power(base, int(power)) if power == int(power) else base**power
    if isinstance(base, fmpq) and isinstance(power, fmpq) and power.q == 2:
        root = rational_root(base)
        if root is not None:
            return int_power(root, int(power.p))
    if isinstance(power, fmpq) and power.q == 2:
        if arb(base) < 0:
            raise Undefined(f"square root of {base}: not a real number")
        return int_power(arb(base).sqrt(), int(power.p))
    if isinstance(power, fmpq) and (arb(base) < 0 or (base == 0 and power < 0)):
        raise Undefined(f"{base} to the power {power}: not a real number")
    if base == 0 and power > 0:
        return fmpq(0)
    return arb(base) ** arb(power)


def rational_root(value: fmpq) -> fmpq | None:
    """The square root of a rational where it is rational."""
    if value < 0:
        raise Undefined(f"square root of {value}: not a real number")
    p, q = math.isqrt(int(value.p)), math.isqrt(int(value.q))
    return fmpq(p, q) if p * p == value.p and q * q == value.q else None
