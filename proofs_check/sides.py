"""The two sides of a statement on one instance, and what their comparison says: holds, violated, undecided.

Every relation is reduced to one comparison of two numbers:

point         left.run(i)                        relation   right(i)
argmin        objective(i, printed minimiser)    <=         left.run(i), the best competitor
decreasing    left.run(i with field + step)      <          left.run(i)          (increasing: >)
remainder     remainder.limit.run(i)             relation   right(i)             (the limit of the ray)
"""

import dataclasses
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.relational import Relational

from proofs_check.core.evaluate import environment, evaluate, names
from proofs_check.core.values import Unclear, approx, exact, has_float, plain, rough
from proofs_check.feasible import allowed_near
from proofs_check.machine import check_machine
from theory.claim import Claim, Given, Quantity, Statement
from theory.instance import Instance, floats, remembered, replace

TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": lambda a, b: bool(a <= b),
    "<": lambda a, b: bool(a < b),
    ">=": lambda a, b: bool(a >= b),
    ">": lambda a, b: bool(a > b),
}
FLIP = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}
FLOOR = 1e-3
"""Share of `rounding` below which a float counts as zero when it decides: what cancellation leaves behind."""
ABSENT = object()
FLOAT_ZERO = re.compile(r"^(float |0\.0 cannot)")
"""How Python words a division by a float zero; by an exact one it says so otherwise."""


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


def values(claim: Claim, instance: Instance, sure: bool, *exprs: Any) -> dict:
    """symbol -> value on the instance, floats or exact; only what the expressions need, if any are named."""
    at = instance if sure else floats(instance)
    if not exprs:
        return environment(claim.symbols, claim.laws, at, sure=sure)
    known = remembered(at, claim.symbols, sure, dict)
    wanted = names(exprs)
    missing = [name for name in wanted if name not in known]
    if missing:
        found = environment(claim.symbols, claim.laws, at, sure=sure, only=frozenset(missing))
        known.update({name: found.get(name, ABSENT) for name in missing})
    return {name: known[name] for name in wanted if known[name] is not ABSENT}


def sides(claim: Claim, statement: Statement, instance: Instance, *, sure: bool) -> Sides:
    """Both sides on the instance, in floats (to search) or exactly (to decide), compared.

    Where floats are too small for a value the exact road is taken at once.
    """
    relation = effective(statement)
    try:
        lhs, rhs, rounding = _pair(claim, statement, instance, sure)
    except ZeroDivisionError as error:
        if sure and isinstance(error, Unclear):
            return Sides(None, None, relation, "undecided", False, 0.0, str(error))
        said = _undefined(claim, statement, instance, error) if sure else str(error)
        return Sides(None, None, relation, "undefined", True, math.inf, said)
    except OverflowError as error:
        if not sure:
            return sides(claim, statement, instance, sure=True)
        return Sides(None, None, relation, "undecided", False, 0.0, str(error))
    found = compare(lhs, relation, rhs, rounding, FLOOR * rounding if sure else None)
    if sure and found.status == "violated" and statement.left.shows:
        return dataclasses.replace(found, note=statement.left.shows(instance))
    return found


def _undefined(claim: Claim, statement: Statement, at: Instance, error: Exception) -> str:
    """Why a side has no value; of a division by zero in the formula also which denominator vanishes."""
    parts = statement.right if isinstance(statement.right, tuple) else (statement.right,)
    powers = {p for part in parts if part is not None for p in sp.sympify(part).atoms(sp.Pow)}
    for power in sorted((p for p in powers if p.exp.is_negative), key=sp.default_sort_key):
        try:
            if evaluate(power.base, values(claim, at, True, power.base), True) == 0:
                return f"division by zero: {sp.sstr(power.base)} = 0"
        except (ArithmeticError, KeyError, TypeError):
            continue  # a denominator under a sum, or with no value of its own
    return str(error)


def _pair(claim: Claim, statement: Statement, instance: Instance, sure: bool) -> tuple[Any, Any, float]:
    at = instance if sure else floats(instance)
    left = statement.remainder.limit if statement.remainder else statement.left
    if left.run is None:
        raise NotANumber(f"{left.text}: only sampled, cannot be run on one instance")
    if statement.along:
        next_, here = ran(left, ahead(statement, at), sure), ran(left, at, sure)
        return next_, here, left.rounding
    right = evaluate(statement.right, values(claim, instance, sure, statement.right), sure)
    lhs = ran(left, at, sure)
    if statement.objective:
        candidate = tuple(map(plain, right)) if isinstance(right, tuple) else plain(right)
        reached = number(statement.objective(at, candidate), "the objective", at, sure)
        if sure and reached == math.inf and allowed_near(statement.objective, at, candidate):
            raise Unclear("the enclosure of the printed minimiser reaches beyond what is allowed")
        return reached, lhs, left.rounding
    return lhs, number(right, "the right side", at, sure), left.rounding


def ran(quantity: Quantity, at: Instance, sure: bool) -> Any:
    """What the quantity runs to on an instance: one real number."""
    if quantity.run is None:
        raise NotANumber(f"{quantity.text}: only sampled, cannot be run on one instance")
    try:
        return remembered(at, quantity.run, (quantity.text, sure), lambda: _ran(quantity, at, sure))
    except ZeroDivisionError as error:  # a float zero may be a number too small for floats
        kind = Unclear if isinstance(error, Unclear) or FLOAT_ZERO.search(str(error)) else ZeroDivisionError
        said = re.sub(r"^Fraction\(.*, 0\)$", "division by zero", str(error))
        raise kind(f"{quantity.text}: {said}") from None


def _ran(quantity: Quantity, at: Instance, sure: bool) -> Any:
    value = quantity.run(at)  # type: ignore[misc]
    found = number(value, quantity.text, at, sure)
    try:
        check_machine(value, quantity.run, at, 1.0 if quantity.measured else quantity.rounding)  # type: ignore[arg-type]
    except ValueError as error:
        raise NotANumber(f"{quantity.text} = {value!r} at {at!r}: {error}") from None
    return found


def ahead(statement: Statement, instance: Instance) -> Instance:
    """The instance one step further along the direction of a monotonicity statement."""
    along = statement.along
    if along is None:
        return instance
    here, step = getattr(instance, along.field), getattr(instance, along.step)
    return remembered(instance, along, 0, lambda: replace(instance, **{along.field: here + step}))


def number(value: Any, text: str, instance: Instance, sure: bool = False) -> Any:
    """The value as one real number (infinite is allowed); otherwise an error that names it."""
    try:
        found = exact(value) if sure else rough(value)
    except (TypeError, ValueError):  # no number at all: None, a string, something complex
        found = None
    if isinstance(found, bool) or not isinstance(found, int | float | fmpq | arb):
        raise NotANumber(f"{text} = {value!r} at {instance!r}, expected a real number")
    if isinstance(found, float) and math.isnan(found):
        raise NotANumber(f"{text} = nan at {instance!r}, expected a real number")
    return found


def compare(lhs: Any, relation: str, rhs: Any, rounding: float, floor: float | None = None) -> Sides:
    """lhs (relation) rhs.  Exact values decide; a float decides only beyond its rounding error.

    rounding is relative to |lhs| + |rhs|; what an enclosure leaves open beside a float, and a difference
    below `floor`, decide nothing either.  Without a
    floor the comparison is for searching: there equal floats already violate a strict relation.
    """
    if relation != "==" and relation not in TESTS:
        raise ValueError(f"relation {relation!r}: expected one of <=, <, >=, >, ==")
    certain = not isinstance(lhs, float) and not isinstance(rhs, float)
    blur = sum(approx(side.rad()) for side in (lhs, rhs) if isinstance(side, arb))
    if not certain:
        lhs, rhs = approx(lhs), approx(rhs)
    gap = _gap(approx(lhs), relation, approx(rhs))
    if certain:
        return Sides(lhs, rhs, relation, _certain(lhs, relation, rhs), True, gap)
    margin = max(rounding * (abs(lhs) + abs(rhs)), floor or 0.0) + blur
    if math.isinf(lhs) or math.isinf(rhs):
        margin = blur
    if floor is None and relation in ("<", ">") and lhs == rhs:
        return Sides(lhs, rhs, relation, "violated", False, gap)
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
    if TESTS[relation](lhs, rhs):
        return "holds"
    if TESTS[FLIP[relation]](lhs, rhs):
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
    return state(claim, given, instance)[1]


def state(claim: Claim, given: Given, instance: Instance) -> tuple[str, float | None]:
    """holds, violated or undecided, and by how much."""
    if given.fact is not None:
        return fact_state(given.fact, values(claim, instance, True, given.fact))
    if given.check is not None:
        return ("holds", 0.0) if given.check(instance) else ("violated", -math.inf)
    return "holds", None


def fact_state(fact: Any, env: dict) -> tuple[str, float]:
    """A SymPy relation, conjunction or disjunction in the environment: its state and its smallest slack.

    A relation whose side has no value does not hold; a disjunction may hold by its other parts.
    """
    if isinstance(fact, sp.And | sp.Or):
        parts = [fact_state(part, env) for part in fact.args]
        order = ("violated", "undecided", "holds")
        pick = min if isinstance(fact, sp.And) else max
        return pick((s for s, _ in parts), key=order.index), pick(slack for _, slack in parts)
    if fact in (sp.true, sp.false):
        return ("holds", 0.0) if fact is sp.true else ("violated", -math.inf)
    if not isinstance(fact, Relational):
        raise TypeError(f"given {fact}: expected a relation, or And or Or of relations")
    name: str = fact.rel_op  # pyright: ignore[reportAttributeAccessIssue]
    try:
        lhs, rhs = evaluate(fact.lhs, env, True), evaluate(fact.rhs, env, True)
    except Unclear:
        return "undecided", 0.0
    except ZeroDivisionError:
        return "violated", -math.inf
    if has_float(lhs) or has_float(rhs):
        lhs, rhs = approx(lhs), approx(rhs)
    if name in ("==", "!="):
        near = isinstance(lhs, float) and compare(lhs, "==", rhs, 1e-9).status == "holds"
        equal = "holds" if near else _certain(lhs, "==", rhs)
        if equal == "holds" and (isinstance(lhs, arb) or isinstance(rhs, arb)):
            equal = "undecided"
        opposite = {"holds": "violated", "violated": "holds", "undecided": "undecided"}
        status = equal if name == "==" else opposite[equal]
    else:
        status = _certain(lhs, name, rhs)
    difference = approx(rhs) - approx(lhs)
    slack = {"<": difference, "<=": difference, ">": -difference, ">=": -difference}
    size = slack.get(name, -abs(difference) if name == "==" else abs(difference))
    if status == "violated":
        return status, min(size, -5e-324)
    return status, max(size, 0.0)


def satisfies(claim: Claim, statement: Statement, instance: Instance, *, certainly: bool = False) -> bool:
    """Whether every decidable given holds on the instance, and after the step of a monotonicity statement.

    An enclosure may leave a given undecided: that is enough to look, not to decide (`certainly`).
    """
    if statement.along and not getattr(instance, statement.along.step) > 0:
        return False
    allowed = ("holds",) if certainly else ("holds", "undecided")
    places = (instance, ahead(statement, instance)) if statement.along else (instance,)
    return all(state(claim, g, at)[0] in allowed for at in places for g in statement.givens)
