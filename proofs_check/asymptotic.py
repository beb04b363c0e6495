"""Statements about limits: O along a ray, remainders, and expectations that do not exist."""

import dataclasses
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb

from proofs_check.core.evaluate import environment, evaluate, names
from proofs_check.core.values import approx, exact
from proofs_check.heavy_tails import diverges_far
from proofs_check.sides import FLOOR, number, ran, satisfies, values
from theory.claim import Claim, Existence, Ray, Statement
from theory.family import Instance, floats, replace

HALVINGS = 12
WIDTH = sp.Rational(1, 1024)
LAST = 4
GROWTH = 1.5
"""A remainder that grows by this much with every halving, relative to its scale, is not O(scale)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a ray says: `violated` (the ratio grows without bound), `holds` on this ray, or `undecided`."""

    status: str
    exact: bool
    text: str
    ratios: tuple[float, ...] = ()


def along_ray(claim: Claim, statement: Statement) -> Limit:
    """left = O(right) on the statement's ray: the exact limit of the closed form's ratio, checked by runs.

    The signs of the sides do not matter: the ratios are those of the absolute values.
    """
    ray = statement.ray
    if ray is None:
        raise ValueError("an O statement needs ray=...")
    if outside := claim.family.error(ray.start):
        return Limit("undecided", False, f"the ray starts outside the family: {outside}")
    for point in _points(ray)[-LAST:]:
        if not satisfies(claim, statement, ray.at(ray.start, point)):
            return Limit("undecided", False, f"the ray leaves the givens, at {ray.at(ray.start, point)!r}")
    ratios = _ratios(claim, statement, ray)
    if ray.closed_form is None:
        return Limit("undecided", False, "no closed form: finitely many ratios decide no limit", ratios)
    t = sp.Symbol("t", positive=True)
    closed = ray.closed_form(t)
    _agree(claim, statement, ray, closed, t)
    limit = _limit(closed / _right_along(claim, statement, ray, t), t, ray.to)
    if limit in (sp.oo, -sp.oo) and ratios[-1] > 4 * ratios[0]:
        text = f"({sp.sstr(closed)}) / right tends to {limit} along the ray, as t tends to {ray.to}"
        return Limit("violated", True, text, ratios)
    if limit.is_finite:
        return Limit("holds", True, f"the ratio tends to {limit}", ratios)
    return Limit("undecided", False, f"the limit of the ratio came out as {limit}", ratios)


def _points(ray: Ray) -> list:
    steps = [Fraction(1, 2**k) for k in range(1, HALVINGS + 1)]
    return [1 / s for s in steps] if ray.to == math.inf else [ray.to + s for s in steps]


def _ratios(claim: Claim, statement: Statement, ray: Ray) -> tuple[float, ...]:
    out = []
    for t in _points(ray):
        at = ray.at(ray.start, t)
        lhs = _run(statement, at)
        rhs = approx(evaluate(statement.right, values(claim, at, False, statement.right)))
        out.append(abs(lhs / rhs) if rhs else math.inf)
    return tuple(out)


def _run(statement: Statement, at: Instance) -> float:
    return float(ran(statement.left, floats(at), False))


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
    wanted = names(statement.right)
    return sp.sympify(statement.right).subs({s: read(at) for s, read in claim.symbols.items() if s in wanted})


def _limit(expr: sp.Expr, t: sp.Symbol, to: Any) -> sp.Expr:
    """The one-sided limit by SymPy; the caller compares it with numbers along the ray."""
    point, side = (sp.oo, "-") if to == math.inf else (sp.nsimplify(to), "+")
    return sp.limit(expr, t, point, side)


def order_against(claim: Claim, statement: Statement, other: sp.Expr) -> sp.Expr:
    """The limit of right/other along the statement's ray: 0 if `other` is the larger order."""
    ray, t = statement.ray, sp.Symbol("t", positive=True)
    if ray is None:
        raise ValueError("an O statement needs ray=...")
    mutated = dataclasses.replace(statement, right=other)
    return _limit(_right_along(claim, statement, ray, t) / _right_along(claim, mutated, ray, t), t, ray.to)


def remainder_order(claim: Claim, statement: Statement, instance: Instance) -> float:
    """How (left - right)_+ / scale grows in the end with each halving of the field (at most 1: bounded).

    Values are exact where `run` is; a float excess that its rounding may explain ends the ray.  The smallest
    growth over the last `LAST` halvings counts, so that an approach to a bound is no growth.
    """
    remainder = statement.remainder
    if remainder is None or statement.left.run is None:
        return 1.0
    ratios: list[float] = []
    here, to = getattr(instance, remainder.field), remainder.to
    for k in range(2 * LAST + 7):
        nearer = here * 2**k if math.isinf(to) else to + Fraction(here - to) / 2**k
        at = replace(instance, **{remainder.field: nearer})
        try:
            excess, scale = _excess(claim, statement, at), _scale(claim, statement, at)
        except (ZeroDivisionError, OverflowError):
            break
        if excess is None or scale == 0:
            break
        ratios.append(excess / abs(scale))
    if len(ratios) <= 2 * LAST or ratios[-LAST - 1] == 0:
        return 1.0
    tail = ratios[-LAST - 1 :]
    return min((b / a if a > 0 else 1.0) for a, b in zip(tail, tail[1:], strict=False))


def apart(statement: Statement, instance: Instance) -> str:
    """How far the left side stays from what is called its limit, in words; "" if it comes near."""
    remainder = statement.remainder
    if remainder is None or statement.left.run is None or math.isinf(remainder.to):
        return ""
    start, gaps = Fraction(getattr(instance, remainder.field) - remainder.to), []
    for k in (8, 16, 24):
        at = replace(instance, **{remainder.field: remainder.to + start / 2**k})
        value, limit = (approx(ran(q, at, True)) for q in (statement.left, remainder.limit))
        gaps.append(abs(value - limit) / (1 + abs(limit)))
    if not gaps[-1] > max(gaps[0] / 4, 1e-6):
        return ""
    return f"at 2^-24 of its distance the left side is {value!r}, its limit is said to be {limit!r}"


def _excess(claim: Claim, statement: Statement, at: Instance) -> float | None:
    """By how much the sides violate the relation, exactly where possible; None where rounding explains it."""
    lhs = ran(statement.left, at, True)
    right = evaluate(statement.right, values(claim, at, True, statement.right), True)
    rhs = number(right, "the right side", at, True)
    inexact = isinstance(lhs, float) or isinstance(rhs, float)
    lhs, rhs = (approx(lhs), approx(rhs)) if inexact else (lhs, rhs)
    difference = lhs - rhs
    excess = approx(-difference if statement.relation in (">=", ">") else difference)
    excess = abs(excess) if statement.relation == "==" else max(excess, 0.0)
    if inexact and excess <= statement.left.rounding * (abs(lhs) + abs(rhs) + FLOOR):
        return None
    return excess


def _scale(claim: Claim, statement: Statement, at: Instance) -> float:
    if statement.remainder is None:
        return 0.0
    scale = statement.remainder.scale
    return approx(evaluate(scale, values(claim, at, True, scale), True))


def missing(claim: Claim, statement: Statement) -> list[tuple[Existence, str]]:
    """The expectations of the statement that do not exist on an instance that obeys the givens, with why."""
    found = []
    for existence in statement.exists:
        inside = not claim.family.error(existence.where)
        if inside and satisfies(claim, statement, existence.where, certainly=True):
            if certificate := diverges(claim, existence):
                found.append((existence, certificate))
    return found


def diverges(claim: Claim, existence: Existence) -> str:
    """The certificate that the expectation does not exist; or "".

    c > 0 and k >= 1 with |h| p >= c/|x - a|^k on (a, a + 1/1024], where h is the integrand and p the density.
    """
    if found := _diverges(claim, existence):
        _check_density(claim, existence)
    return found


def _check_density(claim: Claim, existence: Existence) -> None:
    """Raise ValueError if what is called a density has no finite mass there, or is negative near by."""
    x, at, density = existence.variable, existence.at, existence.density
    problem = ""
    if _diverges(claim, dataclasses.replace(existence, integrand=sp.S.One)):
        problem = "its own integral diverges"
    env = environment(claim.symbols, claim.laws, existence.where, sure=True)
    for k in range(4, 12):
        far = Fraction(2) ** k * (1 if at > 0 else -1)
        near = far if math.isinf(at) else Fraction(at) + Fraction(1, 2048) / 2**k
        if arb(evaluate(density, {**env, x: exact(near)}, True)) < 0:
            problem = f"it is negative at {x} = {near}"
    if problem:
        raise ValueError(f"{existence.text}: {density} is no density beside {at}: {problem}")


def _diverges(claim: Claim, existence: Existence) -> str:
    if math.isinf(existence.at):
        return diverges_far(claim, existence)
    x, at = existence.variable, existence.at
    env = environment(claim.symbols, claim.laws, existence.where, sure=True)
    ball = arb(evaluate(sp.Rational(at) + WIDTH / 2, {}, True), evaluate(WIDTH / 2, {}, True))
    for power in range(1, 5):
        flat = sp.simplify(existence.integrand * existence.density * (x - at) ** power)
        try:
            value = evaluate(flat, {**env, x: ball}, True)
        except ZeroDivisionError:
            continue
        if not isinstance(value, float) and abs(arb(value)).lower() > 0:
            floor = f"{float(abs(arb(value)).lower()):.3g}/|{x} - {at}|" + (f"^{power}" if power > 1 else "")
            return (
                f"|{sp.sstr(existence.integrand)}| times the density is at least {floor} "
                f"on ({at}, {at} + 1/1024], so the integral diverges"
            )
    return ""
