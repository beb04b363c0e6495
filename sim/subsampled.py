"""The subsampled trace: what the block S of the covariance says about the whole.

Gaussian directions, SPSA on a loss linear along them (or quadratic), gradient g in dimension P; Cov ghat
= |g|^2 I + g g', hence exactly

    whole  T    = (P + 1) |g|^2
    block  T_S  = |S| |g|^2 + |g_S|^2           all parameters perturbed, entries of S counted
    alone  T_S' = (|S| + 1) |g_S|^2             only the parameters of S perturbed

Error     of a block: |S|/(P+1) <= T_S / T <= (|S|+1)/(P+1), whatever S and g.  A block has the share of
          its number of parameters up to 1/(P+1): no layer accounts for more than its size.  As a stand-in
          for T it is fine: shares from T_S cost at most sqrt((|S|+1)/|S|) times the optimal objective.
          `alone`: T_S' / T = (|S|+1)/(P+1) |g_S|^2/|g|^2, anything from 0 on.  Samples whose gradient
          lies elsewhere look as if they needed no queries; the objective lost has no bound.
Units     those of the gradient, squared.  Exact for arrays of Fractions.
Source    FLOPS Section 4.2 ("subsampling technique"), which leaves open which of the two is meant.
"""

from typing import Any

import numpy as np


def whole(g: np.ndarray) -> Any:
    """T: (..., P) -> (...)."""
    return (g.shape[-1] + 1) * (g * g).sum(-1)


def of_block(g: np.ndarray, S: np.ndarray) -> Any:
    """T_S, all parameters perturbed; S: (P,) bool."""
    return int(S.sum()) * (g * g).sum(-1) + (g[..., S] * g[..., S]).sum(-1)


def alone(g: np.ndarray, S: np.ndarray) -> Any:
    """T_S', only the parameters of S perturbed."""
    return (int(S.sum()) + 1) * (g[..., S] * g[..., S]).sum(-1)


def most_lost(size: int) -> float:
    """sqrt((|S|+1)/|S|): what shares from T_S cost at most, as a factor on the optimal objective."""
    if size < 1:
        raise ValueError(f"size = {size}: expected a block of at least one parameter")
    return float(np.sqrt((size + 1) / size))
