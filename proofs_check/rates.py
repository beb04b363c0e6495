"""How fast a mean falls or grows with a parameter: an interval for the log-log slope, valid for every n.

The judge decides a statement about a slope by one comparison of means (`functionals`); this interval is for
plots and tables, where no right side is given.
"""

import math
from dataclasses import dataclass

import numpy as np

from proofs_check.functionals import draws, limits, rate_ends
from proofs_check.statistics import FIRST_LOOK, confirm
from theory.claim import Quantity
from theory.family import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """(log E[X_b] - log E[X_a]) / (log t_b - log t_a) lies in [low, high], with probability 1 - alpha.

    first, last   the intervals of E[X_a] and E[X_b], right together with that probability
    n             draws used, those that centre the intervals included
    """

    low: float
    high: float
    first: tuple[float, float]
    last: tuple[float, float]
    n: int


def slope(
    quantity: Quantity, instance: Instance, alpha: float, rng: np.random.Generator, max_draws: int
) -> Slope:
    """The slope between the least and the largest parameter, from simultaneous intervals at these ends.

    Each end gets alpha/2, so the interval needs no independence between them.  A range without an upper bound
    gives an infinite upper end there, and so an interval that is infinite on both sides.
    """
    lo, hi = limits(quantity, instance)
    if lo < 0:
        raise ValueError(f"{quantity.text}: range ({lo}, {hi}): expected a lower bound of 0 or more")
    a, b, span = rate_ends(quantity)
    centre = draws(quantity, instance, rng, FIRST_LOOK).mean(axis=0)
    ends, n = [], FIRST_LOOK
    for column in (a, b):
        sample = lambda g, m, column=column: draws(quantity, instance, g, m)[:, column]
        mean = float(centre[column])
        done = confirm(sample, "==", mean, (lo, hi), alpha / 2, rng, max_draws, early=False)
        ends.append((max(done.low, 0.0), done.high))
        n += done.n
    (low_a, high_a), (low_b, high_b) = ends
    return Slope(
        low=(_log(low_b) - _log(high_a)) / span,
        high=(_log(high_b) - _log(low_a)) / span,
        first=ends[0],
        last=ends[1],
        n=n,
    )


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf
