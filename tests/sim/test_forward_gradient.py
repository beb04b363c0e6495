"""The forward gradient: SPSA without radius, by differentiation."""

import numpy as np
import torch

from sim.forward_gradient import forward_gradient
from sim.spsa import two_point


def test_it_is_the_limit_of_spsa():
    """SPSA at a small radius comes close; for tensors a tensor comes back, for arrays an array."""
    loss = lambda x: x[..., 0] ** 3 - x[..., 0] * x[..., 1]
    x, u = np.array([0.5, -1.0]), np.random.default_rng(0).standard_normal((4, 3, 2))
    exact = forward_gradient(loss, x, 1.0, u)
    assert isinstance(exact, np.ndarray) and exact.shape == u.shape
    assert np.allclose(exact, two_point(loss, x, 1e-4, u), atol=1e-6)
    tensors = forward_gradient(loss, torch.tensor(x), 1.0, torch.tensor(u))
    assert isinstance(tensors, torch.Tensor) and np.array_equal(tensors.numpy(), exact)
