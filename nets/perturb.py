"""Probing a network in place: weights moved along a random direction, and put back to the bit.

    with perturbed(model, seed, sigma): ...      weights are theta + sigma u inside, theta outside
    probe(model, loss, seed, sigma)              [L(theta + s u) - L(theta - s u)] / (2 s), u from the seed

u is standard normal, drawn parameter by parameter from a generator of its own: the seed stands for it, and
`direction` draws it again.
Restored  to the bit: parameters, buffers (running statistics move in training mode), also if the loss
          raises.  Adding s u and subtracting it again, as is often done, does not restore: rounding leaves
          errors of the size of the last bit, which add up over the steps.  So one copy of the weights is
          kept while a probe lasts; the direction is drawn a tensor at a time.
Precision u is drawn in float32 and rounded to the dtype of the parameter.  In bfloat16 a step below 2^-9 |w|
          leaves a weight as it is: sigma has to be chosen with the dtype in mind.
Shapes    those of the parameters.  Units: sigma that of the parameters, probe [L] / [sigma].
Source    Malladi et al., arXiv:2305.17333 (probing from a seed, without exact restoration).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


def direction(model: nn.Module, seed: int) -> Iterator[tuple[str, Tensor]]:
    """(key, u) for each parameter, in order, in its dtype; tied weights once."""
    generator = torch.Generator().manual_seed(seed)
    for key, p in model.named_parameters():
        drawn = torch.randn(p.shape, generator=generator, dtype=torch.float32)
        yield key, drawn.to(device=p.device, dtype=p.dtype)


@contextmanager
def perturbed(model: nn.Module, seed: int, sigma: float) -> Iterator[nn.Module]:
    """theta + sigma u inside; every parameter and buffer is restored to the bit outside."""
    tensors = [*model.parameters(), *model.buffers()]
    saved = [t.detach().clone() for t in tensors]
    own = dict(model.named_parameters())
    try:
        with torch.no_grad():
            for key, u in direction(model, seed):
                own[key].add_(u, alpha=sigma)
        yield model
    finally:
        with torch.no_grad():
            for t, kept in zip(tensors, saved, strict=True):
                t.copy_(kept)


def probe(model: nn.Module, loss: Callable[[nn.Module], Tensor], seed: int, sigma: float) -> float:
    """The central difference of `loss(model)` along the direction of the seed; forward passes only."""
    if not sigma > 0:
        raise ValueError(f"sigma = {sigma}: expected a number > 0")
    values = []
    for sign in (1, -1):
        with perturbed(model, seed, sign * sigma), torch.no_grad():
            values.append(loss(model).double().item())
    return (values[0] - values[1]) / (2 * sigma)


def estimate(model: nn.Module, slopes: dict[int, float]) -> dict[str, Tensor]:
    """The mean of slope * u over seeds, by key: {seed: slope} -> gradient, directions drawn again."""
    if not slopes:
        raise ValueError("slopes is empty: expected at least one seed")
    total = {key: torch.zeros_like(p) for key, p in model.named_parameters()}
    for seed, slope in slopes.items():
        for key, u in direction(model, seed):
            total[key].add_(u, alpha=slope / len(slopes))
    return {key: t.detach() for key, t in total.items()}
