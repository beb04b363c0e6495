"""The sign of f(t) for all t >= N > 1, by domination: each comparison holds on the whole ray, without limits.

f is written as a sum of c t**a exp(P(t)) log(t)**b with P a polynomial without constant term.  The ratio r of
two such monomials does not increase on [N, oo) if t (log r)' = a + t P'(t) + b/log t <= 0 there, for which it
is enough that every coefficient of a + t P'(t) + max(b, 0)/log N, written in s = t - N, is <= 0.  Then
0 < r(t) <= r(N), and if c_0 + sum of c_i [0, r_i(N)] > 0 for some dominating monomial, f > 0.

What is no such sum is first replaced by a number in an interval that holds on the whole ray:
atan, tanh, erf of an affine function   between its value at N and its limit (they increase)
sin, cos of a polynomial                between -1 and 1
log p, p**q (p a polynomial of degree n) n log t + log c + log(p/(c t**n)); the last polynomial lies in a ball
exp(P + remainder)                      exp(P) times a number near one, where the remainder is such a ball
"""

from typing import Any

import sympy as sp
from flint import arb

from proofs_check.core.box import ball

RISING = (sp.atan, sp.tanh, sp.erf)
SIZE = 400
"""Most terms of a sum."""
Monomial = tuple[Any, Any, Any]
"""(a, P, b) of t**a exp(P) log(t)**b."""


class NoTail(ValueError):
    """An expression that is not of the form that domination handles."""


def tail_sign(f: Any, t: Any, start: int) -> int:
    """1 if f > 0 for every t >= start, -1 if f < 0 for every such t, 0 if neither was shown."""
    attempts = [f]
    if f.has(sp.tanh, sp.sinh, sp.cosh):
        attempts.append(f.rewrite(sp.exp))
    for attempt in attempts:
        signs = []
        for part in sp.fraction(sp.together(attempt)):
            try:
                signs.append(_sign(part, t, start))
            except NoTail:
                signs.append(0)
        if signs[0] * signs[1]:
            return signs[0] * signs[1]
    return 0


def _sign(f: Any, t: Any, start: int) -> int:
    """The sign of a sum of monomials: one of them dominates all the others."""
    known: dict[Any, arb] = {}
    terms = _terms(_bounded(f, t, start, known), t)
    sizes = {m: ball(c, known) for m, c in terms.items()}
    for lead in sizes:
        total = sizes[lead]
        for other, size in sizes.items():
            if other != lead:
                ratio = _largest(tuple(x - y for x, y in zip(other, lead, strict=True)), t, start)
                total = total + size * ratio
        if total > 0:
            return 1
        if total < 0:
            return -1
    return 0


def _largest(ratio: Monomial, t: Any, start: int) -> arb:
    """The ball of all values of the ratio on the ray: [0, r(N)] if it does not increase, else NaN."""
    a, power, b = ratio
    s = sp.Dummy("s", positive=True)
    growth = a + t * sp.diff(power, t) + sp.Max(b, 0) / sp.log(start)
    coefficients = sp.Poly(sp.expand(growth.subs(t, s + start)), s).all_coeffs()
    if not all(ball(c) <= 0 for c in coefficients):
        return arb("nan")
    at_start = ball((t**a * sp.exp(power) * sp.log(t) ** b).subs(t, start))
    return arb(0).union(at_start)


def _terms(f: Any, t: Any) -> dict[Monomial, Any]:
    """monomial -> coefficient of the expanded expression."""
    expanded = sp.expand(f)
    found: dict[Monomial, Any] = {}
    parts = sp.Add.make_args(expanded)
    if len(parts) > SIZE:
        raise NoTail(f"{len(parts)} terms")
    for part in parts:
        scale, a, power, b = sp.Integer(1), sp.Integer(0), sp.Integer(0), sp.Integer(0)
        for factor in sp.Mul.make_args(part):
            base, exponent = factor.as_base_exp()
            if not factor.has(t):
                scale *= factor
            elif base == t and exponent.is_Rational:
                a += exponent
            elif base == sp.log(t) and exponent.is_Rational:
                b += exponent
            elif base == sp.E or isinstance(base, sp.exp):
                inside = sp.expand(exponent if base == sp.E else base.args[0] * exponent)
                if not inside.is_polynomial(t):
                    raise NoTail(f"{factor}")
                scale *= sp.exp(inside.subs(t, 0))
                power += inside - inside.subs(t, 0)
            elif not base.has(t):  # c**P(t) = exp(P(t) log c)
                inside = sp.expand(exponent * sp.log(base))
                if not (inside.is_polynomial(t) and ball(base) > 0):
                    raise NoTail(f"{factor}")
                scale *= sp.exp(inside.subs(t, 0))
                power += inside - inside.subs(t, 0)
            else:
                raise NoTail(f"{factor}")
        key = (a, sp.expand(power), b)
        found[key] = found.get(key, sp.Integer(0)) + scale
    return {key: scale for key, scale in found.items() if sp.expand(scale) != 0}


def _bounded(f: Any, t: Any, start: int, known: dict) -> Any:
    """The expression with whatever is no monomial replaced, exactly or by a number in a known ball."""
    if not f.has(t) or f == t:
        return f
    inside: Any = f.args[0]
    if isinstance(f, sp.Pow) and f.exp.is_Rational and not f.exp.is_Integer:
        return _leading(inside, f.exp, t, start, known)
    if isinstance(f, sp.Pow) and f.exp.is_Integer and f.exp < 0:
        if inside != t and inside.is_polynomial(t):
            return _leading(inside, f.exp, t, start, known)
    if isinstance(f, sp.log):
        return _log(inside, t, start, known)
    if isinstance(f, RISING):
        a, b = _affine(inside, t)
        far = f.func(sp.oo if ball(a) > 0 else -sp.oo)
        return _number(ball(f.func(a * start + b)).union(ball(far)), known)
    if isinstance(f, sp.sin | sp.cos) and inside.is_polynomial(t):
        return _number(arb(-1).union(arb(1)), known)
    if isinstance(f, sp.exp) and not inside.is_polynomial(t):
        return _exp(inside, t, start, known)
    if isinstance(f, sp.Add | sp.Mul | sp.Pow | sp.exp):
        return f.func(*[_bounded(a, t, start, known) for a in f.args])
    raise NoTail(f"{f}")


def _number(value: arb, known: dict) -> Any:
    if not value.is_finite():
        raise NoTail("a bound that is not finite")
    symbol = sp.Dummy("c", real=True)
    known[symbol] = value
    return symbol


def _affine(f: Any, t: Any) -> tuple[Any, Any]:
    if f.is_polynomial(t) and sp.degree(f, t) == 1:
        a, b = sp.Poly(f, t).all_coeffs()
        if ball(a) > 0 or ball(a) < 0:
            return a, b
    raise NoTail(f"{f} is not affine")


def _leading(base: Any, power: Any, t: Any, start: int, known: dict) -> Any:
    """base**power = (c t**n)**power (1 + smaller)**power for a polynomial with a positive leading term."""
    c, n, near = _near_one(base, t, start)
    if power.is_Integer or near > 0:
        return c**power * t ** (n * power) * _number(near ** arb(ball(power)), known)
    raise NoTail(f"({base})**{power}")


def _log(inside: Any, t: Any, start: int, known: dict) -> Any:
    up, down = sp.fraction(sp.together(inside))
    part: Any
    total = sp.Integer(0)
    for sign, part in ((1, up), (-1, down)):
        if part.is_polynomial(t):
            c, n, near = _near_one(part, t, start)
            small = sp.Integer(0) if near == 1 else _number(near.log(), known)
            total += sign * (n * sp.log(t) + sp.log(c) + small)
            continue
        lead, rest = sp.Integer(0), arb(0)  # log(exp(P) + ...) = P + log(1 + exp(-P) ...)
        nodes: Any = part.atoms(sp.exp)
        for node in sorted(nodes, key=sp.default_sort_key):
            other = sp.expand(part / node)
            if node.args[0].is_polynomial(t):
                try:
                    value = _ray_ball(other, t, start)
                except NoTail:
                    continue
                if value > 0:
                    lead, rest = node.args[0], value
                    break
        if lead == 0:
            raise NoTail(f"log({inside})")
        total += sign * (lead + _number(rest.log(), known))
    return total


def _ray_ball(f: Any, t: Any, start: int) -> arb:
    """A ball that contains f(t) for all t >= start, for a sum of non-increasing monomials and a constant."""
    known: dict[Any, arb] = {}
    total = arb(0)
    for monomial, c in _terms(_bounded(f, t, start, known), t).items():
        flat = all(sp.expand(part) == 0 for part in monomial)
        total = total + ball(c, known) * (1 if flat else _largest(monomial, t, start))
    return total


def _near_one(poly: Any, t: Any, start: int) -> tuple[Any, int, arb]:
    """(c, n, ball of poly/(c t**n) on the ray) for a polynomial with leading coefficient c > 0."""
    if not poly.is_polynomial(t):
        raise NoTail(f"{poly} is no polynomial")
    p = sp.Poly(poly, t)
    c, n = p.LC(), p.degree()
    if not ball(c) > 0:
        raise NoTail(f"leading coefficient {c}")
    near = arb(1)
    for (k,), coefficient in p.terms()[1:]:
        near += ball(coefficient / c) * arb(0).union(ball(sp.Integer(start) ** (k - n)))
    if not near > 0:
        raise NoTail(f"{poly} is not shown positive from {start} on")
    return c, int(n), near


def _exp(inside: Any, t: Any, start: int, known: dict) -> Any:
    """exp(P + rest) with the rest in a ball on the ray."""
    total = sp.Integer(1)
    parts: Any = sp.Add.make_args(sp.expand(inside))
    for part in parts:
        if part.is_polynomial(t):
            total *= sp.exp(part)
        else:
            total *= _number(_ray_ball(part, t, start).exp(), known)
    return total
