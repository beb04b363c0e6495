"""Limits in one variable: SymPy's algorithm of Gruntz (1996), and numbers along the ray that must agree.

The ray is followed very far (t up to 10**160, 1/t beside a finite point), with enough digits, at random
rational values of the other symbols that satisfy the givens.  The distance to the limit must shrink there.
Limits of expectations, sums of symbolic length and unknown functions are refused: exchanging them with the
limit is a step of its own that no rule makes.
"""

import random
from collections.abc import Callable
from typing import Any

import mpmath
import sympy as sp
from sympy.core.function import AppliedUndef

from proofs_check.core.normal import equal
from theory.notation import Avg, E, Vec
from theory.proof import Limit

FAR = (10, 20, 40, 80, 160)
"""Decimal exponents of the places along the ray."""
DIGITS = 500
NEAR = 1e-6
CLOSED = (sp.Sum, sp.Product, sp.Integral, E, Avg, Vec, AppliedUndef, sp.Indexed)
Draw = Callable[[tuple, random.Random], dict | None]
"""(symbols, rng) -> rational values that satisfy the givens, or None."""


class LimitError(RuntimeError):
    """Gruntz's algorithm and numbers along the ray disagree: a defect, not a result."""


def check_limit(rule: Limit, before: Any, relation: str, after: Any, draw: Draw) -> tuple[bool, str]:
    """Whether `after` is `before` with its limits in the rule's variable replaced by their values."""
    if "=" not in relation:
        return False, "a limit gives an equality"
    to = sp.sympify(rule.to)
    nodes = [n for n in before.atoms(sp.Limit) if n.args[1] == rule.var and n.args[2] == to]
    if not nodes:
        return False, f"no limit {rule.var} -> {to} stands in {before}"
    values = {}
    for node in sorted(nodes, key=sp.default_sort_key):
        body = node.args[0]
        closed = [n for n in sp.preorder_traversal(body) if isinstance(n, CLOSED) and n.has(rule.var)]
        if closed:
            return False, f"{closed[0]} depends on {rule.var}: it may not be exchanged with the limit"
        if not _steady(body, rule.var):
            return False, f"a parameter in {body} may change which term dominates"
        side = str(node.args[3])
        sides = ("+", "-") if side == "+-" else (side,)
        try:
            found = {sp.gruntz(body, rule.var, to, one) for one in (sides if to.is_finite else ("+",))}
        except sp.PoleError as error:
            return False, f"no limit of {node} was found ({error})"
        if len(found) != 1:
            return False, f"the limits from the two sides differ: {found}"
        value = found.pop()
        if not value.is_finite:
            return False, f"{node} came out as {value}"
        for one in sides if to.is_finite else ("+",):
            problem = _along(body, rule.var, to, one, value, draw)
            if problem:
                return False, problem
        values[node] = value
    if not equal(before.xreplace(values), after):
        return False, f"the limit is {before.xreplace(values)}, not {after}"
    return True, "Gruntz's algorithm, and numbers along the ray"


def _steady(e: Any, var: Any) -> bool:
    """Whether no value of the parameters can make a coefficient vanish, which the algorithm ignores.

    (a t + 1)/(a t + 2) tends to 1, but not for a = 0: parameters may stand in sums of positive terms alone.
    """
    if not e.has(var) or not e.free_symbols - {var}:
        return bool(e.is_positive or not e.free_symbols - {var})
    if isinstance(e, sp.Add) and not all(a.is_positive for a in e.args):
        return False
    if isinstance(e, sp.Pow):
        return bool(e.exp.is_number) and _steady(e.base, var)
    return isinstance(e, sp.Add | sp.Mul) and all(_steady(a, var) for a in e.args)


def _along(body: Any, var: Any, to: Any, side: str, value: Any, draw: Draw) -> str:
    """ "" if the numbers agree with the value, or why they could not be had; raises where they disagree."""
    rng = random.Random(11)
    others = tuple(sorted((body.free_symbols | value.free_symbols) - {var}, key=str))
    for _ in range(2 if others else 1):
        at = draw(others, rng) if others else {}
        if at is None:
            return f"no values of {', '.join(map(str, others))} found that satisfy the givens"
        gaps = _gaps((body - value).xreplace(at), var, to, side)
        if not all(map(mpmath.isfinite, gaps)):
            return f"{body} is not finite along the ray at {at}"
        shrinks = all(b <= 3 * a / 4 for a, b in zip(gaps, gaps[1:], strict=False))
        if gaps[-1] > NEAR * (1 + abs(sp.N(value.subs(at), 20))) and not shrinks:
            raise LimitError(
                f"limit {value} of {body} as {var} -> {to}: off by {mpmath.nstr(gaps[-1], 5)} at {at}"
            )
    return ""


def _gaps(gap: Any, var: Any, to: Any, side: str) -> list:
    """The distances from the limit at the places of the ray, in floating point of many digits."""
    run, found = sp.lambdify([var], gap, "mpmath"), []
    with mpmath.workdps(DIGITS):
        for power in FAR:
            step = mpmath.mpf(10) ** power
            if to.is_infinite:
                place = step if to == sp.oo else -step
            else:
                place = mpmath.mpf(sp.N(to, DIGITS)) + (1 if side == "+" else -1) / step
            try:
                value = run(place)
                found.append(abs(value) if mpmath.im(value) == 0 else mpmath.nan)
            except (ZeroDivisionError, OverflowError, ValueError):
                found.append(mpmath.nan)
    return found
