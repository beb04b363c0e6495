"""Statements about limits: O along a ray, remainders, and expectations that do not exist."""

import math
from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import arb

from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.values import rough
from proofs_check.sides import number
from theory.claim import Claim, Existence, Ray, Statement
from theory.family import Instance, floats, replace

HALVINGS = 12
WIDTH = sp.Rational(1, 1024)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a ray says: `violated` (the ratio grows without bound), `holds` on this ray, or `undecided`."""

    status: str
    exact: bool
    text: str
    ratios: tuple[float, ...] = ()


def along_ray(claim: Claim, statement: Statement) -> Limit:
    """left = O(right) on the statement's ray: the exact limit of the closed form's ratio, checked by runs."""
    ray = statement.ray
    if ray is None:
        raise ValueError("an O statement needs ray=...")
    ratios = _ratios(claim, statement, ray)
    if ray.closed_form is None:
        growing = all(b > 1.2 * a for a, b in zip(ratios[-4:], ratios[-3:], strict=False))
        return Limit("undecided" if growing else "holds", False, "ratios along the ray", ratios)
    t = sp.Symbol("t", positive=True)
    closed = ray.closed_form(t)
    _agree(claim, statement, ray, closed, t)
    limit = _limit(closed / _right_along(claim, statement, ray, t), t, ray.to)
    if limit == sp.oo and ratios[-1] > 4 * ratios[0]:
        return Limit("violated", True, f"lim {sp.latex(closed)} / right = infinity along the ray", ratios)
    if limit.is_finite:
        return Limit("holds", True, f"the ratio tends to {limit}", ratios)
    return Limit("undecided", False, f"the limit of the ratio came out as {limit}", ratios)


def _points(ray: Ray) -> list:
    from fractions import Fraction

    steps = [Fraction(1, 2**k) for k in range(1, HALVINGS + 1)]
    return [1 / s for s in steps] if ray.to == math.inf else [ray.to + s for s in steps]


def _ratios(claim: Claim, statement: Statement, ray: Ray) -> tuple[float, ...]:
    out = []
    for t in _points(ray):
        at = ray.at(ray.start, t)
        lhs = _run(statement, at)
        rhs = float(evaluate(statement.right, environment(claim.symbols, claim.laws, floats(at), sure=False)))
        out.append(lhs / rhs if rhs else math.inf)
    return tuple(out)


def _run(statement: Statement, at: Instance) -> float:
    if statement.left.run is None:
        raise ValueError(f"{statement.left.text}: an O statement needs run=...")
    return float(number(rough(statement.left.run(floats(at))), statement.left.text, at))


def _agree(claim: Claim, statement: Statement, ray: Ray, closed: sp.Expr, t: sp.Symbol) -> None:
    """The closed form is the left side that runs, at every point of the ray that is looked at."""
    for point in _points(ray)[:8]:
        ran = _run(statement, ray.at(ray.start, point))
        said = float(evaluate(closed, {t: float(point)}))
        if abs(ran - said) > 1e-6 * (abs(ran) + abs(said)):
            raise ValueError(f"closed_form({point}) = {said!r}, but {statement.left.text} runs to {ran!r}")


def _right_along(claim: Claim, statement: Statement, ray: Ray, t: sp.Symbol) -> sp.Expr:
    """The right side on the ray: the symbols are read from an instance that holds the symbol t itself."""
    at = ray.at(ray.start, t)  # pyright: ignore[reportArgumentType]
    return sp.sympify(statement.right).subs({s: read(at) for s, read in claim.symbols.items()})


def _limit(expr: sp.Expr, t: sp.Symbol, to: Any) -> sp.Expr:
    """The one-sided limit by SymPy; the caller compares it with numbers along the ray."""
    point, side = (sp.oo, "-") if to == math.inf else (sp.nsimplify(to), "+")
    return sp.limit(expr, t, point, side)


def remainder_order(claim: Claim, statement: Statement, instance: Instance) -> float:
    """How fast (left - right)_+ / scale grows when the ray's field is halved six times (1: bounded)."""
    remainder = statement.remainder
    if remainder is None or statement.left.run is None:
        return 1.0
    ratios, value = [], float(getattr(instance, remainder.field))
    for k in range(7):
        at = floats(replace(instance, **{remainder.field: remainder.to + (value - remainder.to) / 2**k}))
        env = environment(claim.symbols, claim.laws, at, sure=False)
        excess = float(statement.left.run(at)) - float(evaluate(statement.right, env))
        sign = -1 if statement.relation in (">=", ">") else 1
        excess = abs(excess) if statement.relation == "==" else max(sign * excess, 0.0)
        ratios.append(excess / float(evaluate(remainder.scale, env)))
    return (ratios[-1] / ratios[2]) ** (1 / 4) if ratios[2] > 0 else 1.0


def diverges(claim: Claim, existence: Existence) -> str:
    """The certificate that the expectation does not exist: c > 0 with |h| p |x - a| >= c beside a; or ""."""
    x = existence.variable
    env = environment(claim.symbols, claim.laws, existence.where, sure=True)
    flat = sp.simplify(existence.integrand * existence.density * (x - existence.at))
    lo = sp.Rational(existence.at)
    middle = evaluate(lo + WIDTH / 2, {}, True)
    ball = arb(middle, evaluate(WIDTH / 2, {}, True))
    value = evaluate(flat, {**env, x: ball}, True)
    floor = abs(arb(value)).lower()
    if not floor > 0:
        return ""
    return (
        f"|{sp.sstr(existence.integrand)}| times the density is at least c/|{x} - {existence.at}| "
        f"with c = {float(floor):.3g} on ({existence.at}, {existence.at} + 1/1024], so the integral diverges"
    )
