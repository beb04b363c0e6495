"""SAIL's transformations of a network to another width and depth.

Width     theta~ = c_in theta c_out^T (equation (8), Appendix F.1), learnt by gradient steps on c_in and c_out
          from c_in = W_in U~^T, c_out = W_out V~^T, where U~ and V~ are the first r' = min(d'_in, d'_out, r)
          singular vectors; then theta~ = W_in Sigma~ W_out^T.
Depth     theta~^k = sum_i d_ki theta^i, d_ki = softmax over i of the logits gamma_ki (equation (9), F.2).
Gradients dL/dc_in = G (theta c_out^T)^T and dL/dc_out = G^T (c_in theta), G = dL/dtheta~: the printed
          products G (theta c_out^T) and G (c_in theta)^T have shapes that do not fit.
          dL/dgamma_ki = d_ki (<G^k, theta^i> - sum_j d_kj <G^k, theta^j>).

Survives  of the start of F.1 only the leading singular values, the same for theta and Q theta R with Q, R
          orthogonal; the singular directions enter through W alone.  With W_in = U~, W_out = V~ and unchanged
          sizes it is theta itself (the best approximation of rank r' where r' < r).
          The function of a perceptron, where each hidden layer's c_out and the next layer's c_in come from
          `duplicating`: rectified units may be permuted and repeated, with the outgoing weights shared out
          (Net2Net); it is a special case of (8).  General maps do not commute with the rectifier.
          Of depth, with one-hot rows in order, everything; softmax has these only as a limit.  Mixtures of
          different layers need not keep a function, not even that of a linear network: a product of means
          is not a mean of products.  Bounds survive: |theta~^k| is at most the largest |theta^i|.

Shapes    theta: (d_in, d_out), x theta being the layer, as the paper has it; layers of a perceptron are
          (units, inputs + 1), the transpose with the bias as last column (`nets.perceptron`).
          c_in: (d'_in, d_in); c_out: (d'_out, d_out); logits, d: (L', L).
Units     theta~ those of theta; c and d are pure numbers.
Source    SAIL, Section 4.1, equations (8), (9); Appendix F.1, F.2.  Chen et al., Net2Net, ICLR 2016.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from nets.perceptron import Loss, Matrices, cross_entropy, outputs

Maps = tuple[tuple[Tensor, Tensor], ...]
"""For each layer (c_in, c_out)."""


def width(theta: Tensor, c_in: Tensor, c_out: Tensor) -> Tensor:
    """c_in theta c_out^T, shape (..., d'_in, d'_out)."""
    if c_in.shape[-1] != theta.shape[-2] or c_out.shape[-1] != theta.shape[-1]:
        raise ValueError(
            f"c_in {tuple(c_in.shape)}, theta {tuple(theta.shape)}, c_out {tuple(c_out.shape)}:"
            " expected (d'_in, d_in), (d_in, d_out), (d'_out, d_out)"
        )
    return c_in @ theta @ c_out.mT


def width_gradients(theta: Tensor, c_in: Tensor, c_out: Tensor, g: Tensor) -> tuple[Tensor, Tensor]:
    """The gradients in c_in and c_out, from g = dL/dtheta~ (..., d'_in, d'_out)."""
    return g @ (theta @ c_out.mT).mT, g.mT @ (c_in @ theta)


def leading(theta: Tensor, d_in: int, d_out: int) -> tuple[Tensor, Tensor, Tensor]:
    """U~ (d_in, r'), the leading singular values (r',), V~ (d_out, r'), r' = min(d'_in, d'_out, rank)."""
    u, s, v = torch.linalg.svd(theta, full_matrices=False)
    r = min(d_in, d_out, int(torch.linalg.matrix_rank(theta)))
    return u[:, :r], s[:r], v.mT[:, :r]


def svd_start(theta: Tensor, w_in: Tensor, w_out: Tensor) -> tuple[Tensor, Tensor]:
    """c_in = W_in U~^T and c_out = W_out V~^T for W_in (d'_in, r'), W_out (d'_out, r')."""
    u, s, v = leading(theta, len(w_in), len(w_out))
    if w_in.shape[1] != len(s) or w_out.shape[1] != len(s):
        raise ValueError(
            f"W_in {tuple(w_in.shape)}, W_out {tuple(w_out.shape)}: expected r' = {len(s)} columns"
        )
    return w_in @ u.mT, w_out @ v.mT


def duplicating(sources: Sequence[int], units: int) -> tuple[Tensor, Tensor]:
    """c_out of a layer and c_in of the next, (d', d) each, so that unit k repeats unit sources[k].

    Every unit must come at least once; outgoing weights are divided by how often it does.
    """
    copies = torch.bincount(torch.tensor(sources), minlength=units)
    if len(copies) != units or not copies.all():
        raise ValueError(f"sources = {list(sources)}: expected each of 0 .. {units - 1} at least once")
    c_out = torch.eye(units, dtype=torch.float64)[list(sources)]
    return c_out, c_out / copies


def perceptron(network: Matrices, maps: Maps) -> Matrices:
    """The perceptron whose layers are transformed; biases go with the outputs: b~ = c_out b."""
    found = []
    for layer, (c_in, c_out) in zip(network, maps, strict=True):
        with_bias = layer.shape[-1] == c_in.shape[-1] + 1
        weights = layer[..., :-1] if with_bias else layer
        new = width(weights.mT, c_in, c_out).mT
        found.append(torch.cat([new, c_out @ layer[..., -1:]], -1) if with_bias else new)
    return tuple(found)


def widened(network: Matrices, sources: Sequence[Sequence[int]]) -> Matrices:
    """The same function with hidden layer k made of the units sources[k] of the old one."""
    inputs, classes = network[0].shape[-1] - 1, network[-1].shape[-2]
    pairs = [
        duplicating(chosen, layer.shape[-2]) for chosen, layer in zip(sources, network[:-1], strict=True)
    ]
    ins = [torch.eye(inputs, dtype=torch.float64), *(c_in for _, c_in in pairs)]
    outs = [*(c_out for c_out, _ in pairs), torch.eye(classes, dtype=torch.float64)]
    return perceptron(network, tuple(zip(ins, outs, strict=True)))


def depth(layers: Tensor, coefficients: Tensor) -> Tensor:
    """sum_i d_ki theta^i: layers (L, ...), coefficients (L', L) -> (L', ...)."""
    if coefficients.shape[-1] != len(layers):
        raise ValueError(
            f"coefficients {tuple(coefficients.shape)}: expected a column for each of {len(layers)} layers"
        )
    return torch.tensordot(coefficients, layers, 1)


def softmax(logits: Tensor) -> Tensor:
    """d_ki = exp(gamma_ki) / sum_j exp(gamma_kj): positive rows of sum one (0 where the exponential is)."""
    return logits.softmax(-1)


def depth_gradient(layers: Tensor, logits: Tensor, g: Tensor) -> Tensor:
    """dL/dgamma, (L', L), from g = dL/dtheta~ (L', ...)."""
    d, inner = softmax(logits), g.flatten(1) @ layers.flatten(1).mT
    return d * (inner - (d * inner).sum(-1, keepdim=True))


def deepened(network: Matrices, coefficients: Tensor) -> Matrices:
    """The perceptron with its inner layers, all of one shape, replaced by their mixtures (9)."""
    first, *inner, last = network
    if not inner or any(layer.shape != inner[0].shape for layer in inner):
        shapes = [tuple(layer.shape) for layer in inner]
        raise ValueError(f"inner layers have shapes {shapes}: expected one shape, at least one layer")
    return (first, *depth(torch.stack(inner), coefficients), last)


def learn(
    build: Callable[[Sequence[Tensor]], Matrices],
    start: Sequence[Tensor],
    x: Tensor,
    y: Tensor,
    *,
    rate: float,
    steps: int,
    loss: Loss = cross_entropy,
) -> tuple[list[Tensor], list[float]]:
    """Gradient steps v <- v - rate dL/dv on what `build` makes the network of (maps or logits).

    Returns the learnt tensors and the loss before each step and after the last.
    """
    leaves, seen = [v.detach().clone().requires_grad_() for v in start], []
    for step in range(steps + 1):
        value = loss(outputs(build(leaves), x)[None], y)[0]
        seen.append(value.item())
        if step < steps:
            for leaf, slope in zip(leaves, torch.autograd.grad(value, leaves), strict=True):
                leaf.data -= rate * slope
    return [leaf.detach() for leaf in leaves], seen
