"""Statements that compare two quantities: E[X] with E[Y], a variance with a variance.

Both are run, or both are sampled independently; either way the statement becomes  left - right (relation) 0,
which the rest of the judge treats like any other.
"""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from proofs_check.core.values import approx, exact
from proofs_check.functionals import MEANS, as_mean, kind
from proofs_check.psd import with_forms
from proofs_check.sides import compare, number
from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Instance

INF = math.inf
LESS, MORE = tuple(Fraction(1, 2**k) for k in (1, 2, 3)), tuple(Fraction(2**k) for k in (1, 2, 3))
STRONGER = {"<=": LESS, "<": LESS, ">=": MORE, ">": MORE, "==": (*LESS[:2], *MORE[:2])}
"""Factors of a positive right side that make a true statement stronger."""


def with_differences(claim: Claim) -> Claim:
    """The claim with every comparison of two quantities written as: their difference against 0.

    An edit of 0 is no mutant, so a claim without mutants of its own gets the second quantity halved, doubled
    or both, whatever makes the statement stronger where that quantity is positive.
    """
    claim = with_forms(claim)
    if not any(isinstance(s.right, Quantity) for s in claim.statements()):
        return claim
    standing, mutants = claim.repair.statement if claim.repair else claim.readings[0], claim.mutants
    if isinstance(standing.right, Quantity) and not mutants:
        stronger = STRONGER.get(standing.relation, ())
        mutants = tuple(
            Mutant(text=f"right side times {k}", right=times(standing.right, k)) for k in stronger
        )
    repair = claim.repair and replace(claim.repair, statement=_settled(claim.repair.statement))
    return replace(
        claim,
        readings=tuple(_settled(s) for s in claim.readings),
        repair=repair,
        mutants=tuple(_settled_mutant(claim, m) for m in mutants),
    )


def _settled(statement: Statement) -> Statement:
    if not isinstance(statement.right, Quantity):
        return statement
    return replace(statement, left=difference(statement.left, statement.right), right=sp.S.Zero)


def _settled_mutant(claim: Claim, mutant: Mutant) -> Mutant:
    """A mutant of either quantity, with the other one as it stands."""
    standing = claim.repair.statement if claim.repair else claim.readings[0]
    right = standing.right if mutant.right is None else mutant.right
    if not isinstance(right, Quantity):
        return mutant
    return replace(mutant, left=difference(mutant.left or standing.left, right), right=sp.S.Zero)


def times(quantity: Quantity, factor: Fraction) -> Quantity:
    """The quantity multiplied by a positive factor."""
    run, k = quantity.run, float(factor)
    means = quantity.sample is not None
    return Quantity(
        text=f"{factor} ({quantity.text})",
        run=None if run is None else lambda i: _times(factor, number(run(i), quantity.text, i, True)),
        sample=(lambda i, rng, n: k * as_mean(quantity, i)[0](rng, n)) if means else None,
        range=(lambda i: tuple(k * v for v in as_mean(quantity, i)[1])) if means else (-INF, INF),
        rounding=quantity.rounding,
        measured=quantity.measured,
        tail=(lambda i: ("variance", k**2 * as_mean(quantity, i)[2])) if means else None,
    )


def _times(factor: Fraction, value: Any) -> Any:
    return value * (float(factor) if isinstance(value, float) else exact(factor))


def difference(left: Quantity, right: Quantity) -> Quantity:
    """left - right as one quantity, on independent draws where they are sampled."""
    for quantity in (left, right):
        if kind(quantity) not in MEANS:
            raise ValueError(
                f"{quantity.text}: two quantities are compared by their difference;"
                f" expected a statistic among {', '.join(MEANS)}, not {quantity.statistic!r}"
            )
    runs, samples = (left.run, right.run), (left.sample, right.sample)

    def sample(instance: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
        first, second = (as_mean(q, instance)[0](rng, n) for q in (left, right))
        return first - second

    def range_(instance: Instance) -> tuple[float, float]:
        (lo, hi), (lo2, hi2) = (as_mean(q, instance)[1] for q in (left, right))
        return lo - hi2, hi - lo2

    def spread(instance: Instance) -> tuple[str, float]:
        return "variance", as_mean(left, instance)[2] + as_mean(right, instance)[2]

    rounding = max(left.rounding, right.rounding)

    def run(instance: Instance) -> Any:
        """Floats that agree up to their rounding differ by 0: what cancellation leaves is no difference."""
        a, b = (number(q.run(instance), q.text, instance, True) for q in (left, right))  # type: ignore[misc]
        if not (isinstance(a, float) or isinstance(b, float)):
            return a - b
        return 0.0 if compare(a, "==", b, rounding).status == "holds" else approx(a) - approx(b)

    return Quantity(
        text=f"{left.text} - ({right.text})",
        run=run if all(runs) else None,
        sample=sample if all(samples) else None,
        range=range_ if all(samples) else (-INF, INF),
        rounding=rounding,
        measured=left.measured or right.measured,
        tail=spread if all(samples) else None,
    )
