"""What expressions of a line may be made of, and which of their parts may lack a value.

A rule that calls a term a real number has to know that it is one: sqrt(x - 1) is none at x = 0, wherever it
stands (in a mean, below a sum, in what a lemma is bound to).  SymPy goes on computing: its square is -1.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str
from sympy.logic.boolalg import Boolean

from proofs_check.core.normal import hide
from theory.notation import Avg, E, Vec, dot

TOTAL = (sp.exp, sp.Abs, sp.Max, sp.Min, sp.atan, sp.tanh, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.erf)
TOTAL += (sp.floor, sp.ceiling)
"""Functions with a real value at every real number."""
PARTIAL = (sp.log, sp.acos, sp.asin, sp.gamma)
PLAIN = (
    sp.Symbol,
    sp.Rational,
    sp.NumberSymbol,
    sp.Add,
    sp.Mul,
    sp.Pow,
    sp.Indexed,
    sp.IndexedBase,
    sp.Tuple,
)
NAMED = (sp.Sum, sp.Product, sp.Limit, dot, E, Avg, AppliedUndef, Boolean)
INFINITE = (sp.oo, -sp.oo)


@lru_cache(maxsize=8192)
def malformed(expr: Any) -> str:
    """Why no rule reads the expression, or "": floats, complex numbers, heads without a meaning here."""
    for node in sp.preorder_traversal(expr):
        if node in INFINITE or isinstance(node, Str):
            continue  # an end of a sum or a limit, and the side of a limit
        if not isinstance(node, (*PLAIN, *NAMED, *TOTAL, *PARTIAL)):
            return f"{node} in {expr}: no rule reads {type(node).__name__}"
        if any(a in INFINITE for a in node.args) and not isinstance(node, sp.Tuple | sp.Limit):
            return f"an infinite number in {node}"
        if isinstance(node, sp.Sum | sp.Product):
            for limit in node.limits:
                if problem := _unbound(*limit):
                    return f"{node}: {problem}"
    return ""


def _unbound(variable: Any, *ends: Any) -> str:
    """Why the index does not run through its range, or "": its signs must hold from the lower end on."""
    if len(ends) != 2:
        return f"{variable} has no range"
    low, high = ends
    if not all(end.is_integer or end in INFINITE for end in ends):
        return f"{low} and {high} are not known to be whole numbers"
    odd = variable.is_even is not None or variable.is_prime is not None or variable.is_nonpositive
    wrong = (variable.is_positive and not low.is_positive) or (
        variable.is_nonnegative and not low.is_nonnegative
    )
    if odd or wrong or (variable.is_nonzero and not variable.is_positive):
        return f"the index {variable} carries assumptions that do not hold from {low} on"
    return ""


def bound_names(*exprs: Any) -> set:
    """The indices of sums and products and the variables of limits: what is put in must not name them."""
    limits = [limit for e in exprs for node in e.atoms(sp.Sum, sp.Product) for limit in node.limits]
    return {limit[0] for limit in limits} | {node.args[1] for e in exprs for node in e.atoms(sp.Limit)}


def free_names(*values: Any) -> set:
    """The free symbols of some expressions; what has none (a function) counts as nothing."""
    return set().union(*[getattr(value, "free_symbols", set()) for value in values])


Part = tuple[Any, tuple]
"""A term, and the ranges of the indices in it (relations)."""


def partial_parts(expr: Any, ranges: tuple = ()) -> Iterator[Part]:
    """The outermost parts that SymPy's assumptions alone do not show to have a real value."""
    if isinstance(expr, sp.Sum | sp.Product):
        *inner, (variable, low, high) = expr.limits
        body = expr.func(expr.function, *inner) if inner else expr.function
        fresh = sp.Dummy(variable.name, **variable.assumptions0)
        ends = [] if low in INFINITE else [sp.Ge(fresh, low, evaluate=False)]
        ends += [] if high in INFINITE else [sp.Le(fresh, high, evaluate=False)]
        yield from (*partial_parts(low, ranges), *partial_parts(high, ranges))
        yield from partial_parts(body.subs(variable, fresh), (*ranges, *ends))
    elif (isinstance(expr, sp.Pow) and not _power_known(*expr.args)) or (
        isinstance(expr, PARTIAL) and not _value_known(expr)
    ):
        yield expr, ranges
    else:
        for part in expr.args:
            yield from partial_parts(part, ranges)


def _power_known(base: Any, exponent: Any) -> bool:
    if base.is_positive or (exponent.is_integer and (exponent.is_nonnegative or base.is_nonzero)):
        return True
    return bool(base.is_nonnegative and exponent.is_nonnegative)


def _value_known(expr: Any) -> bool:
    return bool(expr.args[0].is_positive if isinstance(expr, sp.log | sp.gamma) else expr.is_real)


def hidden_parts(expr: Any) -> Iterator[Part]:
    """The partial parts below heads that real arithmetic does not open: means, sums, functions."""
    if isinstance(expr, sp.Sum | sp.Product):
        yield from partial_parts(expr)
    elif isinstance(expr, sp.Function | sp.Indexed) and not isinstance(expr, sp.Abs | sp.Max | sp.Min):
        for part in expr.args:
            yield from partial_parts(part)
    else:
        for part in expr.args:
            yield from hidden_parts(part)


def sign_of(term: Any) -> tuple[bool | None, bool | None]:
    """(positive, non-negative) from the assumptions of symbols and, for sums, of their summand."""
    if isinstance(term, sp.Sum):
        inner, back = hide(term.function, sp.Sum)
        known = {name: sp.Dummy(nonnegative=True) for name, part in back.items() if sign_of(part)[1]}
        term = term.func(inner.xreplace(known), *term.limits)
    vague = [a for a in term.atoms(sp.Symbol, sp.Indexed, AppliedUndef) if a.is_extended_real is None]
    term = term.xreplace({a: sp.Dummy(real=True) for a in vague if not isinstance(a, Vec)})
    if isinstance(term, sp.Sum):
        positive, nonnegative = sign_of(term.function)
        low, high = term.limits[0][1:]
        many = len(term.limits) == 1 and (high - low).is_nonnegative
        return (positive and many) or None, nonnegative
    return term.is_extended_positive, term.is_extended_nonnegative
