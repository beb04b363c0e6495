"""How often a shifted start is not closer than a random one: P(X >= alpha Y) for the world of SAIL theorem 1.

World     X = (a Z + c S)^2, Z standard normal, S = +-1 equally likely (the data mean moves by tau Z, the data
          variance by sqrt(beta) S, and parameters depend linearly on both); Y = |W - centre|^2, W standard
          normal in R^d, so Y has a noncentral chi-square law.
Coupling  "independent": (Z, S) and W are independent.  "opposed": the same two laws, but X is large where Y
          is small (X a decreasing function of Y).
Units     X and Y have the units of a squared parameter; alpha is a pure number.
"""

import math
from typing import Any

import numpy as np
from scipy import optimize, special

COUPLINGS = ("independent", "opposed")
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def random_distance_cdf(value: Any, d: int, centre2: float) -> Any:
    """P(Y <= value): noncentral chi-square with d degrees of freedom, centre2 = |centre|^2."""
    value = np.maximum(value, 0.0)
    return special.gammainc(d / 2, value / 2) if centre2 == 0 else special.chndtr(value, d, centre2)


def shifted_distance_cdf(value: Any, a: float, c: float) -> Any:
    """P(X <= value)."""
    root = np.sqrt(np.maximum(value, 0.0))
    if a == 0:
        return np.where(root >= abs(c), 1.0, 0.0)
    return special.ndtr((root - c) / a) - special.ndtr((-root - c) / a)


def failure(d: int, centre2: float, a: float, c: float, alpha: float, coupling: str = "independent") -> float:
    """P(X >= alpha Y), by quadrature over Z (independent) or by one root (opposed)."""
    if coupling not in COUPLINGS:
        raise ValueError(f"coupling {coupling!r}: expected one of {', '.join(COUPLINGS)}")
    if coupling == "opposed":
        return _opposed(d, centre2, a, c, alpha)
    if a == 0:
        return float(random_distance_cdf(c * c / alpha, d, centre2))
    kink, width = -c / a, math.sqrt(alpha) / a
    cuts = {kink, *np.linspace(-9, 9, 13)}
    cuts |= {kink + sign * width * s for s in (0.1, 0.3, 1, 2, 4, 8) for sign in (-1, 1)}
    edges = np.array(sorted(v for v in cuts if -10 < v < 10))
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    z = middle[:, None] + half[:, None] * NODES  # (pieces, nodes); S -> -S is Z -> -Z
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    inside = random_distance_cdf((a * z + c) ** 2 / alpha, d, centre2)
    return float((half[:, None] * WEIGHTS * density * inside).sum())


def _opposed(d: int, centre2: float, a: float, c: float, alpha: float) -> float:
    """The largest p with alpha Q_Y(p) <= Q_X(1 - p), Q the quantile functions."""
    if a == 0:
        return float(random_distance_cdf(c * c / alpha, d, centre2))

    def excess(v: float) -> float:
        both = random_distance_cdf(v / alpha, d, centre2) + shifted_distance_cdf(v, a, c)
        return float(both) - 1

    top = 1.0
    while excess(top) <= 0:
        top *= 2
    root: Any = optimize.brentq(excess, 0.0, top, xtol=1e-14)
    return float(random_distance_cdf(float(root) / alpha, d, centre2))


def closer(
    centre: np.ndarray, a: float, c: float, alpha: float, coupling: str, rng: np.random.Generator, n: int
) -> np.ndarray:
    """(n,) indicators of X <= alpha Y, by drawing Z, S and W."""
    y = ((rng.standard_normal((n, len(centre))) - centre) ** 2).sum(axis=1)
    if coupling == "opposed":
        rank = random_distance_cdf(y, len(centre), float(centre @ centre))
        return (shifted_distance_cdf(alpha * y, a, c) > 1 - rank).astype(float)
    x = (a * rng.standard_normal(n) + c * rng.choice((-1.0, 1.0), size=n)) ** 2
    return (x <= alpha * y).astype(float)
