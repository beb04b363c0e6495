"""Multilayer perceptrons as tuples of weight matrices, and losses of many candidates at once.

Networks  last layer last; a layer with one column more than its input has units takes that column as its
          bias.  Hidden units are rectified.
Shapes    x: (n, inputs), y: (n,) labels or (n, outputs) targets, matrices (units, inputs or inputs + 1).
"""

from collections.abc import Callable

import torch
from torch import Tensor

Matrices = tuple[Tensor, ...]
Loss = Callable[[Tensor, Tensor], Tensor]
"""(outputs (c, n, units), y) -> (c,)."""


def cross_entropy(outputs: Tensor, y: Tensor) -> Tensor:
    """Mean cross-entropy of logits (c, n, classes) against labels (n,), one for each candidate."""
    wanted = outputs.gather(-1, y.expand(len(outputs), -1)[..., None])[..., 0]
    return (outputs.logsumexp(-1) - wanted).mean(-1)


def squared_error(outputs: Tensor, y: Tensor) -> Tensor:
    """Mean over the data of |output - y|^2, for regression."""
    return ((outputs - y) ** 2).sum(-1).mean(-1)


def matrices(state: dict[str, Tensor]) -> Matrices:
    """The layers of a perceptron's state dict as matrices with their bias as last column, in float64."""
    names = [key.removesuffix("weight") for key in state if key.endswith("weight")]
    parts = [(state[f"{name}weight"], state[f"{name}bias"]) for name in names]
    return tuple(torch.cat([w, b[:, None]], 1).double() for w, b in parts)


def state_of(network: Matrices, like: dict[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `matrices`, in the names and dtypes of `like`."""
    names = [key.removesuffix("weight") for key in like if key.endswith("weight")]
    state = {}
    for name, w in zip(names, network, strict=True):
        state[f"{name}weight"] = w[:, :-1].to(like[f"{name}weight"].dtype)
        state[f"{name}bias"] = w[:, -1].to(like[f"{name}bias"].dtype)
    return state


def padded(signal: Tensor, layer: Tensor) -> Tensor:
    """The input of a layer, with the one that its bias multiplies where it has a bias."""
    if layer.shape[-1] == signal.shape[-1]:
        return signal
    return torch.cat([signal, signal.new_ones(*signal.shape[:-1], 1)], -1)


def outputs(network: Matrices, x: Tensor) -> Tensor:
    """The network's outputs (n, units of the last layer)."""
    signal = x
    for depth, w in enumerate(network):
        signal = padded(signal, w) @ w.T
        signal = signal.relu() if depth < len(network) - 1 else signal
    return signal


def loss_of(network: Matrices, x: Tensor, y: Tensor, loss: Loss = cross_entropy) -> float:
    """The loss of the network on the evaluation data."""
    return loss(outputs(network, x)[None], y).item()
