"""The two-point estimator of a gradient (SPSA) and the exact mean square of its error.

    ghat(u) = [f(x + mu u) - f(x - mu u)] / (2 mu) u,      gbar = (1/m) sum_r ghat(u_r)

Bias      against the gradient: mu^2/6 E[D^3 f(x)[u,u,u] u] and higher; against that of the loss that the
          directions smooth: none, times c from E u u' = c I (`sim.variance.mean`).  Quadratics: none at all.
Scale     The mean does not depend on mu for quadratics; nor on K for laws with c = 1; c = 1/K on the sphere.
Variance  on quadratics E|ghat|^2 = (K+2)|g|^2 for Gaussian, K|g|^2 for Rademacher u, whatever mu; other laws
          in `sim.variance`.  m directions divide the variance by m.
Cosine    with the gradient, Gaussian u, quadratics: its square is Beta(m/2, (K-1)/2), mean m/(m+K-1)
          (`sim.cosine`, there also a prediction for other laws).
Shapes    x: (K,), u: (..., K) with f acting on the last axis, gbar: (n, K); floats, or objects that are
          Fractions: the same lines then run exactly.
Units     [f] [u]^2 / [mu u]: that of the gradient for directions without unit.
Source    Spall, IEEE Trans. Automatic Control 37 (1992); GLUE eq. (5).
"""

from collections.abc import Callable
from typing import Any

import numpy as np


def two_point(loss: Callable, x: np.ndarray, mu: float, directions: np.ndarray) -> np.ndarray:
    """The estimate along each direction; directions (..., K) -> (..., K).  `loss` maps (..., K) -> (...)."""
    slope = (loss(x + mu * directions) - loss(x - mu * directions)) / (2 * mu)
    return slope[..., None] * directions


def averaged(loss: Callable, x: np.ndarray, mu: float, directions: np.ndarray) -> np.ndarray:
    """gbar for n independent batches of m directions: directions (n, m, K) -> (n, K)."""
    return two_point(loss, x, mu, directions).mean(axis=-2)


def mean_square_error(estimates: np.ndarray, target: np.ndarray, m: int, weights: np.ndarray) -> Any:
    """E|gbar - target|^2 over m independent directions from a finite law, without enumerating m-tuples.

    estimates (N, K): one estimate for each point of the law; weights (N,).  The deviations from the target
    are independent copies of one vector D, so the mean square of their average is
    (E|D|^2 + (m - 1)|E D|^2) / m.  Exact for arrays of Fractions; tests compare it with all m-tuples.
    """
    deviation = estimates - target
    mean = weights @ deviation
    return (weights @ (deviation * deviation).sum(-1) + (m - 1) * (mean @ mean)) / m
