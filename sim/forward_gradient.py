"""Forward gradient: (grad f(x) . u) u, the directional derivative by forward-mode differentiation.

The yardstick for the others: SPSA in the limit of radius zero, without bias and without cancellation, but
it needs a loss that torch can differentiate.

Bias      None: the mean over a law with E u u' = c I is c grad f(x), exactly; sigma plays no part.
Scale     c = 1 for Gaussian, Rademacher and scaled coordinate directions, 1/K on the unit sphere.
Variance  `sim.variance`, that of SPSA on a quadratic; the law of the cosine is `sim.cosine`.
Shapes    x: (K,), u: (..., K) -> (..., K); `loss` maps tensors (..., K) -> (...), each row by itself.
Units     [f] / [x], for directions without unit.
Source    Baydin et al., arXiv:2202.08587.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np


def forward_gradient(loss: Callable, x: Any, sigma: Any, directions: Any) -> Any:
    """The estimate along each direction, in one jvp; arrays in, array out; tensors in, tensor out."""
    import torch  # here: whoever lists the estimators need not load torch
    from torch.func import jvp

    at, along = torch.as_tensor(x), torch.as_tensor(directions)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch's own use of torch.jit, on its first jvp
        slope = jvp(loss, (at.expand(along.shape).clone(),), (along,))[1]
    result = slope[..., None] * along
    return result.numpy() if isinstance(directions, np.ndarray) else result
