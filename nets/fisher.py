"""Fisher merging of perceptrons: every weight averaged with its diagonal Fisher information.

    F = E_x sum_c p_c(x) (d log p_c(x) / d W)^2 entry by entry,      W = sum_i F_i W_i / sum_i F_i

The expectation over labels is exact, per example; it is not the square of a batch gradient.  For a layer
z = W h the gradient is delta h^T, so that F = E_x sum_c p_c delta_c^2 (h^2)^T: no gradient is ever stored.
Shapes    a network is a tuple of matrices as in `nets.perceptron`; x: (n, inputs).
Units     F: 1/[W]^2.
Source    Matena and Raffel, Merging Models with Fisher-Weighted Averaging (NeurIPS 2022), equations (4), (6).
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from nets.perceptron import Matrices, padded


@torch.no_grad()
def fisher(network: Matrices, x: Tensor) -> Matrices:
    """The diagonal Fisher information of every weight, one matrix for each layer."""
    signals, masks, signal = [], [], x
    for depth, w in enumerate(network):
        signals.append(padded(signal, w))
        z = signals[-1] @ w.T
        masks.append(z > 0)
        signal = z.relu() if depth < len(network) - 1 else z
    p = signal.softmax(-1)  # (n, C)
    delta = torch.eye(p.shape[1], dtype=p.dtype)[:, None] - p  # (C, n, C): d log p_c / d z
    found = []
    for k in reversed(range(len(network))):
        weighted = torch.einsum("nc,cni->ni", p, delta**2)
        found.append(weighted.T @ signals[k] ** 2 / len(x))
        if k:
            below = masks[k - 1].shape[1]
            delta = (delta @ network[k][:, :below]) * masks[k - 1]
    return tuple(reversed(found))


def fisher_merge(
    networks: Sequence[Matrices], informations: Sequence[Matrices], floor: float = 1e-8
) -> Matrices:
    """The weighted mean; `floor` is added to every F, so that weights without information are averaged."""
    if not networks or len(networks) != len(informations):
        raise ValueError(
            f"{len(networks)} networks and {len(informations)} informations: expected equally many"
        )
    if not floor > 0:
        raise ValueError(f"floor = {floor!r}: expected a positive number")
    merged = []
    for k in range(len(networks[0])):
        weights = torch.stack([f[k] + floor for f in informations])
        values = torch.stack([w[k] for w in networks])
        merged.append((weights * values).sum(0) / weights.sum(0))
    return tuple(merged)
