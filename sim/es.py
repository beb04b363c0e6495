"""Evolution strategies: the gradient of a smoothed loss from its values at perturbed points.

    one_sided           f(x + s u) u / s                       two terms of it are enough for the mean
    forward_difference  [f(x + s u) - f(x)] u / s              one_sided with the baseline f(x)
    antithetic          [f(x + s u) - f(x - s u)] u / (2 s)    one_sided averaged over u and -u

Bias      For Gaussian u all three have mean grad F(x), F(x) = E f(x + s u): no bias against F, and
          s^2/2 grad(lap f) + ... against f.  For other symmetric laws see `sim.variance.mean`.
Scale     The mean does not depend on s for linear f; nor on d, for laws with E u u' = I.  On the unit sphere
          it is 1/d of the gradient.
Variance  `sim.variance`.  one_sided pays E|u|^2 f(x)^2 / s^2 for the value that the others subtract: it
          grows without bound as s falls, unlike that of forward_difference and antithetic.
Cosine    `sim.cosine.predicted`, from the variance; for antithetic there is an exact law in `sim.cosine`.
Shapes    x: (K,), u: (..., K) -> (..., K); `loss` maps (..., K) -> (...).  Arrays, or arrays of Fractions.
Units     [f] / [x], for directions without unit.
Source    FLOPS eq. (2) with z = s u, -grad ln f(z) = u / s; Salimans et al., arXiv:1703.03864.
"""

from collections.abc import Callable
from typing import Any

from sim.spsa import two_point


def one_sided(loss: Callable, x: Any, sigma: Any, directions: Any) -> Any:
    """f(x + s u) u / s along each direction: the likelihood ratio for Gaussian noise in the parameters."""
    return (loss(x + sigma * directions) / sigma)[..., None] * directions


def forward_difference(loss: Callable, x: Any, sigma: Any, directions: Any) -> Any:
    """[f(x + s u) - f(x)] u / s along each direction; f(x) is evaluated once a direction, as a batch."""
    slope = (loss(x + sigma * directions) - loss(x + 0 * directions)) / sigma
    return slope[..., None] * directions


def antithetic(loss: Callable, x: Any, sigma: Any, directions: Any) -> Any:
    """The mean of `one_sided` over u and -u: for Gaussian noise FLOPS eq. (3), and `sim.spsa.two_point`."""
    return two_point(loss, x, sigma, directions)
