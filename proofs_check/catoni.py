"""A test of a mean for draws that no bound holds: only their variance is bounded, by declaration.

For f(x) = log(1 + x + x^2/2) on x >= 0, f(-x) = -f(x), one has e^f(x) <= 1 + x + x^2/2 for all x, and f
grows.  If E[X] <= m and Var X <= v, then for every lambda > 0

    W_n = prod_i e^{f(lambda (X_i - m))} / (1 + lambda^2 v/2)

is a supermartingale that starts at 1 (replace m by E[X], which raises no factor's mean above 1), so
P(W_n >= 1/alpha for any n) <= alpha.  A mixture over lambda is again one.  A large draw enters through its
logarithm.  Catoni (2012), "Challenging the empirical mean and empirical variance", section 2; anytime-valid:
Wang and Ramdas (2023), "Catoni-style confidence sequences for heavy-tailed mean estimation", section 4.
"""

import math

import numpy as np

from proofs_check.statistics import CALL, REFUTING, ROUNDING, Confirmation, Sampler, looks

SCALES = 2.0 ** -np.arange(-1, 12)
"""lambda sqrt(v): the best one is about gap/sqrt(v), and 2^20 draws find no gap below 2^-8 sqrt(v)."""


def influence(x: np.ndarray) -> np.ndarray:
    """f above: odd, increasing, logarithmic for large |x|."""
    size = np.abs(x)
    return np.sign(x) * np.log1p(size + size**2 / 2)


def gains(draws: np.ndarray, mean: float, variance: float, scales: np.ndarray = SCALES) -> np.ndarray:
    """log W for E[X] <= mean, each lambda by itself: (number of scales,)."""
    z = (draws - mean) / math.sqrt(variance)
    drift = len(draws) * np.log1p(scales**2 / 2)
    return np.array([influence(s * z).sum() for s in scales]) - drift


def log_mixture(each: np.ndarray) -> float:
    """The logarithm of the mean of e^each."""
    top = float(each.max())
    return top + math.log(float(np.exp(each - top).mean()))


def lower(draws: np.ndarray, variance: float, alpha: float, scale: float) -> float:
    """A number below E[X] with probability at least 1 - alpha at all times, by one of the mixed lambdas.

    The mixture is at least 1/G of each of its G members: one of them at level alpha/G is no better than it,
    and all of them may be tried.
    """
    goal = math.log(len(SCALES) / alpha)
    wealth = lambda m: float(gains(draws, m, variance, np.array([scale]))[0])
    centre, step = float(np.median(draws)), math.sqrt(variance)
    top = centre
    while wealth(top) > goal:
        top += step
    low = top - step
    while wealth(low) < goal:
        step *= 2
        low = top - step
        if step > 1e9 * math.sqrt(variance):
            return -math.inf
    for _ in range(40):
        middle = (low + top) / 2
        low, top = (middle, top) if wealth(middle) >= goal else (low, middle)
    return low


def confirm_by_variance(
    sample: Sampler,
    relation: str,
    rhs: float,
    variance: float,
    alpha: float,
    rng: np.random.Generator,
    max_draws: int,
) -> Confirmation:
    """`statistics.confirm` for draws with Var X <= variance and no bounds: same looks, same guarantee."""
    if relation not in REFUTING:
        raise ValueError(f"relation {relation!r}: expected one of {', '.join(REFUTING)}")
    if not 0 < variance < math.inf:
        raise ValueError(f"variance {variance!r}: expected a positive number")
    if not math.isfinite(rhs):
        raise ValueError(f"rhs {rhs!r}: expected a finite number")
    refuting = REFUTING[relation]
    level, slack = alpha / len(refuting), ROUNDING * abs(rhs)
    total, seen, n, refuted = {1: np.zeros(len(SCALES)), -1: np.zeros(len(SCALES))}, [], 0, False
    for size in looks(max_draws):
        while n < size:
            x = np.asarray(sample(rng, min(size - n, CALL)), dtype=float)
            if x.shape != (min(size - n, CALL),) or not np.isfinite(x).all():
                raise ValueError(f"sample returned shape {x.shape} or draws that are not finite numbers")
            for sign in total:
                total[sign] += gains(sign * x, sign * rhs + slack, variance)
            seen.append(x)
            n += len(x)
        beyond = [s for s in total if log_mixture(total[s]) >= -math.log(level)]
        refuted = any(s in refuting for s in beyond)
        if beyond:
            break
    x = np.concatenate(seen)
    usual = float(SCALES[np.abs(SCALES - math.sqrt(2 * math.log(len(SCALES) / level) / n)).argmin()])
    ends = {s: {usual, float(SCALES[total[s].argmax()])} for s in total}
    low, high = (s * max(lower(s * x, variance, level, scale) for scale in ends[s]) for s in (1, -1))
    if refuted:  # then that bound has passed rhs, whatever a single lambda says
        low, high = (max(low, rhs), high) if 1 in beyond else (low, min(high, rhs))
    return Confirmation(refuted=refuted, low=low, high=high, n=n)
