"""GLUE: the optimiser of mixture coefficients by forward passes, and its three rivals; many worlds at once.

A world is one set of K experts with its target images.  theta(alpha) = sum_i alpha_i theta_i, and
alpha = softmax(beta), so that theta(alpha) stays in the convex hull.  Networks are in evaluation mode.

    spsa_gradient   (1/m) sum_r [L(beta + mu u_r) - L(beta - mu u_r)] / (2 mu) u_r, |u_r| = 1, all 2 m losses
                    on one minibatch.  Its mean is grad_beta L / K + O(mu^2): Adam does not see the scale.
    full_gradient   grad_beta L by one backward pass through the blend
    learn           Adam on beta from beta = 0 (alpha = 1/K), by either gradient; the minibatches are the same
    data_size       alpha_i = n_i / sum_j n_j
    proxy_accuracy  alpha_i = Acc_i / sum_j Acc_j, on held-out images

Running statistics of normalisation layers are blended like parameters ("mixed": a vertex is that expert) or
are the experts' plain mean ("fixed"); the paper leaves it open.
Shapes    stacked: key -> (worlds, K, ...); alpha, beta: (worlds, K); directions: (worlds, m, K).
Units     gradients have those of the loss; alpha and beta have none.
Source    GLUE, Sections 3.2, 3.3 and 5 (Configs 1-4).  The radius mu is not printed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from nets.data import Images
from nets.merge import check_states, is_counted, is_statistic
from nets.mixing import POLICIES
from nets.modes import evaluating
from nets.train import batches
from sim.directions import draw

State = Mapping[str, Tensor]
CONFIGS = ("data size", "proxy accuracy", "full gradient", "GLUE")
"""The paper's Configs 1 to 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How beta is learnt; rate and betas are the paper's, radius and steps are not printed there.

    The paper iterates until validation performance plateaus; here `steps` must be large enough for that.

    The loss changes by about 1e-2 of its slope between the probes: far above float32 rounding, and the
    remainder O(radius^2) stays far below the estimator's own variance.
    """

    steps: int
    batch: int = 64
    rate: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.99)
    radius: float = 1e-2
    directions: int = 1
    statistics: str = "mixed"

    def __post_init__(self) -> None:
        if self.statistics not in POLICIES:
            raise ValueError(f"statistics = {self.statistics!r}: expected one of {', '.join(POLICIES)}")
        if min(self.steps, self.batch, self.directions) < 1 or not min(self.rate, self.radius) > 0:
            raise ValueError(f"{self}: expected steps, batch, directions >= 1 and rate, radius > 0")


@dataclass(frozen=True, slots=True)
class Learnt:
    """Mixtures after learning: alpha (worlds, K), and path (steps + 1, worlds, K) from the start on."""

    alpha: Tensor
    path: Tensor


def stack(worlds: Sequence[Sequence[State]]) -> dict[str, Tensor]:
    """Every floating tensor of all experts in one: key -> (worlds, K, ...); counters are left out."""
    sizes = {len(experts) for experts in worlds}
    if len(sizes) != 1 or 0 in sizes:
        raise ValueError(f"worlds have {sorted(sizes)} experts: expected the same number >= 1 in each")
    first = worlds[0][0]
    check_states(first, [expert for experts in worlds for expert in experts])
    keys = [key for key, tensor in first.items() if not is_counted(tensor)]
    return {k: torch.stack([torch.stack([e[k] for e in experts]) for experts in worlds]) for k in keys}


def blended(stacked: State, alpha: Tensor, statistics: str = "mixed") -> dict[str, Tensor]:
    """theta(alpha) in one world: key -> (K, ...) and alpha (K,) -> key -> (...)."""
    uniform = torch.full_like(alpha, 1 / len(alpha))
    fixed = {key for key in stacked if statistics == "fixed" and is_statistic(key)}
    return {k: torch.tensordot(uniform if k in fixed else alpha, v, 1) for k, v in stacked.items()}


def loss(model: nn.Module, stacked: State, beta: Tensor, x: Tensor, y: Tensor, statistics: str) -> Tensor:
    """L(theta(softmax(beta))), the mean cross-entropy of a minibatch in one world."""
    return F.cross_entropy(functional_call(model, blended(stacked, beta.softmax(-1), statistics), (x,)), y)


def softmax_jacobian(alpha: Tensor) -> Tensor:
    """d alpha_i / d beta_j = alpha_i (delta_ij - alpha_j): (..., K) -> (..., K, K), symmetric."""
    return torch.diag_embed(alpha) - alpha[..., :, None] * alpha[..., None, :]


def spsa_gradient(
    model: nn.Module, stacked: State, beta: Tensor, x: Tensor, y: Tensor, u: Tensor, settings: Settings
) -> Tensor:
    """The averaged two-point estimate (3) in beta-space; x, y (worlds, batch, ...), u (worlds, m, K).

    The 2 m probes of all worlds are one forward pass; no gradient is recorded.
    """

    def estimate(stacked: State, beta: Tensor, x: Tensor, y: Tensor, u: Tensor) -> Tensor:
        probes = torch.cat([beta + settings.radius * u, beta - settings.radius * u])  # (2 m, K)
        values = vmap(lambda b: loss(model, stacked, b, x, y, settings.statistics))(probes)
        ahead, behind = values.split(len(u))
        return ((ahead - behind) / (2 * settings.radius)) @ u / len(u)

    with torch.no_grad(), evaluating(model):
        return vmap(estimate)(dict(stacked), beta, x, y, u)


def full_gradient(
    model: nn.Module, stacked: State, beta: Tensor, x: Tensor, y: Tensor, settings: Settings
) -> Tensor:
    """grad_beta L by reverse mode through the softmax, the blend and the network, for all worlds."""

    def slope(stacked: State, beta: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return grad(lambda b: loss(model, stacked, b, x, y, settings.statistics))(beta)

    with evaluating(model):
        return vmap(slope)(dict(stacked), beta, x, y)


Moments = tuple[int, Tensor, Tensor]
"""Adam's memory: steps done, mean of gradients, mean of squares."""


def adam(
    gradient: Tensor, moments: Moments, rate: float, betas: tuple[float, float]
) -> tuple[Tensor, Moments]:
    """The step to add and the new memory (Kingma and Ba, algorithm 1, epsilon = 1e-8)."""
    step, mean, square = moments
    step += 1
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    scaled = (mean / (1 - betas[0] ** step)) / ((square / (1 - betas[1] ** step)).sqrt() + 1e-8)
    return -rate * scaled, (step, mean, square)


def learn(
    model: nn.Module,
    stacked: State,
    targets: Sequence[Images],
    settings: Settings,
    rng: np.random.Generator,
    gradient: str = "spsa",
) -> Learnt:
    """Learn alpha in every world on its own target images, by "spsa" or "full" gradients.

    `rng` has one child stream for minibatches and one for directions: both gradients see the same
    minibatches.
    """
    if gradient not in ("spsa", "full"):
        raise ValueError(f"gradient = {gradient!r}: expected 'spsa' or 'full'")
    worlds, K = next(iter(stacked.values())).shape[:2]
    if len(targets) != worlds:
        raise ValueError(f"targets has {len(targets)} entries, expected one for each of {worlds} worlds")
    schedule, compass = rng.spawn(2)
    orders = [
        batches(len(t), settings.batch, settings.steps, r)
        for t, r in zip(targets, schedule.spawn(worlds), strict=True)
    ]
    dtype = next(iter(stacked.values())).dtype
    beta = torch.zeros(worlds, K, dtype=dtype)
    moments, path = (0, torch.zeros_like(beta), torch.zeros_like(beta)), [beta.softmax(-1)]
    for step in range(settings.steps):
        x = torch.stack([t.x[o[step]] for t, o in zip(targets, orders, strict=True)]).to(dtype)
        y = torch.stack([t.y[o[step]] for t, o in zip(targets, orders, strict=True)])
        if gradient == "full":
            slope = full_gradient(model, stacked, beta, x, y, settings)
        else:
            m = settings.directions
            u = torch.from_numpy(draw("sphere", compass, worlds * m, K)).to(dtype).reshape(worlds, m, K)
            slope = spsa_gradient(model, stacked, beta, x, y, u, settings)
        move, moments = adam(slope, moments, settings.rate, settings.betas)
        beta = beta + move
        path.append(beta.softmax(-1))
    return Learnt(path[-1], torch.stack(path))


def blends(stacked: State, alpha: Tensor, statistics: str = "mixed") -> dict[str, Tensor]:
    """theta(alpha) in every world: key -> (worlds, ...)."""
    return vmap(lambda s, a: blended(s, a, statistics))(dict(stacked), alpha)


def accuracies(model: nn.Module, states: State, images: Images) -> Tensor:
    """Share of correct labels of many networks on the same images: key -> (n, ...) gives (n,), float64."""
    with torch.no_grad(), evaluating(model):
        rows = vmap(lambda state: functional_call(model, state, (images.x,)))(dict(states))
    return (rows.argmax(-1) == images.y).double().mean(-1)


def _shares(amounts: Tensor, what: str) -> Tensor:
    amounts = amounts.double()
    if not (torch.isfinite(amounts).all() and (amounts >= 0).all() and (amounts.sum(-1) > 0).all()):
        raise ValueError(f"{what} = {amounts.tolist()}: expected numbers >= 0 with a positive sum")
    return amounts / amounts.sum(-1, keepdim=True)


def data_size(sizes: Sequence[Sequence[int]]) -> Tensor:
    """Config 1: alpha_i proportional to expert i's number of images, (worlds, K)."""
    return _shares(torch.tensor(sizes), "sizes")


def proxy_accuracy(model: nn.Module, stacked: State, held_out: Images) -> Tensor:
    """Config 2: alpha_i proportional to expert i's accuracy on held-out images of the target, (worlds, K)."""
    worlds, K = next(iter(stacked.values())).shape[:2]
    flat = {k: v.flatten(0, 1) for k, v in stacked.items()}
    return _shares(accuracies(model, flat, held_out).reshape(worlds, K), "accuracies")


def mixtures(
    model: nn.Module,
    stacked: State,
    sizes: Sequence[Sequence[int]],
    held_out: Images,
    targets: Sequence[Images],
    settings: Settings,
    seed: Callable[[], np.random.Generator],
) -> dict[str, Tensor]:
    """alpha of every configuration, by the names of CONFIGS; `seed` makes equal generators for 3 and 4."""
    learnt = {kind: learn(model, stacked, targets, settings, seed(), kind).alpha for kind in ("full", "spsa")}
    found = (data_size(sizes), proxy_accuracy(model, stacked, held_out), learnt["full"], learnt["spsa"])
    dtype = learnt["full"].dtype
    return {name: alpha.to(dtype) for name, alpha in zip(CONFIGS, found, strict=True)}
