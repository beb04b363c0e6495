"""Whether the judge notices wrong versions: killed, weaker, sharper or survived."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp

from proofs_check.adversary import press
from proofs_check.asymptotic import along_ray, order_against
from proofs_check.cases import STARTS, STEPS, Case, Drawn, beginnings, decide, draw, look, scorer
from proofs_check.core.evaluate import evaluate
from proofs_check.core.normal import equal
from proofs_check.core.values import approx
from proofs_check.implied import PROVED, implied, true_itself, true_too
from proofs_check.mutants import mutate
from proofs_check.sampled import falls, look_sampled, sampled_only, screened
from proofs_check.search import climb
from proofs_check.sides import compare, effective, number, values
from proofs_check.units import rescaled
from proofs_check.verdict import MutantResult
from theory.claim import Claim, Mutant, Statement
from theory.family import Instance, floats

LOUDEST = 3
"""Searched instances that are tried in other units, beside the typed ones."""
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
    proven: bool = False,
) -> tuple[MutantResult, ...]:
    """The outcome of every generated mutant, and of the special ones if the statement is the standing one.

    `proven`: the derivation was accepted, so what it shows on its way may tell a true mutant from a survivor.
    """
    found: list[MutantResult] = []
    missed: dict[int, Any] = {}
    if statement.right is not None and not statement.along:
        known = _known(claim, statement, cases)
        for text, right in mutate(statement.right):
            try:
                if statement.ray:
                    outcome = _on_ray(claim, statement, right)
                else:
                    outcome = _outcome(claim, statement, right, known, cases, rng, effort)
            except (TypeError, LookupError):  # the claim's own functions do not take what it gives them
                continue
            if outcome and outcome[0] == "survived":
                missed[len(found)] = right
            if outcome:
                found.append(MutantResult(text=text, outcome=outcome[0], at=outcome[1]))
        for text, right in _near(statement, ratio):
            fresh = look(claim, statement, [d for d in draw(claim, rng, effort) if d.answers])
            outcome = _outcome(claim, statement, right, _known(claim, statement, fresh), fresh, rng, effort)
            if outcome == ("sharper", ""):  # it is false where the ratio was measured
                outcome = ("survived", "")
            if outcome:
                found.append(MutantResult(text=text, outcome=outcome[0], at=outcome[1]))
    for place in true_too(claim, statement, missed) if proven else ():
        found[place] = replace(found[place], outcome="sharper", at=PROVED)
    for mutant in claim.mutants if standing else ():
        found.append(_special(claim, statement, mutant, cases, rng, effort))
    return tuple(found)


def _near(statement: Statement, ratio: float | None) -> Iterable[tuple[str, Any]]:
    """A bound that is nowhere attained, cut below its measured supremum; fresh instances have to notice."""
    if ratio is None or not 0 < ratio < NEAR or statement.relation not in ("<=", ">="):
        return ()
    if sampled_only(statement):
        return ()
    share = sp.nsimplify(sp.Float(ratio * NEAR, 6), rational=True)
    factor = share if statement.relation == "<=" else 1 / share
    return ((f"scaled to {NEAR} of the largest ratio found", factor * statement.right),)


def _outcome(
    claim: Claim,
    statement: Statement,
    right: Any,
    known: list[tuple[Case, dict]],
    cases: list[Case],
    rng: np.random.Generator,
    effort: str,
) -> tuple[str, str] | None:
    """Killed on the pool, else implied or implying by proof, else killed by climbing, else survived."""
    mutated = replace(statement, right=right, proof=None)
    for case, env in known:
        if _dies(statement, right, case, env) and _confirmed(claim, mutated, case.drawn.instance):
            return "killed", repr(case.drawn.instance)
    relation = effective(statement)
    if not statement.objective:
        if equal(right, statement.right):
            return None
        weaker, sharper = implied(statement, right, relation)
        true = true_itself(statement, right, relation)
        if weaker:
            return "weaker", ""
    else:
        sharper = true = False
    at = _found(claim, statement, mutated, cases, rng, effort)
    if at is not None:
        return "killed", repr(at)
    return ("sharper", PROVED if true else "") if sharper or true else ("survived", "")


def _known(claim: Claim, statement: Statement, cases: list[Case]) -> list[tuple[Case, dict]]:
    """The cases on which the statement holds, with the values of the symbols of its right side."""
    found = []
    for case in cases:
        if case.sides.status == "holds":
            try:
                found.append((case, values(claim, case.drawn.instance, False, statement.right)))
            except OverflowError:
                continue
    return found


def _confirmed(claim: Claim, mutated: Statement, instance: Instance) -> bool:
    """Whether the mutant is violated exactly too: a rounding error kills nothing."""
    if sampled_only(mutated) or mutated.left.measured:
        return True
    try:
        return decide(claim, mutated, instance) is not None
    except ValueError:  # the mutant is not a number there
        return True


def _on_ray(claim: Claim, statement: Statement, right: Any) -> tuple[str, str] | None:
    """The same for an O statement, by limits along its ray; None for a mutant of the same order."""
    mutated = replace(statement, right=right, proof=None)
    if along_ray(claim, mutated).status == "violated":
        return "killed", repr(statement.ray.start if statement.ray else "")
    share = order_against(claim, statement, right)
    if share == 0:
        return "weaker", ""
    return None if share.is_finite else ("survived", "")


def _dies(statement: Statement, right: Any, case: Case, env: dict) -> bool:
    try:
        value = evaluate(right, env)
        if statement.objective:
            at = floats(case.drawn.instance)
            reached = number(statement.objective(at, value), "the objective", at)
            return compare(reached, "<=", case.sides.rhs, statement.left.rounding).status == "violated"
    except (ZeroDivisionError, ValueError):
        return True
    except (OverflowError, IndexError):
        return False
    relation = effective(statement)
    if sampled_only(statement):
        error = float(case.sides.note.removeprefix("se "))
        return screened(case.sides.lhs, relation, approx(value), error).status == "violated"
    return compare(case.sides.lhs, relation, value, statement.left.rounding).status == "violated"


def _found(
    claim: Claim,
    statement: Statement,
    mutated: Statement,
    cases: list[Case],
    rng: np.random.Generator,
    effort: str,
) -> Instance | None:
    """A violation that the pool did not show: by tests where the mutant is sampled, else by climbing."""
    if sampled_only(mutated):
        return falls(claim, mutated, [c.drawn for c in cases], rng)
    return _climbs(claim, statement, mutated, cases, rng, effort)


def _loudest(scored: list[tuple[float, Case]]) -> list[Case]:
    """The typed cases, then the searched ones that are nearest to a violation."""
    ordered = [case for _, case in sorted(scored, key=lambda pair: -pair[0])]
    typed = [c for c in ordered if not c.drawn.answers]
    return typed + [c for c in ordered if c.drawn.answers][:LOUDEST]


def _climbs(
    claim: Claim,
    statement: Statement,
    mutated: Statement,
    cases: list[Case],
    rng: np.random.Generator,
    effort: str,
) -> Instance | None:
    """A violation of the mutant found in other units, else by climbing from its own loudest cases, else by
    the other sources.
    """
    score = scorer(claim, mutated)

    def safe(instance: Instance) -> float:
        try:
            return score(instance)
        except ValueError:  # not a number
            return 1.0

    scored = [(safe(c.drawn.instance), c) for c in cases]
    for instance in rescaled(claim, statement, _loudest(scored)):
        if safe(instance) > 0:
            return instance
    starts = beginnings([(value, c.drawn.answers) for value, c in scored if c.drawn.answers], STARTS)
    steps = max(2, round(STEPS[effort] * claim.effort))
    gap, at, tape = climb(claim.family, rng, starts, safe, steps)
    if gap <= 0:
        starts = [(gap, tape), *starts] if tape else starts
        gap, at, _ = press(claim, mutated, rng, starts, safe, effort, survivor=True)
    return at if gap > 0 else None


def _special(
    claim: Claim,
    statement: Statement,
    mutant: Mutant,
    cases: list[Case],
    rng: np.random.Generator,
    effort: str,
) -> MutantResult:
    """A mutant written by hand: another formula, algorithm or objective, tried at its witness first.

    It was written to die: a formula that does not is sharper if it is proved stronger, else a survivor.
    """
    mutated = replace(
        statement,
        proof=None,
        right=statement.right if mutant.right is None else mutant.right,
        left=mutant.left or statement.left,
        objective=mutant.objective or statement.objective,
    )
    if mutated.ray:
        outcome = "killed" if along_ray(claim, mutated).status == "violated" else "survived"
        return MutantResult(text=mutant.text, outcome=outcome, at=repr(mutated.ray.start))
    drawn = [Drawn(mutant.dies_at)] if mutant.dies_at else []
    drawn += [c.drawn for c in cases if c.drawn.instance != mutant.dies_at]
    sampled = sampled_only(mutated)
    for case in look_sampled(claim, mutated, drawn, rng) if sampled else look(claim, mutated, drawn):
        instance = case.drawn.instance
        if case.sides.status in ("violated", "undefined") and _confirmed(claim, mutated, instance):
            return MutantResult(text=mutant.text, outcome="killed", at=repr(instance))
    at = _found(claim, statement, mutated, cases, rng, effort)
    if at is None and isinstance(mutant.right, sp.Basic) and not (mutant.left or mutated.objective):
        weaker, sharper = implied(statement, mutant.right, effective(statement))
        if sharper and not weaker:
            return MutantResult(text=mutant.text, outcome="sharper")
    return MutantResult(text=mutant.text, outcome="killed" if at else "survived", at=repr(at) if at else "")
