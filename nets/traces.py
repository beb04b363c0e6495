"""Per-sample traces T_j = Tr Cov(c_j u) of one query's estimate, for all samples of a batch at once.

From n queries with slopes c_ij and shared directions u_i, without forming any estimate (G = U U'):

    T_j = [ sum_i c_ij^2 G_ii - (1/n) sum_ik c_ij G_ik c_kj ] / (n - 1)

which is the usual unbiased estimate sum_i |c_ij u_i - mean|^2 / (n - 1): E T_j is exact for every n >= 2, and
sharing directions between samples changes nothing in it.
Cost      2n passes over the batch, n^2 P for G (the pilot queries of FLOPS, Algorithm 1, line 6).
Block     `block`: a mask of entries; then the trace of that block of the covariance, all parameters being
          perturbed ("subsampled trace").  What it says about the whole: `sim.subsampled`.
Shapes    slopes: (n, B), directions: (n, P) -> (B,) float64.
Units     those of the gradient, squared.
"""

import torch
from torch import Tensor, nn

from nets.slopes import Loss, cross_entropy
from nets.slopes import slopes as slopes_of


def gram(directions: Tensor, block: Tensor | None = None) -> Tensor:
    """U U' over the entries of the block, accumulated in float64 in slices of the parameters: (n, n)."""
    n, P = directions.shape
    total = torch.zeros(n, n, dtype=torch.float64)
    step = 2**16
    for start in range(0, P, step):
        part = directions[:, start : start + step].double()
        if block is not None:
            part = part[:, block[start : start + step]]
        total += (part @ part.T).cpu()
    return total


def traces(slopes: Tensor, directions: Tensor, block: Tensor | None = None) -> Tensor:
    """The unbiased estimate of every sample's trace, >= 0."""
    n = len(directions)
    if n < 2 or slopes.shape[0] != n:
        raise ValueError(f"slopes has shape {tuple(slopes.shape)}, directions {tuple(directions.shape)}:"
                         " expected (n, B) and (n, P) with n >= 2")  # fmt: skip
    G, c = gram(directions, block), slopes.double().cpu()
    spread = (c * c * G.diagonal()[:, None]).sum(0) - (c * (G @ c)).sum(0) / n
    return spread.clamp(min=0) / (n - 1)


def sample_traces(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    sigma: float,
    directions: Tensor,
    loss: Loss = cross_entropy,
    block: Tensor | None = None,
) -> Tensor:
    """The traces of SPSA on a network, in one call: (B,)."""
    return traces(slopes_of(model, x, y, sigma, directions, "spsa", loss), directions, block)
