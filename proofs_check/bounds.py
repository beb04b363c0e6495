"""Confidence bounds for a mean from finitely many draws, with no asymptotics.

Everything here is one-sided and for non-negative draws Y; `proofs_check.statistics` shifts and reflects.

Betting    Let E[Y] <= m and 0 <= c < 1.  The wealth  W_n = prod_i (1 + c (Y_i / m - 1))  is non-negative and
           a supermartingale, so P(W_n >= 1/alpha for any n) <= alpha (Ville's inequality).  A mixture over
           several c is again one.  No upper bound of Y is needed: a heavy tail costs power, not validity.
           Waudby-Smith and Ramdas (2024), "Estimating means of bounded random variables by betting", section
           on the capital process; here with a mixture of fixed fractions instead of predictable ones.
Exact      For draws that are 0 or 1, the binomial bound of Clopper and Pearson (1934).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

FRACTIONS = np.array([31 / 32, *(2.0**-k for k in range(1, 22))])
"""The fractions c of the mixture, equally weighted.  The best one is about gap (mean) / variance: 31/32
serves draws that hardly vary, 2^-21 rare events at 10^8 draws.  Neighbours differ by a factor 2, which loses
at most 1/9 of the growth rate of the best fraction."""

MANTISSA_BITS = 12
"""Draws are rounded at random, without changing their mean, to this many bits: the added standard deviation
is below 2^-13 of the draw, and a sample of any size becomes a table of some thousand values."""


@dataclass(frozen=True, slots=True)
class Table:
    """Non-negative draws as distinct values, ascending, and how often each occurred; both (v,)."""

    values: np.ndarray
    counts: np.ndarray

    @property
    def mean(self) -> float:
        """The sample mean; 0 for no draws."""
        return float(self.values @ self.counts / max(int(self.counts.sum()), 1))


EMPTY = Table(np.empty(0), np.empty(0, dtype=np.int64))


def add(table: Table, draws: np.ndarray, rng: np.random.Generator) -> Table:
    """The table with non-negative draws (n,) added, each rounded up or down at random to MANTISSA_BITS.

    Rounding is linear between neighbouring values, E[rounded | y] = y, so a bound for the mean of the
    rounded draws is a bound for the mean of the draws.  Values with few bits (0, 1, 0.5) stay as they are.
    """
    shift = 52 - MANTISSA_BITS
    bits = np.ascontiguousarray(draws, dtype=np.float64).view(np.int64)
    fraction = (bits & ((1 << shift) - 1)) / 2.0**shift
    keys = (bits >> shift) + (rng.random(len(bits)) < fraction)
    distinct, counts = np.unique(keys, return_counts=True)
    values, where = np.unique(
        np.concatenate([table.values, (distinct << shift).view(np.float64)]), return_inverse=True
    )
    total = np.zeros(len(values), dtype=np.int64)
    np.add.at(total, where, np.concatenate([table.counts, counts]))
    return Table(values, total)


def log_wealth(table: Table, mean: float) -> float:
    """log W for the hypothesis E[Y] <= mean; at least log(1/alpha) refutes it at level alpha, at any time.

    Decreasing in `mean`.  A negative mean is impossible (+inf); mean 0 allows only draws that are 0.
    """
    if mean <= 0:
        return math.inf if mean < 0 or np.any(table.values > 0) else 0.0
    with np.errstate(over="ignore"):  # a draw of infinitely many means: the wealth is infinite
        multiples = table.values / mean
    gains = np.log1p(FRACTIONS[:, None] * (multiples - 1)) @ table.counts  # (fractions,)
    top = float(gains.max())
    return top if math.isinf(top) else top + math.log(float(np.exp(gains - top).mean()))


def betting_lower(table: Table, alpha: float) -> float:
    """A number that stays below E[Y] at all times with probability at least 1 - alpha; 0 says nothing."""
    mean, goal = table.mean, -math.log(alpha)
    if mean == 0:
        return 0.0
    step = 1.0  # log wealth is <= 0 at the sample mean and grows without bound towards 0
    while log_wealth(table, mean * math.exp(-step)) < goal:
        step *= 2
        if step > 500:
            return 0.0
    root = optimize.brentq(lambda s: log_wealth(table, mean * math.exp(-s)) - goal, 0.0, step, xtol=1e-6)
    below = float(root) + 2e-6  # pyright: ignore[reportArgumentType]  (a float without full_output)
    return mean * math.exp(-below)


def clopper_pearson_lower(successes: int, n: int, alpha: float) -> float:
    """The exact lower bound for a probability: P(Bin(n, bound) >= successes) = alpha."""
    if not 0 <= successes <= n:
        raise ValueError(f"successes {successes}: expected between 0 and n = {n}")
    return float(special.betaincinv(successes, n - successes + 1, alpha)) if successes else 0.0


def clopper_pearson(successes: int, n: int, level: float = 0.99) -> tuple[float, float]:
    """The exact two-sided interval: each end misses with probability at most (1 - level)/2."""
    tail = (1 - level) / 2
    low = clopper_pearson_lower(successes, n, tail)
    return low, 1 - clopper_pearson_lower(n - successes, n, tail)
