"""Gradient estimates of a network from forward passes, each sample with its own number of queries.

One query of sample j adds noise s u, u standard normal, at a place of the network, and looks at its loss:

    spsa    [L(+s u) - L(-s u)] / (2 s) u          noise in parameters, two forward passes
    es      L(+s u) / s u                          noise in parameters, one forward pass
    lr      J' L(+s u) / s u                       noise in the output h of a module, J = dh/dtheta, one pass
    lr2     J' [L(+s u) - L(-s u)] / (2 s) u       the same with its mirror image, two passes

J is of one module alone: J' v needs its input and no pass through the rest of the network.
Batch       gbar = (1/B) sum_j (1/A_j) sum_{i <= A_j} ghat_ij; noise is independent over samples and queries.
Traces      T_j = Tr Cov(ghat) of one query for a loss linear over the noise, g_j its gradient and h_j that
            with respect to the output:  spsa  (K+1)|g|^2          es  K L^2/s^2 + (K+1)|g|^2
                                         lr2   |J|^2 |h|^2 + |g|^2  lr  |J|^2 L^2/s^2 + |J|^2 |h|^2 + |g|^2
Weights     never change: perturbed copies live for one call.  Networks are in evaluation mode.
Shapes      x: (B, c, h, w), y: (B,), counts: (B,), noise: (N, K) or (N, H), N = sum_j A_j.
Units       of the loss over those of the parameters; s has the units of what it perturbs.
Source      FLOPS eqs. (1)-(4), with z = s u and the factor 1/s that eq. (3) lacks.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, grad, vjp, vmap

from nets.data import Images
from nets.modes import evaluating

State = Mapping[str, Tensor]
PARAMETERS, ACTIVATIONS = ("spsa", "es"), ("lr", "lr2")
ESTIMATORS = (*PARAMETERS, *ACTIVATIONS)
PASSES: Mapping[str, int] = {"spsa": 2, "es": 1, "lr": 1, "lr2": 2}
"""Forward passes of one query."""
NUMBERS = 2**22
"""Random numbers held at once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where noise enters: the parameters `keys`, or the output of the module that holds them."""

    keys: tuple[str, ...]
    module: str = ""


def place(model: nn.Module, module: str) -> Place:
    """A module with all its parameters, by its dotted name; "" is the whole network."""
    keys = tuple(f"{module}.{k}" if module else k for k, _ in model.get_submodule(module).named_parameters())
    if not keys:
        raise ValueError(f"module {module!r}: expected one with parameters")
    return Place(keys, module)


def _unflat(rows: Tensor, state: State, keys: tuple[str, ...]) -> dict[str, Tensor]:
    parts = rows.split([state[k].numel() for k in keys], -1)
    return {k: part.reshape(*rows.shape[:-1], *state[k].shape) for k, part in zip(keys, parts, strict=True)}


def sample_losses(model: nn.Module, state: State, batch: Images) -> Tensor:
    """The loss of every sample without noise, (B,)."""
    with torch.no_grad(), evaluating(model):
        return F.cross_entropy(functional_call(model, dict(state), (batch.x,)), batch.y, reduction="none")


@contextmanager
def _shifted(model: nn.Module, spot: Place, z: Tensor) -> Iterator[None]:
    """Inside, the module's output is moved by z."""

    def move(module: nn.Module, inputs: Any, output: Any) -> Tensor:
        return output + z.reshape(output.shape)

    hook = model.get_submodule(spot.module).register_forward_hook(move)
    try:
        yield
    finally:
        hook.remove()


def passing(model: nn.Module, state: State, spot: Place, x: Tensor) -> tuple[Tensor, Tensor]:
    """Input and output of the module for every sample, without noise: (B, ...) each."""
    seen: list[tuple[Tensor, Tensor]] = []

    def look(module: nn.Module, inputs: Any, output: Any) -> None:
        seen.append((inputs[0], output))

    hook = model.get_submodule(spot.module).register_forward_hook(look)
    try:
        with torch.no_grad(), evaluating(model):
            functional_call(model, dict(state), (x,))
    finally:
        hook.remove()
    return seen[0]


def noise_size(model: nn.Module, state: State, spot: Place, batch: Images, estimator: str) -> int:
    """How many numbers the noise of one query has: K parameters, or H outputs of the module."""
    if estimator not in ESTIMATORS:
        raise ValueError(f"estimator {estimator!r}: expected one of {', '.join(ESTIMATORS)}")
    if estimator in PARAMETERS:
        return sum(state[k].numel() for k in spot.keys)
    return passing(model, state, spot, batch.x[:1])[1].numel()


def slopes(
    model: nn.Module,
    state: State,
    spot: Place,
    batch: Images,
    samples: Tensor,
    noise: Tensor,
    sigma: float,
    estimator: str,
) -> Tensor:
    """What multiplies each noise, (N,): [L(+) - L(-)] / (2 s) or L(+) / s, all in one call."""
    frozen = {k: v for k, v in state.items() if k not in spot.keys}
    here = {k: state[k] for k in spot.keys}

    def value(x: Tensor, y: Tensor, z: Tensor) -> Tensor:
        if estimator in PARAMETERS:
            moved = {k: here[k] + v for k, v in _unflat(z, state, spot.keys).items()}
            out = functional_call(model, {**frozen, **moved}, (x[None],))
        else:
            with _shifted(model, spot, z):
                out = functional_call(model, {**frozen, **here}, (x[None],))
        return F.cross_entropy(out, y[None])

    with torch.no_grad(), evaluating(model):
        x, y = batch.x[samples], batch.y[samples]
        ahead = vmap(value)(x, y, sigma * noise)
        if PASSES[estimator] == 1:
            return ahead / sigma
        return (ahead - vmap(value)(x, y, -sigma * noise)) / (2 * sigma)


def pulled_back(model: nn.Module, state: State, spot: Place, inputs: Tensor, rows: Tensor) -> Tensor:
    """J' v for rows v (N, H) at the module's inputs (N, ...): (N, K)."""
    module = model.get_submodule(spot.module)
    cut = len(spot.module) + 1 if spot.module else 0
    own = {k[cut:]: state[k] for k in spot.keys}

    def back(a: Tensor, v: Tensor) -> Tensor:
        out, pull = vjp(lambda w: functional_call(module, w, (a[None],)), own)[:2]
        (found,) = pull(v.reshape(out.shape))
        return torch.cat([found[k[cut:]].reshape(-1) for k in spot.keys])

    with torch.no_grad(), evaluating(model):
        return vmap(back)(inputs, rows)


def estimates(
    model: nn.Module,
    state: State,
    spot: Place,
    batch: Images,
    counts: np.ndarray,
    sigma: float,
    estimator: str,
    rng: np.random.Generator,
) -> Tensor:
    """The gradient estimate of every sample from its own queries, (B, K); noise is drawn in chunks."""
    counts = np.asarray(counts)
    if counts.shape != (len(batch),) or counts.dtype.kind not in "iu" or counts.min() < 1:
        raise ValueError(f"counts = {counts!r}: expected {len(batch)} integers >= 1")
    size = noise_size(model, state, spot, batch, estimator)
    sums = torch.zeros(len(batch), size, dtype=batch.x.dtype)
    of = torch.from_numpy(np.repeat(np.arange(len(batch)), counts))
    for samples in of.split(max(1, NUMBERS // size)):
        drawn = rng.standard_normal((len(samples), size), dtype=np.float32)
        noise = torch.from_numpy(drawn).to(batch.x.dtype)
        slope = slopes(model, state, spot, batch, samples, noise, sigma, estimator)
        sums.index_add_(0, samples, slope[:, None] * noise)
    means = sums / torch.from_numpy(counts).to(sums.dtype)[:, None]
    if estimator in PARAMETERS:
        return means
    inputs, _ = passing(model, state, spot, batch.x)
    return pulled_back(model, state, spot, inputs, means)


def gradients(model: nn.Module, state: State, spot: Place, batch: Images) -> Tensor:
    """The true gradient of every sample by backpropagation, (B, K): what the estimates are compared with."""
    frozen = {k: v for k, v in state.items() if k not in spot.keys}

    def value(here: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(functional_call(model, {**frozen, **here}, (x[None],)), y[None])

    with evaluating(model):
        found = vmap(grad(value), (None, 0, 0))({k: state[k] for k in spot.keys}, batch.x, batch.y)
    return torch.cat([found[k].flatten(1) for k in spot.keys], 1)


def traces(
    model: nn.Module, state: State, spot: Place, batch: Images, sigma: float, estimator: str
) -> Tensor:
    """T_j of the module's text from backpropagation, (B,): the prediction, not the pilot's estimate."""
    size = noise_size(model, state, spot, batch, estimator)
    own = gradients(model, state, spot, batch).square().sum(1)
    value = sample_losses(model, state, batch).square() / sigma**2
    if estimator in PARAMETERS:
        return (size + 1) * own + (size * value if estimator == "es" else 0)
    inputs, _ = passing(model, state, spot, batch.x)
    module = model.get_submodule(spot.module)
    if not isinstance(module, nn.Linear | nn.Conv2d):
        raise ValueError(f"module {spot.module!r} is a {type(module).__name__}: expected Linear or Conv2d")
    # An output is a sum of parameters times inputs: |J|^2 is the module's output, all parameters one, at the
    # squares of the inputs, summed.
    ones = {k: torch.ones_like(v) for k, v in module.named_parameters()}
    length = functional_call(module, ones, (inputs.square(),)).flatten(1).sum(1)
    slope = _output_gradients(model, state, spot, batch).square().sum(1)
    return length * slope + own + (length * value if estimator == "lr" else 0)


def _output_gradients(model: nn.Module, state: State, spot: Place, batch: Images) -> Tensor:
    """dL_j/dh of every sample, (B, H)."""

    def value(z: Tensor, x: Tensor, y: Tensor) -> Tensor:
        with _shifted(model, spot, z):
            return F.cross_entropy(functional_call(model, dict(state), (x[None],)), y[None])

    with evaluating(model):
        zero = torch.zeros(len(batch), noise_size(model, state, spot, batch, "lr"), dtype=batch.x.dtype)
        return vmap(grad(value))(zero, batch.x, batch.y)
