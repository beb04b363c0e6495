"""Every estimator on torch tensors: the same numbers in each precision, within a stated bound."""

import numpy as np
import pytest
import torch

from sim.directions import draw
from sim.estimators import ESTIMATORS


def loss(x):
    return 1 + 2 * x[..., 0] - x[..., 1] * x[..., 1] + x[..., 0] * x[..., 1]


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("dtype", (torch.float64, torch.float32, torch.bfloat16))
def test_tensors_give_the_numbers_of_arrays(name, dtype):
    """Values, dtype and the bits of the input: |difference| <= 16 eps max|f| / sigma max|u|."""
    x = np.array([0.5, -1.0])
    u = torch.from_numpy(draw("gaussian", np.random.default_rng(0), 30, 2)).to(dtype)
    tensor, sigma = torch.from_numpy(x).to(dtype), 0.5
    before = tensor.view(torch.uint8).clone()
    found = ESTIMATORS[name](loss, tensor, sigma, u)
    assert found.dtype == dtype and torch.equal(tensor.view(torch.uint8), before)
    exact = ESTIMATORS[name](loss, x, sigma, u.double().numpy())
    largest = np.abs(loss(x + 0.5 * u.double().numpy())).max()
    bound = 16 * torch.finfo(dtype).eps * largest / sigma * u.abs().max().item()
    assert np.abs(found.double().numpy() - exact).max() <= bound
