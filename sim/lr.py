"""Likelihood ratio: Gaussian noise s u in an activation h = phi(x), and the Jacobian of phi at x.

    ghat(u) = f(h + s u) J' u / s        J = D phi(x), (H, K);  f: the rest of the network and its loss

Noise in the parameters is the case phi = identity, J = I: `sim.es.one_sided`.
Bias      The mean is J' grad F(h), F(h) = E f(h + s u): the gradient of x -> F(phi(x)), exactly.
Scale     For linear f the mean J' grad f does not depend on s or H.
Variance  For linear f with value v and gradient g at h, Gaussian u:
          E|ghat|^2 = (v^2/s^2 + |g|^2) |J|_F^2 + 2 |J'g|^2     (`second_moment`)
          so that H, the width of the activation, enters only through |J|_F^2.
Cosine    `sim.cosine.predicted` with V = E|ghat|^2 - |J'g|^2.
Shapes    x: (K,), h: (H,), u: (..., H) -> (..., K).
Units     [f] / [x]; s has the unit of h.
Source    FLOPS eq. (1); Jiang et al., arXiv:2305.08960.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.es import one_sided


def activation_noise(tail: Callable, head: Callable, jacobian: Callable, x: Any, sigma: Any, u: Any) -> Any:
    """The estimate for each noise u; head(x): (H,), jacobian(x): (H, K), tail maps (..., H) -> (...)."""
    return (tail(head(x) + sigma * u) / sigma)[..., None] * (u @ jacobian(x))


def parameter_noise(loss: Callable, x: Any, sigma: Any, directions: Any) -> Any:
    """Noise in the parameters: phi is the identity and J = I."""
    return one_sided(loss, x, sigma, directions)


def second_moment(value: Any, gradient: np.ndarray, jacobian: np.ndarray, sigma: Any) -> Any:
    """E|ghat|^2 for linear f and Gaussian noise: `value` and `gradient` (H,) at h, `jacobian` (H, K)."""
    size, back = (jacobian * jacobian).sum(), gradient @ jacobian
    return (value * value / sigma**2 + gradient @ gradient) * size + 2 * (back @ back)
