"""What a step on mixing coefficients costs: a dense network that counts its multiply-accumulates.

    theta(alpha) = sum_i alpha_i theta_i;  layers z = W h, h = z^2 (the last without the square);
    L = sum (output - y)^2 / (2b).  Numbers are int, Fraction or float; gradients are exact for rationals.

Counted   products a @ b, with the number of multiply-accumulates, under the name of what they serve:
          "blend", "forward", "backward", "inner", "tangent".  Elementwise work is not counted.
Shapes    W: (out, in), x: (in, b), y: (out, b), experts: K lists of layers, alpha, u: (K,).
Units     multiply-accumulates.
Source    GLUE, Section 4.1; forward mode: Griewank and Walther, Evaluating Derivatives (2008), chapter 3.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

Layers = list[np.ndarray]
Tally = Counter


def product(tally: Tally, name: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a @ b, counted."""
    tally[name] += a.shape[0] * a.shape[1] * b.shape[1]
    return a @ b


def blend(tally: Tally, experts: Sequence[Layers], alpha: np.ndarray) -> Layers:
    """The layers of theta(alpha): one product of the (P, K) matrix of experts with alpha."""
    tally["blends"] += 1
    theta = np.stack([np.concatenate([w.ravel() for w in expert]) for expert in experts], axis=1)
    flat = product(tally, "blend", theta, alpha[:, None])[:, 0]
    ends = np.cumsum([w.size for w in experts[0]])[:-1]
    parts = np.split(flat, ends)
    return [part.reshape(w.shape) for part, w in zip(parts, experts[0], strict=True)]


def forward(tally: Tally, layers: Layers, x: np.ndarray) -> tuple[list, list]:
    """(inputs h of every layer and the output, sums z of every layer)."""
    tally["forwards"] += 1
    inputs, sums = [x], []
    for place, w in enumerate(layers):
        sums.append(product(tally, "forward", w, inputs[-1]))
        inputs.append(sums[-1] if place == len(layers) - 1 else sums[-1] * sums[-1])
    return inputs, sums


def loss(output: np.ndarray, y: np.ndarray) -> Any:
    """L = sum (output - y)^2 / (2b)."""
    return ((output - y) ** 2).sum() / (2 * y.shape[1])


def backward(
    tally: Tally, layers: Layers, inputs: list, sums: list, y: np.ndarray, to_data: bool = False
) -> Layers:
    """The gradient of L in every layer; with `to_data` the pass goes on to the gradient in x."""
    tally["backwards"] += 1
    delta, gradients = (inputs[-1] - y) / y.shape[1], []
    for place in reversed(range(len(layers))):
        gradients.append(product(tally, "backward", delta, inputs[place].T))
        if place or to_data:
            delta = product(tally, "backward", layers[place].T, delta)
        if place:
            delta = delta * 2 * sums[place - 1]
    return gradients[::-1]


def full_gradient(
    tally: Tally, experts: Sequence[Layers], alpha: np.ndarray, x: np.ndarray, y: np.ndarray, to_data: bool
) -> np.ndarray:
    """grad_alpha L: one blend, one forward, one backward pass, K inner products."""
    layers = blend(tally, experts, alpha)
    inputs, sums = forward(tally, layers, x)
    slope = np.concatenate([g.ravel() for g in backward(tally, layers, inputs, sums, y, to_data)])
    theta = np.stack([np.concatenate([w.ravel() for w in expert]) for expert in experts])
    return product(tally, "inner", theta, slope[:, None])[:, 0]


def two_point_gradient(
    tally: Tally,
    experts: Sequence[Layers],
    alpha: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    mu: Any,
    u: np.ndarray,
) -> np.ndarray:
    """[L(alpha + mu u) - L(alpha - mu u)] / (2 mu) u: two blends, two forward passes."""
    ahead, behind = (
        loss(forward(tally, blend(tally, experts, alpha + s * mu * u), x)[0][-1], y) for s in (1, -1)
    )
    return (ahead - behind) / (2 * mu) * u


def tangent_gradient(
    tally: Tally, experts: Sequence[Layers], alpha: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """grad_alpha L by forward mode: each expert is a direction in parameter space; no backward pass."""
    layers = blend(tally, experts, alpha)
    inputs, sums = forward(tally, layers, x)
    slopes = []
    for expert in experts:
        moved = None
        for place, (w, change) in enumerate(zip(layers, expert, strict=True)):
            sum_moved = product(tally, "tangent", change, inputs[place])
            if moved is not None:
                sum_moved = sum_moved + product(tally, "tangent", w, moved)
            moved = sum_moved if place == len(layers) - 1 else 2 * sums[place] * sum_moved
        slopes.append(((inputs[-1] - y) * moved).sum() / y.shape[1])
    return np.array(slopes)


def total(tally: Tally) -> int:
    """All multiply-accumulates."""
    return sum(tally[name] for name in ("blend", "forward", "backward", "inner", "tangent"))
