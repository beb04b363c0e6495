"""Broken query allocators: for each law one that breaks it, by a slip that people make."""

import numpy as np

from sim.allocation import equal, optimal
from sim.bernoulli import bernoulli


def _column(losses, traces, budget, rng):
    return optimal(losses, traces, budget, rng)[:, None]


def _rounded(losses, traces, budget, rng):  # shares rounded one by one: the sum is not the budget
    optimal(losses, traces, budget, rng)
    share = np.sqrt(traces + 1e-9)
    return np.maximum(1, np.rint(budget * share / share.sum())).astype(np.int64)


def _reals(losses, traces, budget, rng):
    return optimal(losses, traces, budget, rng).astype(float)


def _starving(losses, traces, budget, rng):
    allocation = optimal(losses, traces, budget, rng)
    if len(allocation) > 1 and traces.max() > 0:
        least = int(np.argmin(traces))
        allocation[np.argmax(allocation)] += allocation[least]
        allocation[least] = 0
    return allocation


def _upside_down(losses, traces, budget, rng):
    return optimal(losses, traces.max(initial=0) - traces, budget, rng)


def _first_come(losses, traces, budget, rng):  # what is left over goes to the first samples
    equal(losses, traces, budget, rng)
    share, left = divmod(budget, len(traces))
    return share + (np.arange(len(traces)) < left).astype(np.int64)


def _absolute(losses, traces, budget, rng):  # a threshold that knows units
    return optimal(losses, np.minimum(traces, 10.0), budget, rng)


def _alternating(losses, traces, budget, rng):
    if budget % 2:
        return equal(losses, traces, budget, rng)
    return optimal(losses, traces, budget, rng)


def _random_ties():
    counter = np.random.default_rng(0)

    def allocate(losses, traces, budget, rng):  # ignores the generator it was given
        optimal(losses, traces, budget, rng)
        return 1 + counter.multinomial(budget - len(traces), np.full(len(traces), 1 / len(traces)))

    return allocate


def _sorting(losses, traces, budget, rng):
    allocation = optimal(losses, traces, budget, rng)
    traces.sort()
    return allocation


def _proportional(losses, traces, budget, rng):  # shares as the traces, not as their roots
    optimal(losses, traces, budget, rng)
    if traces.max() == 0:
        return equal(losses, traces, budget, rng)
    ideal = (budget - len(traces)) * traces / traces.sum()
    allocation = 1 + np.floor(ideal).astype(np.int64)
    allocation[np.argsort(-(ideal % 1), kind="stable")[: budget - allocation.sum()]] += 1
    return allocation


def _lenient(losses, traces, budget, rng):
    clean = np.nan_to_num(np.abs(traces), posinf=1e6)
    return optimal(np.zeros(len(clean)), clean, max(budget, len(clean)), rng)


def _printed(
    losses, traces, budget, rng
):  # a Gaussian draw, negative entries get no query: as FLOPS prints it
    optimal(losses, traces, budget, rng)
    weights = rng.normal(0, 1, len(traces)).clip(0)
    if not weights.any():
        weights[:] = 1
    ideal = budget * weights / weights.sum()
    allocation = np.floor(ideal).astype(np.int64)
    allocation[np.argsort(-(ideal % 1), kind="stable")[: budget - allocation.sum()]] += 1
    return allocation


def _concentrated(losses, traces, budget, rng):  # all that can be spared goes to one sample
    allocation = np.ones(len(traces), dtype=np.int64)
    allocation[0] += budget - len(traces)
    return allocation


def _prunes_all(losses, traces, budget, rng):  # forgets to ask whether the loss is below the mean
    keep = rng.random(len(losses)) < 0.5
    return bernoulli(np.where(keep, losses.max(), losses.min()), traces, budget, rng, p=1.0)


def _easy_first(losses, traces, budget, rng):  # the comparison with the mean the wrong way round
    return bernoulli(-losses, traces, budget, rng)


TWINS = {
    "shape": _column,
    "conserved": _rounded,
    "whole": _reals,
    "minimum": _starving,
    "monotone": _upside_down,
    "permutation": _first_come,
    "units": _absolute,
    "more": _alternating,
    "repeatable": _random_ties(),
    "inputs unchanged": _sorting,
    "exact optimum": _proportional,
    "zero traces": equal,
    "balanced": optimal,
    "rounding": equal,
    "unbiased": _printed,
    "gap of equal": _concentrated,
    "gap of halves": _concentrated,
    "pruning": _prunes_all,
    "loss in expectation": _easy_first,
    "bad losses": optimal,
    "refuses": _lenient,
}
"""Law -> the allocator that breaks it."""
