"""What a sampled test can find, before it is made: the detectable violation, the draws, the seconds."""

import math
import time

import numpy as np

from proofs_check.bounds import FRACTIONS
from proofs_check.functionals import MeanTest
from proofs_check.verdict import Plan

PILOT = 400
"""Draws that estimate a draw's variance and its cost; they are used for nothing else."""
MISS = 0.05
"""Chance that a violation of the detectable size is missed, to leading order."""


def detectable(variance: float, alpha: float, n: int, miss: float = MISS) -> float:
    """The gap at which `statistics.plan` asks for n draws: its formula solved for the gap.

    gap = 3/2 sqrt(v/n) (sqrt(log(2 G/alpha)) + sqrt(log(1/miss))), G the number of mixed fractions.
    """
    if n < 1:
        raise ValueError(f"n {n!r}: expected at least one draw")
    spread = math.sqrt(math.log(2 * len(FRACTIONS) / alpha)) + math.sqrt(-math.log(miss))
    return 1.5 * math.sqrt(variance / n) * spread


def plan_test(test: MeanTest, alpha: float, n: int, rng: np.random.Generator, pilot: int = PILOT) -> Plan:
    """The plan of one comparison, from `pilot` draws on a stream that the test does not use.

    The pilot's variance is an estimate: the plan promises, the test guarantees.  Bounded draws that do not
    vary get the variance of an event that the pilot may have missed, and never more than the worst case;
    other draws that do not vary promise nothing, and the detectable violation is nan.
    """
    started = time.perf_counter()
    x = test.sample(rng, pilot)
    each = (time.perf_counter() - started) / pilot
    width = test.bounds[1] - test.bounds[0]
    variance = float(x.var(ddof=1))
    if math.isfinite(width):
        variance = min(variance or width**2 / pilot, width**2 / 4)
    elif test.bounded and not variance:
        variance = math.nan
    elif not test.bounded:
        variance = test.variance
    return Plan(
        text=test.text,
        rhs=test.rhs,
        detectable=detectable(variance, alpha, n),
        n=n,
        alpha=alpha,
        seconds=each * n,
    )
