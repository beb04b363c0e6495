"""Whether a wrong version of a right side follows from the statement, implies it, or is itself shown true."""

from collections.abc import Iterable
from typing import Any

import sympy as sp

from proofs_check.core.polynomial import entails
from proofs_check.core.relation import FLIPPED, relate
from proofs_check.shown import shown
from proofs_check.sides import effective
from theory.claim import Claim, Statement

PROVED = "proved"
"""What stands in `at` where a sharper version is itself shown to be true."""
SECONDS = 2.0
"""Time for one proof that a mutant is weaker or sharper."""


def implied(statement: Statement, right: Any, relation: str) -> tuple[bool, bool]:
    """(the original implies the mutant, the mutant implies the original), each by proof."""
    premises = [g.fact for g in statement.givens if g.fact is not None]
    if relation == "==":  # the same number under the givens: no wrong version
        return _true(premises, sp.Eq(statement.right, right)), False
    whole = [s for s in sp.sympify(statement.right).free_symbols if s.is_integer and s.is_nonnegative]
    premises += [sp.Eq(s, 0) | sp.Ge(s, 1) for s in sorted(whole, key=str) if not s.is_positive]
    premises += [sp.Ge(s, 1) for s in sorted(whole, key=str) if s.is_positive]
    up = sp.Le(statement.right, right) if relation in ("<=", "<") else sp.Ge(statement.right, right)
    down = sp.Ge(statement.right, right) if relation in ("<=", "<") else sp.Le(statement.right, right)
    return tuple(_true(premises, goal) for goal in (up, down))  # pyright: ignore[reportReturnType]


def true_itself(statement: Statement, right: Any, relation: str) -> bool:
    """Whether the mutant follows from the definition of the left side: true, so nothing can kill it."""
    left = statement.left.expr
    goals = {"<=": sp.Le, "<": sp.Lt, ">=": sp.Ge, ">": sp.Gt}
    if left is None or statement.remainder or relation not in goals:
        return False
    premises = [g.fact for g in statement.givens if g.fact is not None]
    return _true(premises, goals[relation](left, right))


def true_too(claim: Claim, statement: Statement, missed: dict[int, Any]) -> Iterable[int]:
    """Which of the mutants follow from what the statement's derivation shows on its way."""
    relation = effective(statement)
    if not missed or statement.left.expr is None or statement.remainder or relation not in FLIPPED:
        return
    known = shown(statement, claim)
    for place, right in missed.items():
        if _true(known, relate(statement.left.expr, relation, right)):
            yield place


def _true(premises: list, goal: Any) -> bool:
    if goal in (sp.true, sp.false):
        return goal is sp.true
    return entails(premises, goal, SECONDS)[0] is True
