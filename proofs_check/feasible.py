"""Is a printed minimiser infeasible, or does only its enclosure reach beyond the edge of what is allowed?

An objective is infinite where its candidate is not allowed, and tests that on what it is given.  Of an
enclosure around 1 no test can say that it is at most 1, though the number inside may be.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import arb

from proofs_check.core.values import approx, plain

NEAR = 10**12
"""Denominators of the rationals that stand for the numbers inside enclosures."""


def allowed_near(objective: Callable[[Any, Any], Any], at: Any, candidate: Any) -> bool:
    """Whether the candidate holds an enclosure and the objective is finite at a rational beside it."""
    parts = candidate if isinstance(candidate, tuple) else (candidate,)
    if not any(isinstance(p, arb) for p in parts):
        return False
    return any(_finite(objective, at, rational) for rational in _beside(parts))


def _finite(objective: Callable[[Any, Any], Any], at: Any, rational: tuple) -> bool:
    """Whether the objective is not infinite there; what computes with enclosures gets them."""
    try:
        return approx(objective(at, rational)) != float("inf")
    except TypeError:
        balls = tuple(arb(p.numerator) / p.denominator for p in rational)
        return approx(objective(at, balls)) != float("inf")


def _beside(parts: tuple) -> Iterator[tuple]:
    """Rationals near the parts: each for itself, then one of them so that their sum is simple too."""
    near = [Fraction(approx(p)).limit_denominator(NEAR) if isinstance(p, arb) else plain(p) for p in parts]
    yield tuple(near)
    total = sum(near, Fraction(0)).limit_denominator(NEAR // 10**4)
    for k, part in enumerate(parts):
        if isinstance(part, arb):
            yield (*near[:k], total - sum(near[:k] + near[k + 1 :], Fraction(0)), *near[k + 1 :])
