"""The Bernoulli allocator: a sample of loss below the mean keeps half of its queries with probability p.

    P(A_j = half) = p if L_j < mean(L), else 0            Abar = A0 / B, half = max(1, floor(Abar / 2))

What is pruned is spread evenly over the samples that were not; what that leaves over goes one by one to the
largest losses.  So A0 is conserved exactly and a sample is never left without a query.

Monotone  in the loss, in expectation: a sample at or above the mean is never pruned, those below are pruned
          alike, and what is left over goes to larger losses.  Blind to the traces.
Loss      sum T_j/A_j <= sum T_j / half: at most A0 / half times the optimum (`sim.allocation.optimal`).
Draws     one uniform number for each sample, dealt in the order of (loss, trace), not of position: the same
          generator state gives a reordered batch the reordered allocation.
Rules     Losses must be finite.  If all losses are equal nobody is below the mean: equal shares.
Shapes    as `sim.allocation`.  The paper leaves p open; 1/2 here.
Source    FLOPS eq. (6); what becomes of the pruned queries: its Appendix C.1.
"""

import math

import numpy as np

from sim.allocation import checked


def checked_losses(losses: np.ndarray) -> np.ndarray:
    """The losses as float64, or an error that names one that is not finite."""
    losses = np.asarray(losses, dtype=np.float64)
    if not np.isfinite(losses).all():
        j = int(np.argmin(np.isfinite(losses)))
        raise ValueError(f"losses[{j}] = {losses[j]}: expected a finite number")
    return losses


def below_mean(losses: np.ndarray) -> np.ndarray:
    """Which losses are below their mean; the sum is exact, so that order does not matter."""
    scaled = np.ldexp(losses, -int(np.frexp(np.abs(losses).max())[1]))  # no sum overflows
    mean = math.fsum(scaled) / losses.size
    return scaled < min(mean, scaled.max())  # a rounded mean may exceed all of equal losses


def bernoulli(
    losses: np.ndarray, traces: np.ndarray, budget: int, rng: np.random.Generator, p: float = 0.5
) -> np.ndarray:
    """The allocation of the module's text."""
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p}: expected a probability")
    traces, budget = checked(losses, traces, budget)
    losses = checked_losses(losses)
    order = np.lexsort((traces, losses))  # smallest loss first
    drawn = np.empty(traces.size, dtype=bool)
    drawn[order] = rng.random(traces.size) < p
    pruned = drawn & below_mean(losses)
    half = max(1, budget // (2 * traces.size))
    allocation = np.full(traces.size, half, dtype=np.int64)
    share, left = divmod(budget - half * int(pruned.sum()), int((~pruned).sum()))
    allocation[~pruned] = share
    allocation[order[~pruned[order]][::-1][:left]] += 1
    return allocation
