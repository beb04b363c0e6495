"""The cosine between a gradient and its estimate from n queries: what to expect before measuring.

Gaussian directions, loss linear or quadratic, central differences or forward gradient, gbar the mean of n
independent queries in dimension K: exactly

    cos(gbar, g)^2  ~  Beta(n/2, (K-1)/2),      E cos^2 = n / (n + K - 1)

Why.  gbar = U'U g / n with U (n, K) of independent normal entries.  Let a = U g/|g|, standard normal in R^n.
Along g, n gbar / |g| is a'a; across g it is U_'a, U_ the other K-1 columns, independent of a: |a| times a
standard normal xi in R^(K-1).  Hence cos^2 = |a|^2 / (|a|^2 + |xi|^2).

Any law and estimator: `predicted` is |E gbar| / sqrt(E|gbar|^2) = 1 / sqrt(1 + V / (n |E ghat|^2)), which the
variance law gives (sim.variance); for Gaussian SPSA sqrt(n / (n + K + 1)).  It approximates the root mean
square of the cosine well for large K or n, and is not exactly it.

Shapes    n, K >= 1 integers; K = 1 gives cosine 1.  No units.
Source    the argument above; tests compare it with sampled estimates.
"""

from typing import Any

import numpy as np
from scipy.special import gammaln
from scipy.stats import beta


def predicted(variance: Any, mean_square: Any, n: int) -> float:
    """1/sqrt(1 + V/(n |E ghat|^2)): `variance` V is a trace, `mean_square` is |E ghat|^2; 0 if that is 0."""
    if not n >= 1 or not variance >= 0 or not mean_square >= 0:
        raise ValueError(f"n = {n}, variance = {variance}, mean_square = {mean_square}: expected n >= 1 and"
                         " numbers >= 0")  # fmt: skip
    if mean_square == 0:
        return 0.0
    return float(1 / np.sqrt(1 + float(variance) / (n * float(mean_square))))


def gaussian_square(n: int, K: int) -> float:
    """E cos^2 = n / (n + K - 1), exactly."""
    _checked(n, K)
    return n / (n + K - 1)


def gaussian_mean(n: int, K: int) -> float:
    """E cos = G((n+1)/2) G((n+K-1)/2) / (G(n/2) G((n+K)/2)), exactly; about 0.8/sqrt(K) for n = 1."""
    _checked(n, K)
    half = np.array([n + 1, n + K - 1, n, n + K]) / 2
    return float(np.exp(gammaln(half) @ np.array([1, 1, -1, -1])))


def gaussian_interval(n: int, K: int, error: float) -> tuple[float, float]:
    """The cosine lies in here with probability 1 - error, `error`/2 to each side."""
    _checked(n, K)
    if not 0 < error < 1:
        raise ValueError(f"error = {error}: expected a number between 0 and 1")
    if K == 1:
        return 1.0, 1.0
    low, high = beta.ppf([error / 2, 1 - error / 2], n / 2, (K - 1) / 2)
    return float(np.sqrt(low)), float(np.sqrt(high))


def cosine(estimates: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """The cosine of each row with the gradient: (..., K), (K,) -> (...); zero where a row is zero."""
    size = np.linalg.norm(estimates, axis=-1) * np.linalg.norm(gradient)
    product = estimates @ gradient
    return np.divide(product, size, out=np.zeros_like(product), where=size > 0)


def _checked(n: int, K: int) -> None:
    if n < 1 or K < 1:
        raise ValueError(f"n = {n}, K = {K}: expected integers >= 1")
