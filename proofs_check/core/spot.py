"""Second road of the normal form: the residual at random rational points, with sums of random length 1..4.

Symbols, entries, inner products and values of unknown functions are drawn once each, with the sign that
their assumptions ask for; integer symbols and lengths are 1..4.
"""

import random
from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.notation import E, Vec, dot


class NormalFormError(RuntimeError):
    """The normal form says zero and a number says otherwise: a defect of `normal`, not a result."""


def confirm_zero(expr: Any, points: int = 3) -> None:
    """Evaluate the residual at random rational points; raise if it is clearly not zero."""
    for value in _values(expr, points):
        if _clear(value):
            raise NormalFormError(f"normal form says zero, a random point says {value}: {expr}")


def plainly_nonzero(expr: Any) -> bool:
    """Whether the first of those points already tells; False where the expression has no value there."""
    try:
        return any(_clear(value) for value in _values(expr, 1))
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return False


def _values(expr: Any, points: int) -> Iterator[Any]:
    rng, lengths = random.Random(20), _lengths(expr)
    for _ in range(points):
        yield sp.N(_value(expr, {}, {}, rng, lengths), 40, maxn=400)


def _clear(value: Any) -> bool:
    return bool(value.is_finite and abs(value) > sp.Float("1e-12"))


def _lengths(expr: Any) -> set:
    return {
        s for node in expr.atoms(sp.Sum) for limit in node.limits for e in limit[1:] for s in e.free_symbols
    }


def _value(e: Any, env: dict, memo: dict, rng: random.Random, lengths: set) -> Any:
    """The expression at a random point: symbols, entries and unknown functions drawn once each."""

    def draw(key: Any, node: Any) -> Any:
        if key not in memo:
            if node.is_integer or node in lengths:
                memo[key] = sp.Integer(rng.randint(1, 4))
            else:
                memo[key] = sp.Rational(rng.randint(1, 30), rng.randint(1, 9))
            if node.is_nonpositive or (not node.is_nonnegative and rng.random() < 0.4):
                memo[key] *= -1 if node not in lengths else 1
        return memo[key]

    if e.is_Number or isinstance(e, sp.NumberSymbol):
        return e
    if isinstance(e, sp.Symbol):
        return env[e] if e in env else draw(e, e)
    if e.func is sp.Sum:
        inner = e.func(e.function, *e.limits[:-1]) if len(e.limits) > 1 else e.function
        variable, *bounds = e.limits[-1]
        ends = [int(_value(x, env, memo, rng, lengths)) for x in bounds]
        values = [
            _value(inner, {**env, variable: sp.Integer(k)}, memo, rng, lengths)
            for k in range(ends[0], ends[1] + 1)
        ]
        return sp.Add(*values)
    if isinstance(e, dot | E) or e.atoms(Vec):
        if isinstance(e, sp.Add | sp.Mul | sp.Pow):
            return e.func(*[_value(a, env, memo, rng, lengths) for a in e.args])
        return draw(e.xreplace(env), e)
    if isinstance(e, sp.Indexed | AppliedUndef):
        head, parts = (e.base, e.indices) if isinstance(e, sp.Indexed) else (e.func, e.args)
        return draw((head, *[_value(a, env, memo, rng, lengths) for a in parts]), e)
    return e.func(*[_value(a, env, memo, rng, lengths) for a in e.args])
