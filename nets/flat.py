"""All parameters of a network as one vector, and back.

Order     that of `model.named_parameters()`; tied weights count once.  Buffers are no parameters.
Shapes    vector: (P,); a stack of vectors (..., P) gives a dict of tensors (..., *shape).
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from sim.directions import draw


def shapes(model: nn.Module) -> dict[str, torch.Size]:
    """The shape of each parameter, by key."""
    return {key: p.shape for key, p in model.named_parameters()}


def vector(model: nn.Module) -> Tensor:
    """The parameters as a new vector (P,), detached."""
    return torch.cat([p.detach().reshape(-1) for p in model.parameters()])


def split(vectors: Tensor, model: nn.Module) -> dict[str, Tensor]:
    """Views of vectors (..., P), by key: (..., *shape)."""
    found = shapes(model)
    sizes = [shape.numel() for shape in found.values()]
    if vectors.shape[-1] != sum(sizes):
        raise ValueError(f"vectors has shape {tuple(vectors.shape)}: expected (..., {sum(sizes)})")
    parts = vectors.split(sizes, -1)
    leading = vectors.shape[:-1]
    return {key: part.reshape(*leading, *found[key]) for key, part in zip(found, parts, strict=True)}


def block(model: nn.Module, prefixes: Sequence[str]) -> Tensor:
    """Which entries of the vector belong to keys with one of these prefixes: (P,) bool."""
    masks = []
    for key, shape in shapes(model).items():
        inside = any(key == prefix or key.startswith(f"{prefix}.") for prefix in prefixes)
        masks.append(torch.full((shape.numel(),), inside))
    mask = torch.cat(masks)
    if not mask.any():
        raise ValueError(
            f"prefixes = {list(prefixes)}: no parameter has one; keys: {', '.join(shapes(model))}"
        )
    return mask


def directions(model: nn.Module, law: str, rng: np.random.Generator, n: int) -> Tensor:
    """n random directions (n, P) in the dtype of the parameters, from `sim.directions.draw`'s laws."""
    first = next(model.parameters())
    total = sum(shape.numel() for shape in shapes(model).values())
    if law == "gaussian" and first.dtype == torch.float32:  # half the memory of a cast
        return torch.from_numpy(rng.standard_normal((n, total), dtype=np.float32))
    return torch.from_numpy(draw(law, rng, n, total)).to(first.dtype)
