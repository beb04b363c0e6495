"""The box of one or two variables that the givens describe, and where inside it the givens can hold at all.

An end is an exact real constant (SymPy) or infinite; `open_lo`, `open_hi` say whether it is excluded.  Givens
that are no bounds of one variable (x + y <= 1) are used as they stand: a part of the box on which one of
them certainly fails needs no proof.
"""

from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import arb

from proofs_check.core.evaluate import PRECISION, compiled, ctx
from proofs_check.core.relation import FLIPPED, name_of
from proofs_check.core.values import Undefined


@dataclass(frozen=True, slots=True)
class Side:
    """The range of one variable: lo <= var <= hi, strictly where open."""

    lo: Any = -sp.oo
    hi: Any = sp.oo
    open_lo: bool = True
    open_hi: bool = True


def ball(expr: Any, env: Any = None) -> arb:
    """A certified enclosure of the expression; balls in `env` stand for their points.  NaN if undefined."""
    ctx.prec = PRECISION
    try:
        return arb(compiled(sp.sympify(expr), True)(env or {}))
    except (Undefined, ZeroDivisionError):
        return arb("nan")


def below(a: Any, b: Any) -> bool:
    """Whether the constant a is certainly less than b; infinities included."""
    if a == b or a == sp.oo or b == -sp.oo:
        return False
    return a == -sp.oo or b == sp.oo or bool(ball(a) < ball(b))


def side_of(var: Any, facts: Any) -> Side:
    """What signs and givens say of one variable: bounds by constants, the sharpest of each direction."""
    lo, hi, open_lo, open_hi = -sp.oo, sp.oo, True, True
    if var.is_nonnegative:
        lo, open_lo = sp.Integer(0), bool(var.is_positive)
        if var.is_integer and var.is_positive:
            lo, open_lo = sp.Integer(1), False
    if var.is_nonpositive:
        hi, open_hi = sp.Integer(0), bool(var.is_negative)
    for fact in facts:
        sign, bound = _bound(var, fact)
        if sign in (">", ">=", "==") and (below(lo, bound) or (bound == lo and sign == ">")):
            lo, open_lo = bound, sign == ">"
        if sign in ("<", "<=", "==") and (below(bound, hi) or (bound == hi and sign == "<")):
            hi, open_hi = bound, sign == "<"
    return Side(lo, hi, open_lo, open_hi)


def _bound(var: Any, fact: Any) -> tuple[str, Any]:
    """(sign, constant) of a fact that says var sign constant, else ("", None)."""
    sign = name_of(fact)
    if sign is None or fact.free_symbols != {var}:
        return "", None
    gap: Any = sp.expand(fact.args[0] - fact.args[1])
    if not gap.is_polynomial(var) or sp.degree(gap, var) != 1 or gap.has(sp.Float):
        return "", None
    slope, rest = gap.coeff(var, 1), gap.coeff(var, 0)
    size = ball(slope)
    if not (size > 0 or size < 0):
        return "", None
    return (sign if size > 0 else FLIPPED[sign]), sp.expand(-rest / slope)


def excluded(facts: Any, env: Any) -> bool:
    """Whether one of the facts certainly fails everywhere on the box of balls."""
    for fact in facts:
        gap, sign = ball(fact.args[0] - fact.args[1], env), name_of(fact)
        if (
            (sign == "<=" and gap > 0)
            or (sign == "<" and gap >= 0)
            or (sign == ">=" and gap < 0)
            or (sign == ">" and gap <= 0)
            or (sign == "==" and (gap > 0 or gap < 0))
        ):
            return True
    return False


def usable(facts: Any, over: tuple) -> tuple:
    """The facts that speak of the variables alone and can be enclosed."""
    found = []
    for fact in facts:
        if name_of(fact) is not None and fact.free_symbols and fact.free_symbols <= set(over):
            try:
                for part in fact.args:
                    compiled(sp.sympify(part), True)
            except (TypeError, KeyError):
                continue
            if not fact.has(sp.Float):
                found.append(fact)
    return tuple(found)
