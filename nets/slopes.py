"""The loss of every sample along random directions of the parameters, forward passes only.

    spsa           [L_j(theta + s u) - L_j(theta - s u)] / (2 s)      2 passes a direction
    es             L_j(theta + s u) / s                               1
    es_forward     [L_j(theta + s u) - L_j(theta)] / s                1, and one for all
    forward        u . grad L_j(theta)                                1 jvp: the yardstick

All samples share a direction: one pass over the whole batch gives the slope of each sample, and n
directions cost n passes, not n B.  Each sample's estimate slope * u has the law that it has with directions
of its own (`nets.queries`); only the samples become dependent (`sim.queries.shared_variance`).

The model is evaluated by `functional_call` in evaluation mode: its parameters, buffers and mode stay as they
are, to the bit.
Shapes    x: (B, ...), y: (B,), directions: (n, P) -> slopes (n, B).  Loss: cross-entropy of each sample,
          or `loss(outputs, y) -> (B,)`.
Units     [L] / [s].
Source    FLOPS eqs. (2), (3).
"""

import warnings
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, jvp, vmap

from nets.flat import split, vector
from nets.modes import evaluating
from sim.queries import checked

Loss = Callable[[Tensor, Tensor], Tensor]
KINDS = ("spsa", "es", "es_forward", "forward")


def cross_entropy(outputs: Tensor, y: Tensor) -> Tensor:
    """The cross-entropy of every sample."""
    return F.cross_entropy(outputs, y, reduction="none")


def losses_at(model: nn.Module, x: Tensor, y: Tensor, point: Tensor, loss: Loss = cross_entropy) -> Tensor:
    """The loss of each sample with the parameters of one vector: (P,) -> (B,); differentiable in it."""
    return loss(functional_call(model, split(point, model), (x,)), y)


def slopes(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    sigma: float,
    directions: Tensor,
    kind: str = "spsa",
    loss: Loss = cross_entropy,
    chunk: int = 1,
    counts: np.ndarray | None = None,
) -> Tensor:
    """Slopes (n, B) along each direction; `chunk` directions in one `vmap` (worth it for tiny networks).

    counts  (B,) integers: sample j passes along the first A_j directions only, so that the work is
            sum_j A_j samples and not n B; its other slopes are zero.
    """
    if kind not in KINDS:
        raise ValueError(f"kind = {kind!r}: expected one of {', '.join(KINDS)}")
    if not sigma > 0 or chunk < 1:
        raise ValueError(f"sigma = {sigma}, chunk = {chunk}: expected numbers > 0")
    theta = vector(model)

    def along(u: Tensor, x: Tensor, y: Tensor, base: Tensor | float) -> Tensor:
        single = lambda point: losses_at(model, x, y, point, loss)
        if kind == "forward":
            return jvp(single, (theta,), (u,))[1]
        if kind == "spsa":
            return (single(theta + sigma * u) - single(theta - sigma * u)) / (2 * sigma)
        return (single(theta + sigma * u) - base) / sigma

    with evaluating(model), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch's own use of torch.jit, on its first jvp
        base = losses_at(model, x, y, theta, loss) if kind == "es_forward" else 0.0
        if counts is not None:
            return _partly(along, x, y, base, directions, counts)
        if chunk == 1:
            return torch.stack([along(u, x, y, base) for u in directions])
        return torch.cat([vmap(lambda u: along(u, x, y, base))(part) for part in directions.split(chunk)])


def _partly(
    along: Callable, x: Tensor, y: Tensor, base: Tensor | float, directions: Tensor, counts: np.ndarray
) -> Tensor:
    """Slopes of the samples that still have queries left, direction by direction."""
    counts = checked(counts)
    if counts.shape != (len(x),) or counts.max() > len(directions):
        raise ValueError(f"counts has shape {counts.shape} and maximum {counts.max()}: expected ({len(x)},)"
                         f" and at most {len(directions)}, the number of directions")  # fmt: skip
    found = directions.new_zeros(len(directions), len(x))
    for i, u in enumerate(directions[: counts.max()]):
        rows = torch.from_numpy(np.flatnonzero(counts > i))
        found[i, rows] = along(u, x[rows], y[rows], base[rows] if isinstance(base, Tensor) else base)
    return found
