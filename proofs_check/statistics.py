"""Sampled comparisons: is E[X] <= r (or <, >=, >, ==) refuted by draws of X, at a stated error probability?

The answer holds for every law with the declared bounds and every sample size: no normal approximation, no
estimated variance taken for a known one.  Drawing stops at the first look that decides; the guarantee is for
all looks together.  What is guaranteed and what is not: docs/statistics.md.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from proofs_check.bounds import EMPTY, FRACTIONS, Table, add, betting_lower, clopper_pearson_lower, log_wealth

Sampler = Callable[[np.random.Generator, int], np.ndarray]
"""(generator, n) -> (n,) independent draws."""

FAMILY = 1e-6
"""Probability that a whole run refutes anything true by sampling."""
FIRST_LOOK = 256
"""Draws before the first look; each look doubles them."""
CALL = 2**16
"""Draws asked for in one call, so that a sampler with (n, d) arrays stays small."""
ROUNDING = 1e-12
"""Relative floating-point error that decides nothing: a draw beyond a bound by this share of the larger bound
is moved onto it, and rhs is moved by this share (of itself or the bound) in favour of the statement."""
REFUTING = {"<=": (1,), "<": (1,), ">=": (-1,), ">": (-1,), "==": (1, -1)}
"""Which bounds of the mean can refute: +1 a lower bound above r, -1 an upper bound below r."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The outcome of sampling: whether E[X] relation r is refuted, and what is known of E[X].

    low, high   each end is right with probability at least 1 - alpha (alpha/2 for ==); -inf or inf where
                the law has no bound on that side, the declared bound at least otherwise
    n           draws used
    """

    refuted: bool
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class _Side:
    """One bound of the mean: draws as distances y = sign (x - end) >= 0 from the declared bound `end`."""

    sign: int
    end: float
    alpha: float  # for all looks and both methods


@dataclass(frozen=True, slots=True)
class _Ends:
    """How the draws sit on two finite bounds: a law on {lo, hi} is a coin, and its bound is exact."""

    lo: float
    hi: float
    looks: int
    at_lo: int = 0
    at_hi: int = 0
    n: int = 0

    @property
    def is_coin(self) -> bool:
        return 0 < self.n == self.at_lo + self.at_hi


def share(family: float, statements: int) -> float:
    """The level of one statement: a family-wise budget divided evenly (union bound) over all statements.

    Divide over all statements of the registry, also when only some are judged: then no selection spoils it.
    """
    if not 0 < family < 1:
        raise ValueError(f"family {family!r}: expected a probability strictly between 0 and 1")
    if statements < 1:
        raise ValueError(f"statements {statements!r}: expected at least 1")
    return family / statements


def plan(
    bounds: tuple[float, float],
    alpha: float,
    gap: float,
    *,
    variance: float | None = None,
    miss: float = 0.05,
) -> int:
    """Draws after which a violation of size `gap` is found with probability about 1 - miss.

    n = 9/4 v / gap^2 (sqrt(log(2 G / alpha)) + sqrt(log(1 / miss)))^2,
    with v the variance of a draw (by default its worst case (hi - lo)^2 / 4) and G the number of mixed
    fractions.  This is Hoeffding's count with three prices: 2 for the two methods, G for the mixture, 9/8 for
    a fraction beside the best.  To leading order in gap; gap and sqrt(v) in the units of the draw.
    """
    lo, hi = bounds
    _check(alpha, bounds)
    if not gap > 0:
        raise ValueError(f"gap {gap!r}: expected a positive number")
    worst = (hi - lo) ** 2 / 4 if variance is None else variance
    if not 0 <= worst < math.inf:
        raise ValueError(f"bounds {bounds!r}: expected two finite numbers, or variance=...")
    spread = math.sqrt(math.log(2 * len(FRACTIONS) / alpha)) + math.sqrt(-math.log(miss))
    return max(math.ceil(9 / 4 * worst / gap**2 * spread**2), FIRST_LOOK)


def looks(max_draws: int) -> tuple[int, ...]:
    """The sample sizes at which the draws are looked at: doubling, and max_draws last."""
    if max_draws < 1:
        raise ValueError(f"max_draws {max_draws!r}: expected at least 1")
    sizes = [min(FIRST_LOOK, max_draws)]
    while sizes[-1] < max_draws:
        sizes.append(min(2 * sizes[-1], max_draws))
    return tuple(sizes)


def confirm(
    sample: Sampler,
    relation: str,
    rhs: float,
    bounds: tuple[float, float],
    alpha: float,
    rng: np.random.Generator,
    max_draws: int,
    *,
    early: bool = True,
) -> Confirmation:
    """Try to refute `E[X] relation rhs`; a true statement is refuted with probability at most alpha.

    Draws are independent with the law of X and stay within `bounds` (either may be infinite).  A lower bound
    of X is what refutes `<=` and `<`, an upper bound of X is what refutes `>=` and `>`; without it nothing
    can be concluded and nothing is drawn.  `==` tests both sides at alpha/2, or the only possible one at
    alpha.  Drawing also stops once the statement is established at the same level; without `early` it never
    stops before max_draws, for an interval as short as they allow.

    Raises ValueError for a draw that is not finite or outside the bounds, and for arguments out of range.
    """
    _check(alpha, bounds)
    if relation not in REFUTING:
        raise ValueError(f"relation {relation!r}: expected one of {', '.join(REFUTING)}")
    rhs = float(rhs)
    if math.isnan(rhs):
        raise ValueError("rhs nan: expected a number")
    sizes, (lo, hi) = looks(max_draws), map(float, bounds)
    finite = [s for s in (1, -1) if math.isfinite(lo if s > 0 else hi)]
    refuting = [s for s in REFUTING[relation] if s in finite]
    if not refuting:
        return Confirmation(refuted=False, low=-math.inf, high=math.inf, n=0)
    sides = [_Side(s, lo if s > 0 else hi, alpha / len(refuting)) for s in finite]
    tables, ends = [EMPTY for _ in sides], _Ends(lo, hi, len(sizes))
    refuted = False
    for size in sizes:
        while ends.n < size:
            draws = _draw(sample, rng, min(size - ends.n, CALL), (lo, hi))
            tables = [add(t, np.abs(draws - s.end), rng) for s, t in zip(sides, tables, strict=True)]
            ends = _count(ends, draws)
        beyond = [s.sign for s, t in zip(sides, tables, strict=True) if _beyond(s, t, ends, rhs)]
        refuted = any(s in refuting for s in beyond)
        if beyond and early:
            break
    low, high = -math.inf, math.inf
    for side, table in zip(sides, tables, strict=True):
        bound = side.end + side.sign * _distance(side, table, ends)
        known = side.sign in beyond  # then the bound has passed rhs, whatever the last digit says
        if side.sign > 0:
            low = max(bound, rhs) if known else bound
        else:
            high = min(bound, rhs) if known else bound
    return Confirmation(refuted=refuted, low=low, high=high, n=ends.n)


def _levels(side: _Side, ends: _Ends) -> tuple[float, float]:
    """Levels of the betting bound and of each look's exact bound; the latter needs two finite bounds."""
    if math.isinf(ends.lo) or math.isinf(ends.hi):
        return side.alpha, 0.0
    return side.alpha / 2, side.alpha / 2 / ends.looks


def _exact(side: _Side, ends: _Ends, level: float) -> float:
    """The exact lower bound of sign (E[X] - end) for a coin, else 0.

    Valid for every law on [lo, hi]: round each draw at random to lo or hi, keeping its mean; the result is a
    coin, its bound is right, and it is used only where rounding has changed nothing.
    """
    if not ends.is_coin or level == 0:
        return 0.0
    far = ends.at_hi if side.sign > 0 else ends.at_lo
    return (ends.hi - ends.lo) * clopper_pearson_lower(far, ends.n, level)


def _beyond(side: _Side, table: Table, ends: _Ends, rhs: float) -> bool:
    """Whether this side's bound of the mean has passed rhs."""
    distance = side.sign * (rhs - side.end)
    if math.isfinite(rhs):
        distance += ROUNDING * max(abs(rhs), abs(side.end))
    betting, exact = _levels(side, ends)
    return log_wealth(table, distance) >= -math.log(betting) or _exact(side, ends, exact) > max(distance, 0.0)


def _distance(side: _Side, table: Table, ends: _Ends) -> float:
    """The better of the two lower bounds of sign (E[X] - end)."""
    betting, exact = _levels(side, ends)
    return max(betting_lower(table, betting), _exact(side, ends, exact))


def _draw(sample: Sampler, rng: np.random.Generator, n: int, bounds: tuple[float, float]) -> np.ndarray:
    """n checked draws, moved onto a bound where they pass it by rounding."""
    lo, hi = bounds
    draws = np.asarray(sample(rng, n), dtype=np.float64)
    if draws.shape != (n,):
        raise ValueError(f"sample returned shape {draws.shape}: expected ({n},)")
    slack = ROUNDING * max((abs(b) for b in bounds if math.isfinite(b)), default=0.0)
    bad = ~np.isfinite(draws) | (draws < lo - slack) | (draws > hi + slack)
    if bad.any():
        raise ValueError(f"draw {float(draws[bad][0])!r}: expected a finite number in [{lo}, {hi}]")
    return np.clip(draws, lo, hi)


def _count(ends: _Ends, draws: np.ndarray) -> _Ends:
    """The counts of draws on either bound, brought up to date."""
    return _Ends(
        ends.lo,
        ends.hi,
        ends.looks,
        ends.at_lo + int((draws == ends.lo).sum()),
        ends.at_hi + int((draws == ends.hi).sum()),
        ends.n + len(draws),
    )


def _check(alpha: float, bounds: tuple[float, float]) -> None:
    if not 0 < alpha < 1:
        raise ValueError(f"alpha {alpha!r}: expected a probability strictly between 0 and 1")
    lo, hi = bounds
    if not lo <= hi:
        raise ValueError(f"bounds {bounds!r}: expected lo <= hi")
