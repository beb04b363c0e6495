"""Statements whose left side can only be sampled: search on one stream, confirm once on another."""

import math

import numpy as np

from proofs_check.cases import Case, Drawn, show
from proofs_check.core.evaluate import evaluate
from proofs_check.core.values import Unclear, approx
from proofs_check.estimates import SCREEN, estimate
from proofs_check.functionals import confirm_all, draws, reduce
from proofs_check.planning import plan_test
from proofs_check.seeds import generator
from proofs_check.sides import NotANumber, Sides, effective, satisfies, values
from proofs_check.statistics import Confirmation
from proofs_check.verdict import Counterexample, Evidence, Plan
from theory.claim import Claim, Quantity, Statement
from theory.family import Instance

LOOKS = 40
DRAWS = 400
MORE = 50
MOST_DRAWS = 2**20
NEAREST = 4
"""Instances that are looked at again with more draws."""
ALIKE = 30.0
KILLERS, KILL_DRAWS, KILL_LEVEL = 4, 2**16, 1e-6
"""Instances on which a mutant that the screen did not notice is put to a test, its draws and its level."""


def sampled_only(statement: Statement) -> bool:
    """Whether the left side can be sampled but not run."""
    return statement.left.run is None and statement.remainder is None


def look_sampled(
    claim: Claim, statement: Statement, drawn: list[Drawn], rng: np.random.Generator, closer: bool = False
) -> list[Case]:
    """Means of a few hundred draws against the right side; violated: beyond `SCREEN` standard errors.

    closer  the cases that come nearest to a violation are looked at again, with `MORE` times the draws
    """
    cases, relation = [], effective(statement)
    for d in [d for d in drawn if satisfies(claim, statement, d.instance)][:LOOKS]:
        try:
            rhs = _right(claim, statement, d.instance)
        except ZeroDivisionError:  # `pole` speaks of these
            continue
        if math.isinf(rhs):
            continue
        mean, error = estimate(statement.left, d.instance, rng, DRAWS)
        cases.append(Case(d, screened(mean, relation, rhs, error)))
    if not closer:
        return cases
    for case in sorted(cases, key=lambda c: -c.sides.gap)[:NEAREST]:
        mean, error = estimate(statement.left, case.drawn.instance, rng, MORE * DRAWS)
        sharper = Case(case.drawn, screened(mean, relation, case.sides.rhs, error))
        cases = [sharper if c is case else c for c in cases]
    return cases


def _right(claim: Claim, statement: Statement, instance: Instance) -> float:
    """The right side in floats, computed exactly where floats overflow on the way."""
    right = statement.right
    try:
        return approx(evaluate(right, values(claim, instance, False, right)))
    except OverflowError:
        return approx(evaluate(right, values(claim, instance, True, right), True))


def pole(claim: Claim, statement: Statement, drawn: list[Drawn]) -> tuple[Instance, Sides] | None:
    """An instance that certainly satisfies the givens and on which the right side has no value."""
    for d in drawn:
        try:
            _right(claim, statement, d.instance)
        except ZeroDivisionError:
            if not satisfies(claim, statement, d.instance, certainly=True):
                continue
            try:
                evaluate(statement.right, values(claim, d.instance, True, statement.right), True)
            except Unclear:
                continue
            except ZeroDivisionError as error:
                lost = Sides(None, None, effective(statement), "undefined", True, math.inf, str(error))
                return d.instance, lost
    return None


def screened(mean: float, relation: str, rhs: float, error: float) -> Sides:
    """A sampled comparison for searching, with its gap in units of |lhs| + |rhs|."""
    excess = mean - rhs if relation in ("<", "<=") else rhs - mean
    if relation == "==":
        excess = abs(mean - rhs)
    scale = abs(mean) + abs(rhs) or 1.0
    status = "violated" if excess > SCREEN * error + 1e-12 * scale else "holds"
    return Sides(mean, rhs, relation, status, False, (excess - SCREEN * error) / scale, f"se {error:.3g}")


def confirmed(
    claim: Claim,
    statement: Statement,
    cases: list[Case],
    alpha: float,
    rng: np.random.Generator,
    effort: str = "default",
) -> tuple[Case, Confirmation] | None:
    """The case nearest to a violation, put to one test at level alpha on a fresh stream; None without cases.

    It is tested however quiet it is: what the plan promises to find does not depend on what looking has seen.
    Where draws vary much a few hundred of them are never loud: then (not at quick effort) it is chosen as for
    mutants, so that nothing survives that a mutant would not.
    """
    for case in cases[:2]:
        check_draws(statement.left, case.drawn.instance)
    loud = [c for c in cases if c.sides.status == "violated"]
    if not loud and effort != "quick":
        loud = nearest_false(statement, cases, rng.spawn(1)[0])
    if not cases:
        return None
    case = max(loud or cases, key=lambda c: c.sides.gap)
    tests = reduce(statement.left, case.drawn.instance, effective(statement), case.sides.rhs)
    return case, confirm_all(tests, alpha, rng, MOST_DRAWS)


def nearest_false(statement: Statement, cases: list[Case], rng: np.random.Generator) -> list[Case]:
    """The first of the nearest cases on which a test refutes, in a list; nothing of the budget is spent."""
    for case in sorted(cases, key=lambda c: -c.sides.gap)[:KILLERS]:
        tests = reduce(statement.left, case.drawn.instance, effective(statement), case.sides.rhs)
        if confirm_all(tests, KILL_LEVEL, rng, KILL_DRAWS).refuted:
            return [case]
    return []


def check_draws(quantity: Quantity, instance: Instance) -> None:
    """Raise `NotANumber` where draws do not come from the generator they are given, or are one draw repeated.

    Draws of two generators may be alike by chance; they are taken to be the same where that chance, for
    independent draws, is below exp(-ALIKE).
    """
    one, same, other = (draws(quantity, instance, generator(0, "draws", k), DRAWS) for k in ("a", "a", "b"))
    values, counts = np.unique(one, axis=0, return_counts=True)
    doubt = float(counts @ np.log(DRAWS / counts))
    problem = ""
    if not np.array_equal(one, same):
        problem = "another generator than the given one is used"
    elif doubt > ALIKE and np.array_equal(one, other):
        problem = "the draws are the same whatever the generator"
    elif len(values) == 1 == len(np.unique(other, axis=0)) and not np.array_equal(one, other):
        problem = "the draws of one call are all equal and those of another call are not these"
    if problem:
        raise NotANumber(f"{quantity.text}: sample at {instance!r}: {problem}; expected independent draws")


def by_test(case: Case, done: Confirmation) -> tuple[str, Evidence, Counterexample] | None:
    """What a refuted case says: verdict, evidence, counterexample; None if it was not refuted."""
    if not done.refuted:
        return None
    interval, note = f"[{done.low:.6g}, {done.high:.6g}]", f"{done.n} fresh draws"
    example = Counterexample(
        repr=repr(case.drawn.instance), lhs=interval, rhs=show(case.sides.rhs), exact=False, note=note
    )
    return "refuted", Evidence(kind="statistical", text=f"value in {interval} by {done.n} draws"), example


def planned(statement: Statement, cases: list[Case], alpha: float, rng: np.random.Generator) -> Plan | None:
    """What the one test of the statement could find at the case that is nearest to a violation."""
    if not cases:
        return None
    case = max(cases, key=lambda c: c.sides.gap)
    tests = reduce(statement.left, case.drawn.instance, effective(statement), case.sides.rhs)
    plans = [plan_test(t, alpha / len(tests), MOST_DRAWS, rng) for t in tests]
    return max(plans, key=lambda p: p.detectable)


def falls(claim: Claim, mutated: Statement, drawn: list[Drawn], rng: np.random.Generator) -> Instance | None:
    """An instance where a test refutes a mutant, among those on which a few hundred draws come nearest to it.

    Nothing of the error budget is spent: what is decided is the power of the search, not a statement.
    """
    try:
        cases = look_sampled(claim, mutated, drawn, rng)
    except (OverflowError, IndexError):  # the mutant has no value there
        return None
    return next((c.drawn.instance for c in nearest_false(mutated, cases, rng)), None)


def doubtful(statement: Statement, case: Case, rng: np.random.Generator) -> bool:
    """Whether a case that was not refuted looks violated again, on many more fresh draws."""
    mean, error = estimate(statement.left, case.drawn.instance, rng, MORE * DRAWS)
    return screened(mean, effective(statement), case.sides.rhs, error).status == "violated"
