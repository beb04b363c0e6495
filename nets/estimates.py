"""Gradients of a network's loss from slopes along shared directions, with a number of queries by sample.

    gbar = (1/B) sum_j (1/A_j) sum_{i <= A_j} c_ij u_i  =  sum_i w_i u_i         FLOPS eq. (4), u_ij = u_i

Sample j uses the first A_j directions.  The weights w need slopes only: no estimate of a single sample is
ever formed, and the memory is that of the directions.
Bias      none against (1/B) sum_j grad F_j, F_j the smoothed loss of sample j, whatever the counts, as long
          as these do not depend on the directions that are used here.
Variance  the samples are dependent: `sim.queries.shared_variance`.  Independent ones, as FLOPS eq. (20)
          has them: `nets.queries`.
Shapes    slopes: (n, B), directions: (n, P), counts: (B,) integers from 1 to n -> (P,) or (B, P).
"""

import numpy as np
import torch
from torch import Tensor

from sim.queries import checked


def weights(slopes: Tensor, counts: np.ndarray | None = None) -> Tensor:
    """w_i = (1/B) sum_j [i <= A_j] c_ij / A_j: (n, B) -> (n,); by default every sample uses all n."""
    n, B = slopes.shape
    if counts is None:
        return slopes.mean(1) / n
    counts = checked(counts)
    if counts.shape != (B,) or counts.max() > n:
        raise ValueError(
            f"counts has shape {counts.shape} and maximum {counts.max()}: expected ({B},), <= {n}"
        )
    of = torch.from_numpy(counts).to(slopes.device)
    used = torch.arange(n, device=of.device)[:, None] < of  # (n, B)
    return torch.where(used, slopes / of.to(slopes.dtype), torch.zeros_like(slopes)).mean(1)


def shared(slopes: Tensor, directions: Tensor, counts: np.ndarray | None = None) -> Tensor:
    """gbar (P,) from shared directions."""
    return weights(slopes, counts).to(directions.dtype) @ directions


def by_sample(slopes: Tensor, directions: Tensor) -> Tensor:
    """The mean estimate of every sample, (B, P), from shared directions: for small networks."""
    return slopes.T.to(directions.dtype) @ directions / len(directions)
