"""The lines of a derivation, evaluated on searched instances: a road that needs no rule at all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from proofs_check.cases import Drawn
from proofs_check.core.evaluate import evaluate
from proofs_check.sides import FLOOR, compare, satisfies, values
from proofs_check.verdict import ProofResult
from theory.claim import Claim, Statement
from theory.family import Instance

SOME = 25
"""Instances on which the lines are evaluated."""
ROUNDING = 1e-9
UNREADABLE = (KeyError, TypeError, IndexError, ArithmeticError)
"""What evaluation raises where an expression has no value on an instance: there nothing is compared."""


def broken(relation: str, lhs: Callable[[bool], Any], rhs: Callable[[bool], Any], rounding: float) -> bool:
    """Whether lhs (relation) rhs is false in floats and, asked again, exactly; each side is given `sure`."""
    for sure in (False, True):
        a, b = lhs(sure), rhs(sure)
        if compare(a, relation, b, rounding, FLOOR * rounding).status != "violated":
            return False
    return True


def reader(claim: Claim, expr: Any, instance: Instance) -> Callable[[bool], Any]:
    """The expression on the instance, as a function of `sure`."""
    return lambda sure: evaluate(expr, values(claim, instance, sure, expr), sure)


def read(claim: Claim, statement: Statement, drawn: list[Drawn]) -> list[tuple[int, Instance | None]]:
    """For each line: on how many instances it holds, and the first at which it is false."""
    if statement.proof is None or statement.along or statement.objective or statement.remainder:
        return []
    chain, found = statement.proof(), []
    instances = [d.instance for d in drawn if satisfies(claim, statement, d.instance)][:SOME]
    before = chain.start
    for line in chain.lines:
        states = [(i, _holds(claim, before, line.relation, line.expr, i)) for i in instances]
        false = next((i for i, state in states if state is False), None)
        found.append((sum(state is True for _, state in states), false))
        before = line.expr
    return found


def _holds(claim: Claim, before: Any, relation: str, after: Any, instance: Instance) -> bool | None:
    try:
        return not broken(relation, reader(claim, before, instance), reader(claim, after, instance), ROUNDING)
    except UNREADABLE:
        return None


def with_instances(claim: Claim, statement: Statement, proof: ProofResult, drawn: list[Drawn]) -> ProofResult:
    """The accepted proof, with the searched instances as second road of each line that has no other."""
    if all(line.second for line in proof.lines):
        return proof
    counts = [many for many, _ in read(claim, statement, drawn)] or [0] * len(proof.lines)
    lines = (
        replace(line, second=line.second or (f"holds on {many} searched instances" if many else ""))
        for line, many in zip(proof.lines, counts, strict=True)
    )
    return replace(proof, lines=tuple(lines))
