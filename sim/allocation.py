"""Query allocators: how many forward queries each sample of a batch gets.

Setting   FLOPS (Section 4.1 and Appendix A.3): sample j has trace T_j = Tr(Sigma_G^j), the variance of one
          query of its gradient estimate; with A_j queries the variance of its mean is T_j / A_j.
Interface allocate(losses, traces, budget, rng) -> int64 array of shape (B,); one interface for all
          allocators (`sim.allocators`), of which each uses what it needs.
Shapes    losses, traces: (B,), finite; budget: one integer, the total number of queries.
Units     A_j counts queries; objective has the units of T.
Rules     Degenerate input raises `ValueError`: no samples, a trace that is negative, infinite or NaN, a
          budget below B (every sample gets at least one query, so also a budget of zero) or above 2**31.
          Zero traces are allowed: such a sample gets one query and no more, unless all traces are zero;
          then the budget is spread evenly.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

MOST = 2**31
"""Largest budget: below it a(a+1) is an exact int64 and the margins of `optimal` hold."""

Allocator = Callable[[np.ndarray, np.ndarray, int, np.random.Generator], np.ndarray]


def objective(traces: np.ndarray, allocation: np.ndarray) -> float:
    """J(A) = sum_j T_j / A_j of FLOPS eq. (9), for integers or reals A_j > 0."""
    traces, allocation = np.asarray(traces, dtype=float), np.asarray(allocation, dtype=float)
    if traces.shape != allocation.shape:
        raise ValueError(f"allocation has shape {allocation.shape}, expected that of traces, {traces.shape}")
    if not (allocation > 0).all():
        raise ValueError(f"allocation[{int(np.argmin(allocation > 0))}] is not positive: J is undefined")
    return float((traces / allocation).sum())


def checked(losses: np.ndarray, traces: np.ndarray, budget: int) -> tuple[np.ndarray, int]:
    """The traces as float64 and the budget as int, or an error that names what is wrong."""
    if isinstance(budget, bool) or not isinstance(budget, int | np.integer):
        raise TypeError(f"budget = {budget!r}: expected an integer number of queries")
    traces, losses = np.asarray(traces, dtype=np.float64), np.asarray(losses)
    if traces.ndim != 1 or not traces.size:
        raise ValueError(f"traces has shape {traces.shape}: expected (B,) with B >= 1")
    if losses.shape != traces.shape:
        raise ValueError(f"losses has shape {losses.shape}: expected that of traces, {traces.shape}")
    bad = ~np.isfinite(traces) | (traces < 0)
    if bad.any():
        j = int(np.argmax(bad))
        raise ValueError(f"traces[{j}] = {traces[j]}: expected a finite number >= 0")
    if not traces.size <= budget <= MOST:
        raise ValueError(f"budget = {budget}: expected at least one query for each of the {traces.size}"
                         f" samples and at most {MOST}")  # fmt: skip
    return traces, int(budget)


def equal(losses: np.ndarray, traces: np.ndarray, budget: int, rng: np.random.Generator) -> np.ndarray:
    """budget // B queries each; what is left over goes one by one to the largest traces (ties: the first).

    FLOPS prints A_j = A_0 / B and no rounding; this is the rounding with the smallest objective, since
    one more query at q lowers it by T_j / (q(q+1)).
    """
    traces, budget = checked(losses, traces, budget)
    share, left = divmod(budget, traces.size)
    allocation = np.full(traces.size, share, dtype=np.int64)
    allocation[np.argsort(-traces, kind="stable")[:left]] += 1
    return allocation


def optimal(losses: np.ndarray, traces: np.ndarray, budget: int, rng: np.random.Generator) -> np.ndarray:
    """The exact integer minimiser of sum_j T_j / A_j over integers A_j >= 1 with sum_j A_j = budget.

    Why taking the largest gains is optimal.  Give every sample one query.  The a+1st query of sample j
    lowers the objective by g_j(a) = T_j/a - T_j/(a+1) = T_j / (a(a+1)), which decreases in a.  An
    allocation A lowers it by the sum of g_j(1..A_j - 1) over j: a set of n = budget - B gains.  No set of n
    gains has a larger sum than the n largest ones; and these form an allocation, since g_j(a) is among
    them only after g_j(1..a-1), which are no smaller.  So the n largest gains are an optimum, and the
    greedy algorithm, which takes them one at a time, finds the same.

    How.  The number of gains >= t is sum_j max{a : a(a+1) <= T_j/t}.  Bisection finds a threshold t with
    n gains around it.  Gains above t by more than rounding (relative 2^-38) are taken; those inside the
    margin are compared as exact rationals, equal gains in the order of the larger trace, then the lower
    index.  Hence the result is exact for the given floats, and permuting samples permutes it, up to equal
    traces.  Cost: about 60 passes over B numbers, and a sort of the gains near the threshold.
    """
    traces, budget = checked(losses, traces, budget)
    largest = traces.max()
    if largest == 0:
        return equal(losses, traces, budget, rng)
    extra = budget - traces.size
    if extra == 0:
        return np.ones(traces.size, dtype=np.int64)
    scaled = np.ldexp(traces, -int(np.frexp(largest)[1]))  # exact: a power of two (tiny traces may vanish)

    def gains_from(threshold: float) -> np.ndarray:
        return np.floor(np.sqrt(scaled / threshold + 0.25) - 0.5).clip(0, extra)

    high, low = scaled.max(), scaled.max() / (extra + 2.0) ** 2  # 0 gains >= high ; more than n >= low
    while high - low > 2.0**-42 * high:
        middle = np.sqrt(high * low)
        if not low < middle < high:
            break
        count = gains_from(middle).sum()
        if count == extra:
            low = high = middle
        elif count > extra:
            low = middle
        else:
            high = middle
    sure = gains_from(high * (1 + 2.0**-38)).astype(np.int64)
    near = gains_from(low * (1 - 2.0**-38)).astype(np.int64) - sure
    return 1 + sure + _largest(traces, sure, near, extra - int(sure.sum()))


def _largest(traces: np.ndarray, taken: np.ndarray, near: np.ndarray, left: int) -> np.ndarray:
    """How many of its `near` next gains each sample gets when the `left` largest of all are taken."""
    sample = np.repeat(np.arange(traces.size), near)
    first = np.repeat(np.cumsum(near) - near, near)
    query = taken[sample] + 1 + np.arange(sample.size) - first  # a of g_j(a): the query number
    pairs, which = np.unique(np.stack([traces[sample], query.astype(float)]), axis=1, return_inverse=True)
    exact = [(-Fraction(t) / (int(a) * (int(a) + 1)), -t) for t, a in pairs.T.tolist()]
    rank = np.empty(len(exact), dtype=np.int64)
    rank[sorted(range(len(exact)), key=exact.__getitem__)] = np.arange(len(exact))
    chosen = np.argsort(rank[which.reshape(-1)], kind="stable")[:left]
    return np.bincount(sample[chosen], minlength=traces.size)


def gap(traces: np.ndarray, allocation: np.ndarray) -> float:
    """J(A) over that of the integer optimum of the same budget: 1 for an optimum, and if J is zero."""
    traces, allocation = np.asarray(traces, dtype=float), np.asarray(allocation)
    reached = objective(traces, allocation)
    best = optimal(np.zeros(traces.shape), traces, int(allocation.sum()), np.random.default_rng(0))
    return reached / objective(traces, best) if reached > 0 else 1.0
