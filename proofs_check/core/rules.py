"""Dispatch of the analytic rules: enclosures, sums of squares, limits, minima, Jensen."""

import random
from typing import Any

import sympy as sp

from proofs_check.core.convex import check_jensen, check_minimum
from proofs_check.core.interval import positive
from proofs_check.core.lemma import Context
from proofs_check.core.limits import check_limit
from proofs_check.core.premises import satisfying
from proofs_check.core.sos import check_certificate
from theory.proof import Enclose, Jensen, Limit, Line, Stationary, SumOfSquares

Outcome = tuple[bool, str, tuple[str, ...]]


def check_other(before: Any, line: Line, context: Context) -> Outcome:
    """Whether `before relation expr` is accepted by one of the analytic rules."""
    match line.by:
        case Enclose():
            ok, reason = _enclose(line.by, before, line, context)
        case SumOfSquares():
            ok, reason = _squares(line.by, before, line, context)
        case Limit():
            ok, reason = check_limit(line.by, before, line.relation, line.expr, _drawer(context))
        case Stationary():
            ok, reason = check_minimum(line.by, before, line.relation, line.expr, context.facts)
        case Jensen():
            ok, reason = check_jensen(line.by, before, line.relation, line.expr, context.facts)
        case _:
            ok, reason = False, f"{line.by!r} is no rule"
    return ok, reason, ()


def _gap(before: Any, line: Line) -> Any:
    """What must be positive (or non-negative) for the line to hold; None for an equality."""
    sides = {"<": (line.expr, before), ">": (before, line.expr)}.get(line.relation[0])
    return None if sides is None else sides[0] - sides[1]


def _enclose(rule: Enclose, before: Any, line: Line, context: Context) -> tuple[bool, str]:
    gap = _gap(before, line)
    if gap is None:
        return False, "enclosures do not show an equality"
    if not 1 <= len(rule.over) <= 2:
        return False, f"over {rule.over}: expected one or two variables"
    strict = "=" not in line.relation
    answer, reason = positive(
        gap, tuple(rule.over), context.facts, strict=strict, touches=rule.touches, seconds=rule.seconds
    )
    return answer is True, reason


def _squares(rule: SumOfSquares, before: Any, line: Line, context: Context) -> tuple[bool, str]:
    gap = _gap(before, line)
    if gap is None or "=" not in line.relation:
        return False, "a sum of squares gives >= or <="
    certificate = rule.certificate
    if certificate is None:
        from proofs_check.core.sos_search import propose  # numpy and the solvers only where one is searched

        certificate, reason = propose(gap, context.facts, rule.seconds)
        if certificate is None:
            return False, reason
    return check_certificate(gap, rule, certificate, context.facts)


def _drawer(context: Context) -> Any:
    """(symbols, rng) -> rational values that satisfy the givens, for the numbers along a limit's ray."""

    def draw(symbols: tuple, rng: random.Random) -> dict | None:
        for point in satisfying(context.facts, symbols, context.laws, rng, 1, 1.0):
            return {s: sp.Rational(int(point.env[s].p), int(point.env[s].q)) for s in symbols}
        return None

    return draw
