"""Whether the judge notices wrong versions: killed, weaker, sharper or survived."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp

from proofs_check.cases import STARTS, STEPS, Case, look, scorer
from proofs_check.core.evaluate import evaluate
from proofs_check.core.normal import equal
from proofs_check.core.polynomial import entails
from proofs_check.core.values import rough
from proofs_check.mutants import mutate
from proofs_check.sampled import screened
from proofs_check.search import climb
from proofs_check.sides import compare, effective, number, satisfies, sides, values
from proofs_check.verdict import MutantResult
from theory.claim import Claim, Mutant, Statement
from theory.family import Instance, floats

SECONDS = 2.0
"""Time for one proof that a mutant is weaker or sharper."""
NEAR = 0.98
"""A bound that is not tight is also tested against this share of its measured supremum."""


def judge_mutants(
    claim: Claim,
    statement: Statement,
    cases: list[Case],
    rng: np.random.Generator,
    effort: str,
    ratio: float | None,
    standing: bool = True,
) -> tuple[MutantResult, ...]:
    """The outcome of every generated mutant of the statement, and of the special ones if it is the standing one."""
    found = []
    if statement.right is not None and not statement.along and not statement.ray:
        envs = [values(claim, c.drawn.instance, False) for c in cases]
        for text, right in (*mutate(statement.right), *_near(statement, ratio)):
            outcome = _outcome(claim, statement, right, cases, envs, rng, effort)
            if outcome:
                found.append(MutantResult(text=text, outcome=outcome[0], at=outcome[1]))
    for mutant in claim.mutants if standing else ():
        found.append(_special(claim, statement, mutant, cases, rng, effort))
    return tuple(found)


def _near(statement: Statement, ratio: float | None) -> Iterable[tuple[str, Any]]:
    if ratio is None or statement.relation not in ("<=", ">=") or not 0 < ratio < NEAR:
        return ()
    share = sp.nsimplify(sp.Float(ratio * NEAR, 6), rational=True)
    factor = share if statement.relation == "<=" else 1 / share
    return ((f"scaled to {NEAR} of the largest ratio found", factor * statement.right),)


def _outcome(
    claim: Claim,
    statement: Statement,
    right: Any,
    cases: list[Case],
    envs: list[dict],
    rng: np.random.Generator,
    effort: str,
) -> tuple[str, str] | None:
    """Killed on the pool, else implied or implying by proof, else killed by climbing, else survived."""
    for case, env in zip(cases, envs, strict=True):
        if case.sides.status == "holds" and _dies(statement, right, case, env):
            return "killed", repr(case.drawn.instance)
    relation = effective(statement)
    if not statement.objective:
        if equal(right, statement.right):
            return None
        weaker, sharper = _implied(statement, right, relation)
        if weaker:
            return "weaker", ""
    else:
        sharper = False
    mutated = replace(statement, right=right, proof=None)
    if statement.left.run is not None or statement.remainder:
        at = _climbs(claim, mutated, cases, rng, effort)
        if at is not None:
            return "killed", repr(at)
    return ("sharper", "") if sharper else ("survived", "")


def _dies(statement: Statement, right: Any, case: Case, env: dict) -> bool:
    try:
        value = evaluate(right, env)
        if statement.objective:
            at = floats(case.drawn.instance)
            reached = number(rough(statement.objective(at, value)), "the objective", at)
            return compare(reached, "<=", case.sides.rhs, statement.left.rounding).status == "violated"
    except (ZeroDivisionError, ValueError, OverflowError):
        return True
    relation = effective(statement)
    if statement.left.run is None and not statement.remainder:
        error = float(case.sides.note.removeprefix("se "))
        return screened(case.sides.lhs, relation, float(value), error).status == "violated"
    return compare(case.sides.lhs, relation, value, statement.left.rounding).status == "violated"


def _implied(statement: Statement, right: Any, relation: str) -> tuple[bool, bool]:
    """(the original implies the mutant, the mutant implies the original), each by proof."""
    if relation == "==":
        return False, False
    premises = [g.fact for g in statement.givens if g.fact is not None]
    up = sp.Le(statement.right, right) if relation in ("<=", "<") else sp.Ge(statement.right, right)
    down = sp.Ge(statement.right, right) if relation in ("<=", "<") else sp.Le(statement.right, right)
    return tuple(_true(premises, goal) for goal in (up, down))  # pyright: ignore[reportReturnType]


def _true(premises: list, goal: Any) -> bool:
    if goal in (sp.true, sp.false):
        return goal is sp.true
    return entails(premises, goal, SECONDS)[0] is True


def _climbs(
    claim: Claim, mutated: Statement, cases: list[Case], rng: np.random.Generator, effort: str
) -> Instance | None:
    """A violation of the mutant found by climbing from its own loudest cases."""
    score = scorer(claim, mutated)

    def safe(instance: Instance) -> float:
        try:
            return score(instance)
        except (ValueError, OverflowError):
            return 1.0

    scored = [(safe(c.drawn.instance), c.drawn.answers) for c in cases if c.drawn.answers]
    starts = sorted(scored, key=lambda pair: -pair[0])[:STARTS]
    steps = max(2, round(STEPS[effort] * claim.effort))
    gap, at, _ = climb(claim.family, rng, starts, safe, steps)
    return at if gap > 0 else None


def _special(
    claim: Claim,
    statement: Statement,
    mutant: Mutant,
    cases: list[Case],
    rng: np.random.Generator,
    effort: str,
) -> MutantResult:
    """A mutant written by hand: another formula, algorithm or objective, tried at its witness first."""
    mutated = replace(
        statement,
        proof=None,
        right=statement.right if mutant.right is None else mutant.right,
        left=mutant.left or statement.left,
        objective=mutant.objective or statement.objective,
    )
    if mutant.dies_at and satisfies(claim, mutated, mutant.dies_at):
        if sides(claim, mutated, mutant.dies_at, sure=False).status in ("violated", "undefined"):
            return MutantResult(text=mutant.text, outcome="killed", at=repr(mutant.dies_at))
    for case in look(claim, mutated, [c.drawn for c in cases]):
        if case.sides.status in ("violated", "undefined"):
            return MutantResult(text=mutant.text, outcome="killed", at=repr(case.drawn.instance))
    at = _climbs(claim, mutated, cases, rng, effort)
    return MutantResult(text=mutant.text, outcome="killed" if at else "survived", at=repr(at) if at else "")
