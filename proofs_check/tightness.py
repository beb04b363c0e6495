"""How good a standing bound is: the largest lhs/rhs found, where, and whether a sharper constant is proved.

The search climbs towards equality; nothing it finds decides anything.  A sharper constant c means that the
bound holds with c times its right side (for `>=`: with its right side divided by c).  It is proved by real
polynomial arithmetic from the givens and from the lines of the statement's own accepted derivation.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from proofs_check.cases import STARTS, STEPS, Case, worst
from proofs_check.core.polynomial import entails
from proofs_check.core.values import approx
from proofs_check.search import climb
from proofs_check.sides import Sides, satisfies, sides
from proofs_check.verdict import StatementResult
from theory.claim import Claim, Statement
from theory.family import Instance

BOUNDS = ("<=", ">=")
EQUAL = 1e-12
"""A ratio this near to 1 counts as equality."""
DENOMINATORS = (2, 4, 12, 60)
LINES = 2
SECONDS = 0.5
"""Time for one proof of one constant, of which there are at most len(DENOMINATORS) * LINES."""


def measured(
    claim: Claim,
    statement: Statement,
    result: StatementResult,
    cases: list[Case],
    rng: np.random.Generator,
    effort: str,
) -> StatementResult:
    """The result of a standing bound with the largest ratio found, where, and the best constant proved."""
    if statement.relation not in BOUNDS or statement.left.run is None or statement.ray:
        return result
    ratio, at = closest(claim, statement, cases, rng, effort)
    result = replace(result, ratio=ratio, ratio_at=at)
    if ratio is None or statement.left.measured:
        return result
    if ratio >= 1 - EQUAL:
        return replace(result, tight=True)
    if result.tight or effort == "quick":
        return result
    return replace(result, constant=sharper(statement, result))


def is_tight(claim: Claim, statement: Statement, cases: list[Case], ratio: float | None) -> bool | None:
    """Whether a non-strict bound is attained: at a point called tight, or anywhere on the pool."""
    if statement.relation == "==":
        return True
    if statement.relation not in ("<=", ">=") or not cases or statement.left.run is None:
        return None  # draws do not show equality
    if ratio is not None and ratio >= 1 - 1e-12:
        return True
    for instance in claim.tight_at:
        at = sides(claim, statement, instance, sure=True)
        if at.status == "holds" and at.gap >= -1e-12:
            return True
    return False


def closest(
    claim: Claim, statement: Statement, cases: list[Case], rng: np.random.Generator, effort: str
) -> tuple[float | None, str]:
    """The largest ratio on the cases that hold, on the points called tight, and on a climb from the best."""
    holding = [c for c in cases if c.sides.status == "holds"]
    ratio, at, _ = worst(holding)
    found = [i for i in claim.tight_at if satisfies(claim, statement, i)]
    if effort != "quick" and (ratio is None or ratio < 1 - EQUAL):
        found += _climbed(claim, statement, holding, rng, effort)
    for instance in found:
        share = _share(sides(claim, statement, instance, sure=True))
        if math.isfinite(share) and (ratio is None or share > ratio):
            ratio, at = share, repr(instance)
    return ratio, at


def _climbed(
    claim: Claim, statement: Statement, holding: list[Case], rng: np.random.Generator, effort: str
) -> Iterable[Instance]:
    """The instance where a climb on the ratio itself ends: equality of two zeros is not its goal."""

    def score(instance: Instance) -> float:
        if not satisfies(claim, statement, instance):
            return -math.inf
        return min(_share(sides(claim, statement, instance, sure=False)) - 1, 0.0)

    known = [(_share(c.sides) - 1, c.drawn.answers) for c in holding if c.drawn.answers]
    starts = sorted((s for s in known if s[0] < 0), key=lambda s: -s[0])[:STARTS]
    _, instance, _ = climb(claim.family, rng, starts, score, max(2, round(STEPS[effort] * claim.effort)))
    return [] if instance is None else [instance]


def _share(at: Sides) -> float:
    """The lesser side over the greater where the bound holds and the greater is positive; else -inf."""
    if at.status != "holds" or at.lhs is None:
        return -math.inf
    small, large = (at.lhs, at.rhs) if at.relation == "<=" else (at.rhs, at.lhs)
    return approx(small) / approx(large) if approx(large) > 0 else -math.inf


def sharper(statement: Statement, result: StatementResult) -> str:
    """The least of a few simple constants below 1 that is proved, as text; "" if none is."""
    known = shown(statement, result)
    if not known or result.ratio is None or not isinstance(statement.right, sp.Expr):
        return ""
    premises = [g.fact for g in statement.givens if g.fact is not None]
    for share in constants(result.ratio):
        c = sp.Rational(share.numerator, share.denominator)
        for expr in known:
            low, high = (
                (expr, c * statement.right) if statement.relation == "<=" else (statement.right, c * expr)
            )
            if _follows(premises, sp.Le(low, high)):
                return str(share)
    return ""


def shown(statement: Statement, result: StatementResult) -> list[Any]:
    """What the left side is, and what the accepted derivation bounds it by before the printed right side."""
    found = [] if statement.left.expr is None or statement.remainder else [statement.left.expr]
    if statement.proof is not None and result.proof is not None and result.proof.ok:
        for line in statement.proof().lines:
            if line.relation not in ("==", statement.relation):
                break
            found.append(line.expr)
    return [e for e in dict.fromkeys(found) if e != statement.right][:LINES]


def constants(ratio: float) -> tuple[Fraction, ...]:
    """Simple fractions in [ratio, 1), ascending: the ratio rounded up more and more coarsely."""
    if not 0 < ratio < 1:
        return ()
    rounded = {Fraction(math.ceil(Fraction(ratio) * n), n) for n in DENOMINATORS}
    return tuple(sorted(c for c in rounded if c < 1))


def _follows(premises: list, goal: Any) -> bool:
    if goal in (sp.true, sp.false):
        return goal is sp.true
    try:
        return entails(premises, goal, SECONDS)[0] is True
    except (TypeError, ValueError, NotImplementedError, ArithmeticError):
        return False
