"""Plain estimates of a sampled quantity with their errors: for looking, never for deciding."""

import math

import numpy as np

from proofs_check.functionals import as_mean, draws, kind, rate_ends
from theory.claim import Quantity
from theory.family import Instance

UNSEEN = 3.0
"""An event that n draws never show may still have a chance of about 3/n; counted as one more error."""
SCREEN = 5.0
"""Standard errors beyond which a pool instance looks violated; looking decides nothing."""


def estimate(quantity: Quantity, instance: Instance, rng: np.random.Generator, n: int) -> tuple[float, float]:
    """The quantity as n draws show it (pairs of draws for variances), and its standard error.

    Means get room for what a bounded law may hide from n draws; a quantile's error is a `SCREEN`-th of the
    way to the order statistics `SCREEN` standard errors of the level away, so that ties are no certainty.
    """
    name = kind(quantity)
    if name == "quantile":
        return _quantile(np.sort(draws(quantity, instance, rng, n)), float(quantity.statistic[1]))
    if name in ("ratio", "rate"):
        return _ratio(quantity, draws(quantity, instance, rng, n))
    sample, (lo, hi), _ = as_mean(quantity, instance)
    x = sample(rng, n)
    hidden = UNSEEN * (hi - lo) / n if math.isfinite(hi - lo) else 0.0
    return float(x.mean()), float(x.std(ddof=1)) / math.sqrt(n) + hidden


def _quantile(x: np.ndarray, p: float) -> tuple[float, float]:
    """x ascending: the order statistic, and a SCREEN-th of the larger way to its neighbours."""
    n = len(x)
    far = SCREEN * math.sqrt(p * (1 - p) / n) + UNSEEN / n
    low, middle, high = (float(x[min(max(math.ceil(q * n) - 1, 0), n - 1)]) for q in (p - far, p, p + far))
    return middle, max(middle - low, high - middle) / SCREEN


def _ratio(quantity: Quantity, x: np.ndarray) -> tuple[float, float]:
    """E[X]/E[Y], or the slope between the ends of a rate, with the error of the linearised expression."""
    rate = kind(quantity) == "rate"
    a, b, span = rate_ends(quantity) if rate else (1, 0, 1.0)
    below, above = float(x[:, a].mean()), float(x[:, b].mean())
    if below <= 0 or (rate and above <= 0):
        return 0.0, math.inf
    value = above / below
    error = float((x[:, b] - value * x[:, a]).std(ddof=1)) / math.sqrt(len(x)) / below
    return (math.log(value) / span, error / value / span) if rate else (value, error)
