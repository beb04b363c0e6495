"""The two-point estimator of a gradient (SPSA) and the exact mean square of its error.

    ghat(u) = [f(x + mu u) - f(x - mu u)] / (2 mu) u,      gbar = (1/m) sum_r ghat(u_r)

Shapes    x, u: (K,) tuples, or (..., K) arrays with f acting on the last axis; gbar: (n, K).
Units     [f] [u]^2 / [mu u]: that of the gradient for directions without unit.
Source    Spall, IEEE Trans. Automatic Control 37 (1992); GLUE eq. (5).
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np


def two_point(loss: Callable, x: np.ndarray, mu: float, directions: np.ndarray) -> np.ndarray:
    """The estimate along each direction; directions (..., K) -> (..., K).  `loss` maps (..., K) -> (...)."""
    slope = (loss(x + mu * directions) - loss(x - mu * directions)) / (2 * mu)
    return slope[..., None] * directions


def averaged(loss: Callable, x: np.ndarray, mu: float, directions: np.ndarray) -> np.ndarray:
    """gbar for n independent batches of m directions: directions (n, m, K) -> (n, K)."""
    return two_point(loss, x, mu, directions).mean(axis=-2)


def mean_square_error(
    estimate: Callable[[Sequence], Sequence], target: Sequence, m: int, weights: Sequence, vectors: Sequence
) -> Any:
    """E|gbar - target|^2 over m independent directions from a finite law, without enumerating m-tuples.

    The deviations ghat(u_r) - target are independent copies of one vector D, so the mean square of their
    average is (E|D|^2 + (m - 1)|E D|^2) / m.  Exact for Fractions; tests compare it with all m-tuples.
    """
    total, mean = Fraction(0), [Fraction(0)] * len(target)
    for weight, u in zip(weights, vectors, strict=True):
        deviation = [a - b for a, b in zip(estimate(u), target, strict=True)]
        total += weight * sum(d * d for d in deviation)
        mean = [s + weight * d for s, d in zip(mean, deviation, strict=True)]
    return (total + (m - 1) * sum(s * s for s in mean)) / m
