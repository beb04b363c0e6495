"""All estimators of a gradient by forward passes, with one interface over pure functions.

    estimate(loss, x, sigma, directions) -> one estimate for each direction

Shapes    x: (K,), directions: (..., K) -> (..., K); loss maps (..., K) -> (...), each row by itself.
          Nothing is drawn here: directions come from `sim.directions.draw` or a finite law, so that an
          expectation is a weighted sum.  x and directions stay as they are.
Counts    `sim.queries` gives each sample of a batch its own number of queries.
Bias, scale, variance: in the file of each and, as formulas that run, in `sim.variance` and `sim.cosine`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sim.es import antithetic, forward_difference, one_sided
from sim.forward_gradient import forward_gradient
from sim.lr import parameter_noise
from sim.spsa import two_point

Estimator = Callable[[Callable, Any, Any, Any], Any]

ESTIMATORS: Mapping[str, Estimator] = MappingProxyType({
    "spsa": two_point,
    "es": one_sided,
    "es_forward": forward_difference,
    "es_antithetic": antithetic,
    "lr": parameter_noise,
    "forward_gradient": forward_gradient,
})  # fmt: skip
"""By the names that the law table and `sim.variance` use."""
