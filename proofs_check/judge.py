"""The computed verdict of one claim.

Order of the questions, for each statement: is it meaningless (ill-posed)?  Does an instance
violate it (refuted)?  Is its derivation accepted (proved)?  Has the same search that is silent on it killed
every mutant that can be killed (supported)?  Otherwise undecided, with the reason.
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import sympy as sp

from proofs_check import cache
from proofs_check.asymptotic import GROWTH, along_ray, remainder_order
from proofs_check.cases import Case, Drawn, draw, look, show, untold, violation, worst
from proofs_check.contract import breaches, check_usable
from proofs_check.core.chain import check_chain
from proofs_check.draws import weight
from proofs_check.estimates import SCREEN
from proofs_check.ill_posed import ill_posed
from proofs_check.kills import judge_mutants
from proofs_check.lines import with_instances
from proofs_check.sampled import by_test, confirmed, doubtful, look_sampled, planned, pole, sampled_only
from proofs_check.seeds import generator
from proofs_check.sides import Sides, ahead
from proofs_check.steps import judge_step
from proofs_check.tightness import is_tight, measured
from proofs_check.two_sides import with_differences
from proofs_check.verdict import (
    NOT_AT_QUICK,
    ClaimResult,
    Counterexample,
    Evidence,
    MutantResult,
    ProofResult,
    RepairResult,
    StatementResult,
)
from theory.claim import Claim, Statement
from theory.family import Instance

Stage = Callable[[str], None]
Check = Callable[[], ProofResult | None]
PENDING = "mutants not run"
IN_TEXT = str.maketrans({"{": "(", "}": ")", "\\": "", "$": ""})
"""Signs that end or break a \\text{...}; the others, such as ^ and _, are shown as they are."""
CLOUD = 120
"""Points kept for the tightness plot."""


def judge(
    claim: Claim,
    *,
    id: str = "",
    effort: str = "default",
    seed: int = 0,
    alpha: float = 1e-9,
    memory: cache.Memory = cache.FORGET,
    stage: Stage = lambda name: None,
) -> ClaimResult:
    """Judge every reading, the repair, the paper's steps and the record itself.

    alpha is the level of one statistical test; at most one is run for each statement.  The same arguments
    give the same result.
    """
    started, id = time.perf_counter(), id or claim.items[0]
    claim = with_differences(claim)
    check_usable(claim)
    stage("searching")
    drawn = draw(claim, generator(seed, id, "search"), effort)
    spent, results, looked = 0.0, [], []
    standing = claim.repair.statement if claim.repair else None
    for place, statement in enumerate(claim.statements()):
        streams = (generator(seed, id, "climb", str(place)), generator(seed, id, "confirm", str(place)))
        check = proofs(claim, statement, memory, place, effort)
        result, cases, cost = judge_statement(claim, statement, drawn, streams, effort, alpha, check, stage)
        if result.proof and result.proof.ok:
            result = replace(result, proof=with_instances(claim, statement, result.proof, drawn))
        if standing is None and result.verdict not in ("refuted", "ill-posed"):
            standing = statement
        if effort != "quick" and (statement is standing or result.verdict == "undecided"):
            stage("mutants")
            chosen = statement is standing
            proven = result.verdict == "proved"
            mutants = judge_mutants(claim, statement, cases, streams[0], effort, result.ratio, chosen, proven)
            memory.keep("mutants", place, [asdict(m) for m in mutants])
            result = with_mutants(result, mutants)
        elif effort == "quick":
            known = cache.mutants(memory, place)
            result = with_mutants(result, known) if known else put_off(result)
        if statement is standing and result.verdict not in ("refuted", "ill-posed"):
            stage("tightness")
            result = measured(claim, statement, result, cases, generator(seed, id, "tight"), effort)
        spent += cost
        results.append(result)
        looked.append(cases)
    stage("steps")
    steps = tuple(
        judge_step(claim, step, drawn, lambda check, k=k: cache.step(memory, k, effort, check))
        for k, step in enumerate(claim.steps)
    )
    readings = tuple(results[: len(claim.readings)])
    problems = breaches(claim, id, drawn, results, looked, effort)
    repair = None
    if claim.repair:
        repair = RepairResult(
            changes=claim.repair.changes,
            result=results[-1],
            given=tuple(g.text for g in claim.repair.statement.givens),
        )
    return ClaimResult(
        id=id,
        items=claim.items,
        readings=readings,
        repair=repair,
        steps=steps,
        problems=problems,
        alpha_spent=spent,
        seconds=time.perf_counter() - started,
        givens=tuple(g.text for g in claim.readings[0].givens),
        leaves_out=claim.family.leaves_out,
        lemmas=tuple(sorted({name for r in results if r.proof for name in r.proof.lemmas})),
    )


def proofs(claim: Claim, statement: Statement, memory: cache.Memory, place: int, effort: str) -> Check:
    """The check of the statement's derivation, to be made only if no violation is found."""
    chain = statement.proof
    if chain is None:
        return lambda: None
    return lambda: cache.proof(memory, place, effort, lambda: check_chain(chain(), statement, claim))


def judge_statement(
    claim: Claim,
    statement: Statement,
    drawn: list[Drawn],
    streams: tuple[np.random.Generator, np.random.Generator],
    effort: str,
    alpha: float,
    check: Check,
    stage: Stage = lambda name: None,
) -> tuple[StatementResult, list[Case], float]:
    """One statement without its mutants; also its cases, and how much of the error budget was spent."""
    given = tuple(g.text for g in statement.givens)
    texts: dict[str, Any] = {"text": statement.text, "latex": latex(statement), "givens": given}
    if meaningless := ill_posed(claim, statement, drawn, texts):
        return meaningless, [], 0.0
    if statement.ray:
        return _judge_ray(claim, statement, texts, check), [], 0.0
    cost, reason = 0.0, PENDING
    if sampled_only(statement):
        cases = look_sampled(claim, statement, drawn, streams[0], closer=True)
        texts["plan"] = planned(statement, cases, alpha, streams[0])
        tested = confirmed(claim, statement, cases, alpha, streams[1], effort)
        cost, bad = (alpha, by_test(*tested)) if tested else (0.0, None)
        bad = _by_instance(claim, statement, pole(claim, statement, drawn)) or bad
        if tested and not bad and doubtful(statement, tested[0], streams[1]):
            reason = f"violated by {SCREEN:g} standard errors at {tested[0].drawn.instance!r}, not confirmed"
    else:
        cases = look(claim, statement, drawn)
        bad = _by_instance(claim, statement, violation(claim, statement, cases, streams[0], effort))
        bad = bad or _by_remainder(claim, statement, cases)
        reason = reason if bad else untold(claim, statement, cases) or PENDING
    seen = cases if bad else [c for c in cases if c.sides.status == "holds"]
    ratio, at, cloud = worst(seen, gaps=statement.objective is not None)
    texts |= {
        "ratio": ratio,
        "ratio_at": at,
        "instances": len(cases),
        "points": tuple(cloud[:: max(1, len(cloud) // CLOUD)]),
    }
    if bad:
        verdict, found, example = bad
        result = StatementResult(**texts, verdict=verdict, evidence=(found,), counterexample=example)
        return result, cases, cost
    stage("proving")
    proof = check()
    kind = "measured" if statement.left.measured else "statistical" if sampled_only(statement) else "search"
    evidence = (Evidence(kind=kind, text=f"no violation on {len(cases)} instances"),)
    if texts.get("plan"):
        evidence = (*evidence, Evidence(kind="search", text=str(texts["plan"])))
    if cases and all(c.sides.status == "holds" and c.sides.exact for c in cases):
        evidence = (Evidence(kind="exact", text=evidence[0].text), *evidence[1:])
    verdict = "undecided"
    if not cases:
        reason = "no instance of the family satisfies the givens"
    elif proof and proof.ok:
        verdict, reason = "proved", ""
        granted = ", up to the bounds that its givens grant" if "at_most" in proof.lemmas else ""
        if reasoned := sum(g.fact is not None and bool(g.because) for g in statement.givens):
            granted += f", from {reasoned} facts granted with a reason, which are searched and not derived"
        evidence = (Evidence(kind="symbolic", text=f"{len(proof.lines)} lines checked{granted}"), *evidence)
    elif proof and proof.unanswered:
        reason = f"the proof is not decided: {proof.reason}"
    tight = is_tight(claim, statement, cases, ratio)
    result = StatementResult(
        **texts, verdict=verdict, reason=reason, evidence=evidence, proof=proof, tight=tight
    )
    return result, cases, cost


def _by_instance(
    claim: Claim, statement: Statement, found: tuple[Instance, Sides] | None
) -> tuple[str, Evidence, Counterexample] | None:
    if found is None:
        return None
    instance, at = found
    undefined = at.status == "undefined"
    kind = "exact" if at.exact else "measured" if statement.left.measured else "numeric"
    text = at.note if undefined else f"{show(at.lhs)} {at.relation} {show(at.rhs)} is false"
    leaves = claim.family.error(ahead(statement, instance))
    note = at.note or (leaves and f"the step leaves the searched family: {leaves}")
    example = Counterexample(
        repr=repr(instance), lhs=show(at.lhs), rhs=show(at.rhs), exact=at.exact, note=note
    )
    return "ill-posed" if undefined else "refuted", Evidence(kind=kind, text=text), example


def _by_remainder(
    claim: Claim, statement: Statement, cases: list[Case]
) -> tuple[str, Evidence, Counterexample] | None:
    """left - right may vanish more slowly than the remainder's scale: found by halving, never exact."""
    if not statement.remainder:
        return None
    for case in sorted(cases, key=lambda c: weight(c.drawn.answers))[:40]:
        growth = remainder_order(claim, statement, case.drawn.instance)
        if growth > GROWTH:
            text = f"(left - right)/scale grows {growth:.2f} times with each halving"
            example = Counterexample(
                repr=repr(case.drawn.instance), lhs=text, rhs="bounded", exact=False, note=text
            )
            return "refuted", Evidence(kind="numeric", text=text), example
    return None


def _judge_ray(claim: Claim, statement: Statement, texts: dict, check: Check) -> StatementResult:
    limit, ray = along_ray(claim, statement), statement.ray
    if limit.status == "violated" and ray:
        example = Counterexample(
            repr=repr(ray.start), lhs="ratio -> infinity", rhs="bounded", exact=limit.exact, note=limit.text
        )
        found = Evidence(kind="exact" if limit.exact else "numeric", text=limit.text)
        return StatementResult(**texts, verdict="refuted", evidence=(found,), counterexample=example)
    found = Evidence(kind="search", text=limit.text)
    ratio = max((r for r in limit.ratios if math.isfinite(r)), default=None)
    proof = check()
    verdict = "proved" if proof and proof.ok else "undecided"
    reason = "" if verdict == "proved" else PENDING if limit.status == "holds" else limit.text
    seen = len(limit.ratios)
    return StatementResult(
        **texts, verdict=verdict, evidence=(found,), ratio=ratio, proof=proof, reason=reason, instances=seen
    )


def with_mutants(result: StatementResult, mutants: tuple[MutantResult, ...]) -> StatementResult:
    """The result with its mutants; a statement without proof is supported only if none survives."""
    survivors = [m.text for m in mutants if m.outcome == "survived"]
    if result.verdict != "undecided" or result.reason != PENDING:
        return replace(result, mutants=mutants)
    if survivors:
        return replace(result, mutants=mutants, reason=f"surviving mutants: {'; '.join(survivors[:3])}")
    if not any(m.outcome == "killed" for m in mutants):
        return replace(result, mutants=mutants, reason="no mutant was killed: the search has shown no power")
    return replace(result, mutants=mutants, verdict="supported", reason="")


def put_off(result: StatementResult) -> StatementResult:
    """The result at quick effort, where nothing is known of the mutants that it waits for."""
    return replace(result, reason=NOT_AT_QUICK) if result.reason == PENDING else result


def latex(statement: Statement) -> str:
    """The statement as read, typeset from SymPy."""
    right = statement.right
    expr = statement.left.expr
    left = sp.latex(expr) if expr is not None else rf"\text{{{statement.left.text.translate(IN_TEXT)}}}"
    if statement.along:
        sense = r"\text{ is strictly " + statement.relation + r" in }"
        return left + sense + sp.latex(statement.along.symbol)
    body = ",\\ ".join(map(sp.latex, right)) if isinstance(right, tuple) else sp.latex(right)
    sign = {"<=": r"\le", ">=": r"\ge", "==": "=", "argmin": r"\text{ is attained at }", "O": "= O"}
    sign = sign.get(statement.relation, statement.relation)
    if statement.relation == "O":
        body = rf"\left({body}\right)"
    tail = rf" + O\left({sp.latex(statement.remainder.scale)}\right)" if statement.remainder else ""
    return f"{left} {sign} {body}{tail}"
