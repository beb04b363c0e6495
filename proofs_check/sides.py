"""The two sides of a statement on one instance, and what their comparison says: holds, violated, undecided.

Every relation is reduced to one comparison of two numbers:

point         left.run(i)                        relation   right(i)
argmin        objective(i, printed minimiser)    <=         left.run(i), the best competitor
decreasing    left.run(i with field + step)      <          left.run(i)          (increasing: >)
remainder     remainder.limit.run(i)             relation   right(i)             (the limit of the ray)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.values import exact, rough
from theory.claim import Claim, Given, Statement
from theory.family import Instance, floats, replace

FLIP = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


@dataclass(frozen=True, slots=True)
class Sides:
    """Two numbers and their relation; `status` is holds, violated, undecided or undefined."""

    lhs: Any
    rhs: Any
    relation: str
    status: str
    exact: bool
    gap: float
    """Relative violation: positive if violated, scaled by |lhs| + |rhs|."""
    note: str = ""


class NotANumber(ValueError):
    """A quantity of the claim is NaN or not a number at all: the file is wrong, not the paper."""


def effective(statement: Statement) -> str:
    """The relation of the two numbers that a statement is reduced to."""
    special = {"argmin": "<=", "decreasing": "<", "increasing": ">", "O": "<="}
    return special.get(statement.relation, statement.relation)


def values(claim: Claim, instance: Instance, sure: bool) -> dict:
    """symbol -> value on the instance, floats or exact."""
    at = instance if sure else floats(instance)
    return environment(claim.symbols, claim.laws, at, sure=sure)


def sides(claim: Claim, statement: Statement, instance: Instance, *, sure: bool) -> Sides:
    """Both sides on the instance, in floats (to search) or exactly (to decide), compared."""
    relation = effective(statement)
    try:
        lhs, rhs, rounding = _pair(claim, statement, instance, sure)
    except ZeroDivisionError as error:
        return Sides(None, None, relation, "undefined", True, math.inf, str(error))
    return compare(lhs, relation, rhs, rounding)


def _pair(claim: Claim, statement: Statement, instance: Instance, sure: bool) -> tuple[Any, Any, float]:
    at = instance if sure else floats(instance)
    convert = exact if sure else rough
    left = statement.remainder.limit if statement.remainder else statement.left
    run = left.run
    if run is None:
        raise NotANumber(f"{left.text}: only sampled, cannot be run on one instance")
    if statement.along:
        step, field = getattr(at, statement.along.step), statement.along.field
        ahead = replace(at, **{field: getattr(at, field) + step})
        return number(convert(run(ahead)), left.text, at), number(convert(run(at)), left.text, at), left.rounding
    env = environment(claim.symbols, claim.laws, at, sure=sure)
    right = evaluate(statement.right, env, sure)
    lhs = number(convert(run(at)), left.text, at)
    if statement.objective:
        reached = number(convert(statement.objective(at, right)), "the objective", at)
        return reached, lhs, left.rounding
    return lhs, number(right, "the right side", at), left.rounding


def number(value: Any, text: str, instance: Instance) -> Any:
    """The value if it is one real number (infinite is allowed); otherwise an error that names it."""
    if isinstance(value, bool) or not isinstance(value, int | float | fmpq | arb):
        raise NotANumber(f"{text} = {value!r} at {instance!r}, expected a real number")
    if isinstance(value, float) and math.isnan(value):
        raise NotANumber(f"{text} = nan at {instance!r}, expected a real number")
    return value


def compare(lhs: Any, relation: str, rhs: Any, rounding: float) -> Sides:
    """lhs (relation) rhs.  Exact values decide; a float decides only beyond its rounding error."""
    certain = not isinstance(lhs, float) and not isinstance(rhs, float)
    if not certain:
        lhs, rhs = float(lhs), float(rhs)
    gap = _gap(float(lhs), relation, float(rhs))
    if certain:
        return Sides(lhs, rhs, relation, _certain(lhs, relation, rhs), True, gap)
    margin = rounding * (abs(lhs) + abs(rhs))
    if math.isinf(lhs) or math.isinf(rhs):
        margin = 0.0
    if relation == "==":
        status = "violated" if abs(lhs - rhs) > margin else "holds"
    elif relation in ("<", "<="):
        status = "violated" if lhs - rhs > margin else "holds"
    else:
        status = "violated" if rhs - lhs > margin else "holds"
    return Sides(lhs, rhs, relation, status, False, gap)


def _certain(lhs: Any, relation: str, rhs: Any) -> str:
    """Decision by exact rationals or enclosures; overlapping balls leave it undecided."""
    if relation == "==":
        if lhs != rhs and not (isinstance(lhs, arb) or isinstance(rhs, arb)):
            return "violated"
        if isinstance(lhs, arb) or isinstance(rhs, arb):
            return "holds" if arb(lhs).overlaps(arb(rhs)) else "violated"
        return "holds"
    tests: dict[str, Callable[[Any, Any], bool]] = {
        "<=": lambda a, b: bool(a <= b),
        "<": lambda a, b: bool(a < b),
        ">=": lambda a, b: bool(a >= b),
        ">": lambda a, b: bool(a > b),
    }
    if tests[relation](lhs, rhs):
        return "holds"
    if tests[FLIP[relation]](lhs, rhs):
        return "violated"
    return "undecided"


def _gap(lhs: float, relation: str, rhs: float) -> float:
    difference = lhs - rhs if relation in ("<", "<=") else rhs - lhs
    if relation == "==":
        difference = abs(lhs - rhs)
    size = abs(lhs) + abs(rhs)
    if math.isnan(difference):
        return 0.0
    return difference / size if 0 < size < math.inf else math.copysign(min(abs(difference), 1.0), difference)


def margin(claim: Claim, given: Given, instance: Instance) -> float | None:
    """By how much a given holds (negative: fails) on the instance; None where it cannot be decided."""
    if given.fact is not None:
        return fact_margin(given.fact, values(claim, instance, True))
    if given.check is not None:
        return 0.0 if given.check(instance) else -math.inf
    return None


def fact_margin(fact: Any, env: dict) -> float:
    """The smallest slack of a SymPy relation (or conjunction) in the environment; strict ones need more than 0."""
    if fact.func.__name__ == "And":
        return min(fact_margin(part, env) for part in fact.args)
    if fact.is_Boolean and fact.is_Atom:
        return 0.0 if bool(fact) else -math.inf
    lhs, rhs = evaluate(fact.lhs, env, True), evaluate(fact.rhs, env, True)
    status = _certain(lhs, fact.rel_op, rhs) if fact.rel_op != "!=" else "holds" if lhs != rhs else "violated"
    size = float(rhs) - float(lhs) if fact.rel_op in ("<", "<=") else float(lhs) - float(rhs)
    size = -abs(size) if fact.rel_op == "==" else abs(size) if fact.rel_op == "!=" else size
    if status == "violated":
        return min(size, -5e-324)
    return max(size, 0.0)


def satisfies(claim: Claim, statement: Statement, instance: Instance) -> bool:
    """Whether every decidable given of the statement holds on the instance."""
    return all((m := margin(claim, given, instance)) is None or m >= 0 for given in statement.givens)
