"""The proof rules tried on perturbed lines of each accepted derivation of a claim."""

from dataclasses import replace

from proofs_check.core.step_mutants import StepMutants, step_mutants
from proofs_check.verdict import ClaimResult, StatementResult
from theory.claim import Claim

MOST = {"default": 24, "deep": None}
"""Perturbed lines of one claim, spread evenly over its derivations; None: all of them."""


def with_bent_lines(claim: Claim, result: ClaimResult, effort: str = "default") -> ClaimResult:
    """The result with (refused, implied or true, wrongly accepted) perturbed lines of its accepted proofs.

    A false line that a rule accepts is a defect of the rules, and is reported as a problem.
    """
    judged: list[StatementResult] = [*result.readings, *([result.repair.result] if result.repair else [])]
    many = sum(bool(r.proof and r.proof.ok) for r in judged) or 1
    most, total = MOST[effort], StepMutants()
    for statement, found in zip(claim.statements(), judged, strict=True):
        if statement.proof and found.proof and found.proof.ok:
            share = None if most is None else -(-most // many)
            total = total + step_mutants(statement.proof(), statement, claim, share)
    problems = tuple(f"rules: a false line is accepted: {text}" for text in total.accepted)
    counts = (total.refused, total.implied, len(total.accepted))
    return replace(result, step_mutants=counts, problems=result.problems + problems)
