"""Known instances in other units: a formula that mixes units breaks where the unit is large or small."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from proofs_check.cases import Case
from proofs_check.core.values import approx
from proofs_check.sides import compare, satisfies, sides
from theory.claim import Claim, Scaling, Statement
from theory.family import Instance

FACTORS = tuple(Fraction(2) ** power for power in (20, -20))
CLOSE = 1e-7
"""Relative difference below which a side has changed as declared."""


def rescaled(claim: Claim, statement: Statement, cases: Iterable[Case]) -> Iterator[Instance]:
    """The instances of the cases in units a million times as large and as small, for each change of units.

    They may leave the searched box, but nothing else: a move that changes a count, breaks a given, or does
    not change both sides of the statement as it declares is left out.  So the statement itself holds where
    it is moved exactly where it held before, and only a formula of other units can fail there.
    """
    for case in cases:
        for scaling in claim.scalings:
            for factor in FACTORS:
                moved = _moved(claim, statement, case, scaling, factor)
                if moved is not None:
                    yield moved


def _moved(
    claim: Claim, statement: Statement, case: Case, scaling: Scaling, factor: Fraction
) -> Instance | None:
    try:
        moved = scaling.move(case.drawn.instance, factor)
        if not _counts_kept(tuple(v for _, v in case.drawn.instance), tuple(v for _, v in moved)):
            return None
        if not satisfies(claim, statement, moved):
            return None
        after = sides(claim, statement, moved, sure=False)
    except (ValueError, ArithmeticError, TypeError, LookupError):
        return None
    if after.lhs is None or case.sides.lhs is None:
        return None
    scale = float(factor) ** scaling.power
    pairs = ((case.sides.lhs, after.lhs), (case.sides.rhs, after.rhs))
    alike = all(compare(approx(b), "==", approx(a) * scale, CLOSE).status == "holds" for a, b in pairs)
    return moved if alike else None


def _counts_kept(before: Any, after: Any) -> bool:
    """Whether every whole number is the same, place by place."""
    if isinstance(before, tuple):
        return len(before) == len(after) and all(map(_counts_kept, before, after))
    return not isinstance(before, int) or before == after
