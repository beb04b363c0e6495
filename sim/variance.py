"""Exact mean and mean square of the estimators, by law of the directions.

For a loss with value v, gradient g and Hessian H at x (quadratic, so that nothing else enters):

    central    E|ghat|^2 = Q(g)                            spsa, antithetic, forward gradient: sigma drops out
    one-sided  E|ghat|^2 = v^2 R/s^2 + v T(H) + s^2/4 W(H) + Q(g)      es, lr
    baseline   E|ghat|^2 = s^2/4 W(H) + Q(g)               forward differences: the case v = 0

with R = E|u|^2, Q(g) = E|u|^2 (g.u)^2, T(H) = E|u|^2 u'Hu, W(H) = E|u|^2 (u'Hu)^2:

    law                       c      R   Q(g)         T(H)         W(H)
    gaussian   N(0, I)        1      K   (K+2)|g|^2   (K+2) tr H   (K+4) (tr(H)^2 + 2 tr(H^2))
    sphere     |u| = 1        1/K    1   |g|^2/K      tr(H)/K      (tr(H)^2 + 2 tr(H^2)) / (K(K+2))
    rademacher +-1            1      K   K|g|^2       K tr H       K (tr(H)^2 + 2 sum_{i!=j} H_ij^2)
    coordinate sqrt(K) e_i    1      K   K|g|^2       K tr H       K^2 sum_i H_ii^2

Mean      c g for quadratics, c from E u u' = c I.  For a cubic, c times `mean`: the gradient of a smoothed
          loss, whose smoothing depends on the law.
Average   of n independent queries: E|gbar|^2 = c^2 |g|^2 + V/n with V = E|ghat|^2 - c^2 |g|^2.
Shapes    g: (K,), H: (K, K) symmetric.  Numbers, or arrays of Fractions: then the result is exact.
Source    moments of isotropic vectors; tests enumerate finite laws with the same moments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What the formulas need of a law in dimension K: c, R and the functions Q, T, W of the module's text."""

    scale: Callable[[int], Any]
    size: Callable[[int], Any]
    gradient: Callable[[int, Any], Any]
    trace: Callable[[int, Any], Any]
    square: Callable[[int, np.ndarray], Any]


def _isotropic(H: np.ndarray) -> Any:
    return np.trace(H) ** 2 + 2 * (H * H).sum()


def _signs(H: np.ndarray) -> Any:
    diagonal = np.diagonal(H)
    return np.trace(H) ** 2 + 2 * ((H * H).sum() - (diagonal * diagonal).sum())


MOMENTS: Mapping[str, Moments] = MappingProxyType({
    "gaussian": Moments(
        scale=lambda K: 1,
        size=lambda K: K,
        gradient=lambda K, g2: (K + 2) * g2,
        trace=lambda K, t: (K + 2) * t,
        square=lambda K, H: (K + 4) * _isotropic(H),
    ),
    "sphere": Moments(
        scale=lambda K: Fraction(1, K),
        size=lambda K: 1,
        gradient=lambda K, g2: Fraction(1, K) * g2,
        trace=lambda K, t: Fraction(1, K) * t,
        square=lambda K, H: Fraction(1, K * (K + 2)) * _isotropic(H),
    ),
    "rademacher": Moments(
        scale=lambda K: 1,
        size=lambda K: K,
        gradient=lambda K, g2: K * g2,
        trace=lambda K, t: K * t,
        square=lambda K, H: K * _signs(H),
    ),
    "coordinate": Moments(
        scale=lambda K: 1,
        size=lambda K: K,
        gradient=lambda K, g2: K * g2,
        trace=lambda K, t: K * t,
        square=lambda K, H: K**2 * (np.diagonal(H) ** 2).sum(),
    ),
})  # fmt: skip
"""The moments of each law of directions."""

CENTRAL = ("spsa", "es_antithetic", "forward_gradient")
ONE_SIDED = ("es", "lr")
BASELINE = ("es_forward",)


def second_moment(name: str, law: str, value: Any, g: np.ndarray, H: np.ndarray, sigma: Any) -> Any:
    """E|ghat|^2 of one query of estimator `name`; exact if the loss is quadratic."""
    if name not in (*CENTRAL, *ONE_SIDED, *BASELINE):
        known = ", ".join((*CENTRAL, *ONE_SIDED, *BASELINE))
        raise ValueError(f"estimator {name!r}: expected one of {known}")
    m, K = moments(law), len(g)
    total = m.gradient(K, g @ g)
    if name not in CENTRAL:
        total = total + sigma**2 * m.square(K, H) / 4
    if name in ONE_SIDED:
        total = total + value**2 * m.size(K) / sigma**2 + value * m.trace(K, np.trace(H))
    return total


def variance(name: str, law: str, value: Any, g: np.ndarray, H: np.ndarray, sigma: Any) -> Any:
    """The trace of the covariance of one query: E|ghat|^2 - c^2 |g|^2."""
    mean = moments(law).scale(len(g)) * g
    return second_moment(name, law, value, g, H, sigma) - mean @ mean


def moments(law: str) -> Moments:
    """The row of a law, or an error that names those that exist."""
    if law not in MOMENTS:
        raise ValueError(f"law {law!r}: expected one of {', '.join(MOMENTS)}")
    return MOMENTS[law]


def mean(law: str, g: np.ndarray, T: np.ndarray, sigma: Any) -> np.ndarray:
    """E ghat / c on a cubic loss with third derivatives T (K, K, K): g_i + s^2/2 sum_j m_ij T_ijj.

    m_ij is the second moment, in direction j, of the noise that smooths the i-th derivative: 1 for Gaussian
    directions; 1/(K+2) on the sphere (noise in the ball); for Rademacher 1/3 if j = i (uniform on [-1, 1]),
    else 1; for coordinate directions K/3 if j = i, else 0.
    """
    K = len(g)
    here = np.eye(K, dtype=int)
    spread = {
        "gaussian": np.ones((K, K), dtype=int),
        "sphere": Fraction(1, K + 2) * np.ones((K, K), dtype=int).astype(object),
        "rademacher": 1 - Fraction(2, 3) * here.astype(object),
        "coordinate": Fraction(K, 3) * here.astype(object),
    }
    moments(law)
    diagonal = np.einsum("ijj->ij", T)
    return g + sigma**2 * (spread[law] * diagonal).sum(1) / 2
