"""Training many small networks at once.

Parameters of all experts are stacked, (experts, ...), and one `vmap` runs the forward pass of all of them,
each on its own batch.  The sum of their losses has as gradient the stack of their gradients, and SGD and
Adam act entry by entry, so that this is the training of each network alone, up to rounding.

Randomness  `rng` (NumPy) draws the order of every expert's images from its own child stream: an expert's
            batches do not depend on who is trained beside it.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from nets.data import Images

Progress = Callable[[int, int, str], None]
"""progress(done, total, text), called after every step."""
Watch = Callable[[int, dict[str, Tensor]], None]
"""watch(steps done, stacked parameters and buffers), called before the first step and after every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train: `optimiser` is "adam" or "sgd"; `rate` decays to zero along a cosine if `decay`."""

    steps: int
    batch: int
    rate: float
    optimiser: str = "adam"
    momentum: float = 0.9
    weight_decay: float = 0.0
    decay: bool = True

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch < 1 or not self.rate > 0:
            raise ValueError(f"{self}: expected steps >= 1, batch >= 1 and rate > 0")
        if self.optimiser not in ("adam", "sgd"):
            raise ValueError(f"optimiser = {self.optimiser!r}: expected 'adam' or 'sgd'")


def _optimiser(recipe: Recipe, tensors: Sequence[Tensor]) -> torch.optim.Optimizer:
    if recipe.optimiser == "adam":
        betas = (recipe.momentum, 0.999)
        return torch.optim.Adam(tensors, recipe.rate, betas=betas, weight_decay=recipe.weight_decay)
    return torch.optim.SGD(tensors, recipe.rate, momentum=recipe.momentum, weight_decay=recipe.weight_decay)


def batches(count: int, size: int, steps: int, rng: np.random.Generator) -> Tensor:
    """(steps, size) indices below `count`: one random order after another, joined end to end."""
    rounds = math.ceil(steps * size / count)
    order = np.concatenate([rng.permutation(count) for _ in range(rounds)])
    return torch.from_numpy(order[: steps * size].reshape(steps, size))


def _joined(subsets: Sequence[Images], dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    """All images end to end, their labels, and the row at which each subset begins.

    A subset that comes again is not copied again, so that a step's images are one look-up.
    """
    distinct = {id(subset): subset for subset in subsets}
    ends = itertools.accumulate(map(len, distinct.values()))
    begins = dict(zip(distinct, (0, *ends), strict=False))
    x = torch.cat([subset.x for subset in distinct.values()]).to(dtype)
    y = torch.cat([subset.y for subset in distinct.values()])
    return x, y, torch.tensor([begins[id(subset)] for subset in subsets])


def train_many(
    model: nn.Module,
    subsets: Sequence[Images],
    recipe: Recipe,
    rng: np.random.Generator,
    progress: Progress | None = None,
    *,
    starts: Sequence[Mapping[str, Tensor]] | None = None,
    watch: Watch | None = None,
) -> list[dict[str, Tensor]]:
    """One expert for each subset, all from the initialisation of `model`, which stays as it is.

    `starts` gives each expert an initialisation of its own; a key that it lacks is the model's.
    Returns their state dicts (parameters and buffers), in the order of the subsets.  Raises
    `FloatingPointError` naming the expert whose loss is no longer finite.
    """
    if not subsets:
        raise ValueError("subsets is empty: expected the images of at least one expert")
    dtype = next(model.parameters()).dtype
    copies = len(subsets)
    if starts is not None and len(starts) != copies:
        raise ValueError(f"starts has {len(starts)} entries, expected one for each of {copies} subsets")
    params, buffers = stack_module_state([model] * copies)
    for group in (params, buffers) if starts else ():
        group |= {k: torch.stack([s.get(k, v[0]) for s in starts or ()]) for k, v in group.items()}
    params = {k: v.detach().clone().requires_grad_() for k, v in params.items()}
    buffers = {k: v.detach().clone() for k, v in buffers.items()}
    orders = [
        batches(len(subset), recipe.batch, recipe.steps, child)
        for subset, child in zip(subsets, rng.spawn(copies), strict=True)
    ]
    every_x, every_y, first = _joined(subsets, dtype)
    rows = torch.stack(orders, 1) + first[:, None]  # (steps, copies, batch)
    forward = vmap(lambda params, buffers, x: functional_call(model, (params, buffers), (x,)))
    optimiser = _optimiser(recipe, list(params.values()))
    was_training = model.training
    model.train()
    try:
        if watch is not None:
            watch(0, {k: v.detach() for k, v in (params | buffers).items()})
        for step in range(recipe.steps):
            for group in optimiser.param_groups:
                share = step / recipe.steps if recipe.decay else 0.0
                group["lr"] = recipe.rate * 0.5 * (1 + math.cos(math.pi * share))
            x, y = every_x[rows[step]], every_y[rows[step]]
            every = F.cross_entropy(forward(params, buffers, x).flatten(0, 1), y.flatten(), reduction="none")
            losses = every.view(copies, -1).mean(1)
            if not torch.isfinite(losses).all():
                worst = int(torch.argmin(torch.isfinite(losses).int()))
                raise FloatingPointError(f"expert {worst}: loss {losses[worst].item()} at step {step}")
            optimiser.zero_grad()
            losses.sum().backward()
            optimiser.step()
            if watch is not None:
                watch(step + 1, {k: v.detach() for k, v in (params | buffers).items()})
            if progress is not None:
                progress(step + 1, recipe.steps, f"mean loss {losses.mean().item():.3f}")
    finally:
        model.train(was_training)
    stacked = {**params, **buffers}
    return [{k: stacked[k][i].detach().clone() for k in model.state_dict()} for i in range(copies)]


def train_one(
    model: nn.Module,
    images: Images,
    recipe: Recipe,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> dict[str, Tensor]:
    """The state dict after training one network on these images."""
    return train_many(model, [images], recipe, rng, progress)[0]


@torch.no_grad()
def logits(model: nn.Module, state: dict[str, Tensor], x: Tensor, batch: int = 1024) -> Tensor:
    """Logits (n, classes) in evaluation mode, with the weights of `state`."""
    was_training = model.training
    model.eval()
    try:
        return torch.cat([functional_call(model, state, (part,)) for part in x.split(batch)])
    finally:
        model.train(was_training)


def correct(model: nn.Module, state: dict[str, Tensor], images: Images) -> int:
    """How many of the images get their own label."""
    return int((logits(model, state, images.x).argmax(1) == images.y).sum())


def mean_loss(model: nn.Module, state: dict[str, Tensor], images: Images) -> float:
    """Mean cross-entropy over the images, accumulated in float64."""
    return F.cross_entropy(logits(model, state, images.x).double(), images.y).item()
